"""Texts on their way into an edition: read from a file or pasted, looked at, corrected, saved."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from documents.models.editions import Edition
from portal.common.uploads.models import Upload


class TextImport(models.Model):
    """What one person reads into one edition; nobody else sees it, nothing of it is in the edition
    before it is saved.

    `blocks` are dicts with the fields of BlockDraft and an `id` that stays through all corrections;
    `steps` undo the last of these. `changes` and `legacy` are what Word tracked and what was
    written in old fonts (see `documents.importing`), by the `id` of the block; `corrections` counts
    by verb. Once saved (`saved_at`), `replaced` keeps the text that stood in the edition before,
    and `saved_version` the lock_version that saving gave the edition.
    """

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="imports")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="text_imports"
    )
    name = models.CharField(_("Tệp"), max_length=200)
    blocks = models.JSONField(default=list)
    next_id = models.PositiveIntegerField(default=1)
    steps = models.JSONField(default=list)
    notes = models.JSONField(default=list)
    changes = models.JSONField(default=list)
    legacy = models.JSONField(default=list)
    corrections = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    saved_at = models.DateTimeField(null=True)
    saved_version = models.PositiveIntegerField(null=True)
    replaced = models.TextField(blank=True)
    lock_version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("Văn bản đang nhập")
        verbose_name_plural = _("Văn bản đang nhập")
        ordering = ["-changed_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "made_by"], name="documents_import_one_each"
            ),
            models.CheckConstraint(
                condition=Q(saved_at=None, saved_version=None)
                | Q(saved_at__isnull=False, saved_version__isnull=False),
                name="documents_import_saved",
            ),
        ]
        indexes = [models.Index(fields=["changed_at"], name="documents_import_age")]

    def __str__(self):
        return f"{self.edition_id} {self.name}"


class ImportPicture(models.Model):
    """A picture of a text being imported: private until the text is saved.

    `upload` is an internal photo. In the blocks it stands under `documents.pictures.place_of`.
    """

    text_import = models.ForeignKey(TextImport, on_delete=models.CASCADE, related_name="pictures")
    upload = models.OneToOneField(Upload, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    alt = models.CharField(_("Chữ thay thế"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("Ảnh đang nhập")
        verbose_name_plural = _("Ảnh đang nhập")
        ordering = ["text_import", "pk"]

    def __str__(self):
        return self.name
