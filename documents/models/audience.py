"""Whom documents are given to: agencies and levels, and sets of documents for them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.models import Event
from documents.models.documents import Document
from portal.agencies.models import Agency, Level


class DocumentSet(models.Model):
    """Bộ văn kiện: what a congress gives to certain units, in their order.

    Being in its audience gives the right to read the documents of its agency in it that are for
    chosen units; without an audience it is a list for everybody, of what each may read anyway.
    """

    agency = models.ForeignKey(
        Agency, verbose_name=_("Cơ quan"), on_delete=models.PROTECT, related_name="document_sets"
    )
    event = models.ForeignKey(
        Event,
        verbose_name=_("Trình đại hội"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="document_sets",
    )
    title = models.CharField(_("Tên bộ văn kiện"), max_length=300)
    slug = models.SlugField(max_length=120)
    note = models.CharField(_("Lời dẫn"), max_length=500, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    lock_version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("Bộ văn kiện")
        verbose_name_plural = _("Bộ văn kiện")
        ordering = ["-id"]

    def __str__(self):
        return self.title


class DocumentSetItem(models.Model):
    """A document in a set; a summary may stand there in the place of its full text."""

    set = models.ForeignKey(DocumentSet, on_delete=models.PROTECT, related_name="items")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="set_items")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("Văn kiện trong bộ")
        verbose_name_plural = _("Văn kiện trong bộ")
        ordering = ["set", "position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["set", "document"], name="documents_setitem_once"),
        ]

    def __str__(self):
        return f"{self.set_id} {self.document_id}"


class Audience(models.Model):
    """One line of whom a document for chosen units, or a set, is given to.

    Everybody with a role at `agency`; `with_below` at the units below it too, in the tree of today;
    with `level` only at those of the agency and the units below it that are of this level.
    """

    document = models.ForeignKey(
        Document, on_delete=models.CASCADE, null=True, related_name="audience"
    )
    set = models.ForeignKey(
        DocumentSet, on_delete=models.CASCADE, null=True, related_name="audience"
    )
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    with_below = models.BooleanField(_("Cùng các đơn vị cấp dưới"), default=False)
    level = models.ForeignKey(Level, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("Nơi được đọc")
        verbose_name_plural = _("Nơi được đọc")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(document__isnull=False, set__isnull=True)
                | Q(document__isnull=True, set__isnull=False),
                name="documents_audience_of_one",
            ),
            models.CheckConstraint(
                condition=Q(level=None) | Q(with_below=True), name="documents_audience_level_below"
            ),
            models.UniqueConstraint(
                fields=["document", "set", "agency", "level"],
                nulls_distinct=False,
                name="documents_audience_once",
            ),
        ]

    def __str__(self):
        return f"{self.agency_id} {self.with_below} {self.level_id}"
