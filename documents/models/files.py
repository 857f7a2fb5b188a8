"""Files of the original, kept beside the text of an edition byte for byte."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from documents.models.editions import Edition
from portal.common.uploads.models import Upload


class EditionFile(models.Model):
    """Tệp của bản gốc or its annex; its number is part of its address, so it cannot be guessed."""

    class Role(models.TextChoices):
        ORIGINAL = "original", _("Bản gốc")
        ATTACHMENT = "attachment", _("Phụ lục kèm theo")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="files")
    upload = models.ForeignKey(Upload, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(_("Tên tệp"), max_length=200)
    role = models.CharField(_("Loại"), max_length=10, choices=Role.choices, default=Role.ORIGINAL)
    position = models.PositiveSmallIntegerField(default=0)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("Tệp của văn kiện")
        verbose_name_plural = _("Tệp của văn kiện")
        ordering = ["edition", "-role", "position", "added_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "position"], name="documents_editionfile_position"
            ),
        ]

    def __str__(self):
        return self.title
