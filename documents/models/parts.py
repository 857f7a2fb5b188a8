"""The text of an edition as readers get it: rendered once, cut into parts, kept compressed."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from documents.models.editions import Edition


class EditionText(models.Model):
    """What a page needs to know of the whole text: its contents and its parts.

    `version` is that of the renderer (`documents.rendering.VERSION`); `contents` is the table of
    contents as compressed HTML. `outline` has one row for each part, in order: [first pos, last
    pos, first paragraph or 0, last paragraph or 0, bytes of HTML, title].
    """

    edition = models.OneToOneField(
        Edition, on_delete=models.PROTECT, primary_key=True, related_name="text"
    )
    version = models.PositiveIntegerField()
    digest = models.CharField(max_length=16)
    contents = models.BinaryField()
    outline = models.JSONField(default=list)

    class Meta:
        verbose_name = _("Văn bản đã dựng")
        verbose_name_plural = _("Văn bản đã dựng")

    def __str__(self):
        return f"{self.edition_id} v{self.version}"


class EditionPart(models.Model):
    """One part of the text of an edition: the blocks from `first_pos` to `last_pos`.

    `html` is compressed (gzip), `size` the bytes it has when it is not. What stands in it knows
    neither reader nor consultation nor day: it changes only with the renderer.
    """

    text = models.ForeignKey(EditionText, on_delete=models.CASCADE, related_name="parts")
    n = models.PositiveIntegerField()
    first_pos = models.PositiveIntegerField()
    last_pos = models.PositiveIntegerField()
    title = models.CharField(max_length=300, blank=True)
    html = models.BinaryField()
    size = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("Phần của văn bản đã dựng")
        verbose_name_plural = _("Phần của văn bản đã dựng")
        ordering = ["text", "n"]
        constraints = [
            models.UniqueConstraint(fields=["text", "n"], name="documents_part_n"),
            models.CheckConstraint(
                condition=Q(n__gte=1) & Q(first_pos__lte=F("last_pos")), name="documents_part_span"
            ),
        ]

    def __str__(self):
        return f"{self.text_id} phần {self.n}"
