"""What somebody is typing into the text of an edition, kept before they press the button."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from documents.models.editions import Edition


class EditionDraft(models.Model):
    """The fields of one open editor page, of one person. No text of the edition, no history.

    `key` is made with the page, so that two pages never overwrite each other; `fields` is
    {name: [values]} as the form would send them; `section` is the address parameter of the section
    that is edited, "" for the whole text; `base_version` is the `lock_version` of the edition the
    page was opened on. Nobody but the person ever sees it.
    """

    key = models.UUIDField(unique=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="edition_drafts"
    )
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="drafts")
    section = models.CharField(max_length=8, blank=True)
    fields = models.JSONField()
    base_version = models.PositiveIntegerField()
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Bản tự lưu")
        verbose_name_plural = _("Bản tự lưu")
        ordering = ["-changed_at", "-id"]
        indexes = [
            models.Index(fields=["person", "edition"], name="documents_draft_of"),
            models.Index(fields=["changed_at"], name="documents_draft_age"),
        ]

    def __str__(self):
        return f"{self.person_id} {self.changed_at}"

    @property
    def title(self):
        """The heading of the section that was edited; "" for the whole text."""
        return " ".join("".join(self.fields.get(n, [])) for n in ("number", "title")).strip()
