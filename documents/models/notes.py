"""Why a passage was changed, in the words of those who drafted it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from documents.models.blocks import Block
from documents.models.editions import Edition


class ChangeNote(models.Model):
    """Lý do sửa: why `edition` reads so at `block`, or why `source` of the edition before is gone.

    While an edition goes back to its writers its blocks are dropped: the note then has neither, and
    finds its passage again by `plain`, the words it was written about. An empty text says nothing.
    """

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="change_notes")
    block = models.ForeignKey(Block, on_delete=models.PROTECT, null=True, related_name="+")
    source = models.ForeignKey(Block, on_delete=models.PROTECT, null=True, related_name="+")
    plain = models.TextField()
    text = models.TextField(_("Lý do sửa"), blank=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    written_at = models.DateTimeField()
    lock_version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("Lý do sửa")
        verbose_name_plural = _("Lý do sửa")
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "block"], name="documents_changenote_one_of_block"
            ),
            models.UniqueConstraint(
                fields=["edition", "source"], name="documents_changenote_one_of_source"
            ),
            models.CheckConstraint(
                condition=Q(block=None) | Q(source=None), name="documents_changenote_one_place"
            ),
        ]

    def __str__(self):
        return f"{self.edition_id}: {self.text[:40]}"
