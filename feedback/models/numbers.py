"""Numbers: what the public sees of the day before, and totals fed by deltas."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from documents.models import Block, Edition
from feedback.models.consultations import Channel, Consultation
from feedback.models.ladder import LadderNode
from feedback.models.opinions import random_id


class PublishedNumbers(models.Model):
    """Numbers shown to the public, as they stood at the end of the day before `day`.

    `subject` is "consultation:<id>" with {"all": n}, or "edition:<id>" with {block id: n}. Taken
    once a day and kept, so that no number tells that somebody just wrote or withdrew.
    """

    subject = models.CharField(max_length=40, primary_key=True)
    day = models.DateField()
    numbers = models.JSONField()

    class Meta:
        verbose_name = _("Số liệu công bố trong ngày")
        verbose_name_plural = _("Số liệu công bố trong ngày")

    def __str__(self):
        return f"{self.subject} {self.day}"


class TotalsDelta(models.Model):
    """+1 or -1 for one opinion (or +n for a batch), until it is folded into `OpinionTotals`.

    Appended in the transaction that changes what counts; without stance and without person. Plain
    numbers instead of foreign keys, for the row lives minutes and intake is to be cheap.
    """

    id = models.BigIntegerField(primary_key=True, default=random_id, editable=False)
    consultation_id = models.BigIntegerField()
    edition_id = models.BigIntegerField()
    block_id = models.BigIntegerField(null=True)
    question_id = models.BigIntegerField(null=True)
    group_id = models.BigIntegerField(null=True)
    node_id = models.BigIntegerField()
    reader_id = models.BigIntegerField()
    channel = models.CharField(max_length=10)
    origin = models.CharField(max_length=8)
    day = models.DateField()
    n = models.IntegerField()

    class Meta:
        verbose_name = _("Thay đổi số lượng ý kiến")
        verbose_name_plural = _("Thay đổi số lượng ý kiến")

    def __str__(self):
        return f"{self.consultation_id} {self.n:+d}"


class OpinionTotals(models.Model):
    """Number of counted opinions of a consultation along one dimension, that came on one day.

    `dim` and `key`: "all" "", "edition" id, "block" id, "question" id, "channel" value, "group" id
    or "", "origin" value, "node" id of the entry node. Never by stance. With the day beside it,
    what the public may see (until the end of yesterday) is a sum of the same rows.
    """

    consultation = models.ForeignKey(
        Consultation, on_delete=models.PROTECT, related_name="totals", db_index=False
    )
    dim = models.CharField(max_length=10)
    key = models.CharField(max_length=40, blank=True)
    day = models.DateField()
    n = models.IntegerField()

    class Meta:
        verbose_name = _("Số lượng ý kiến")
        verbose_name_plural = _("Số lượng ý kiến")
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "dim", "key", "day"], name="feedback_totals_once"
            ),
        ]

    def __str__(self):
        return f"{self.consultation_id} {self.dim} {self.key} {self.day}: {self.n}"


class NodeTotals(models.Model):
    """Number of counted opinions at a node of the ladder, for those who work there; of all days.

    `at` "read": their words are read here. "passage": the same for one block, or for a document as
    a whole where `block` is null.
    """

    class At(models.TextChoices):
        READ = "read", _("Đọc ở đây")
        PASSAGE = "passage", _("Đọc ở đây, theo đoạn")

    node = models.ForeignKey(
        LadderNode, on_delete=models.PROTECT, related_name="totals", db_index=False
    )
    at = models.CharField(max_length=8, choices=At.choices)
    block = models.ForeignKey(
        Block, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    n = models.IntegerField()

    class Meta:
        verbose_name = _("Số lượng ý kiến theo nấc")
        verbose_name_plural = _("Số lượng ý kiến theo nấc")
        constraints = [
            models.UniqueConstraint(
                fields=["node", "at", "block"], nulls_distinct=False, name="feedback_node_totals"
            ),
        ]
        indexes = [
            models.Index(
                fields=["block"],
                condition=models.Q(block__isnull=False),
                name="feedback_node_totals_block",
            ),
        ]

    def __str__(self):
        return f"{self.node_id} {self.at} {self.block_id}: {self.n}"


class DeclaredNumber(models.Model):
    """A number somebody else reports (a unit, another system): stands beside the computed ones.

    The last `as_of` of a source, channel, measure and edition is what is shown; nothing forces the
    numbers to add up.
    """

    class Measure(models.TextChoices):
        OPINIONS = "opinions", _("Lượt ý kiến")
        PEOPLE = "people", _("Người góp ý")
        MEETINGS = "meetings", _("Hội nghị")

    consultation = models.ForeignKey(
        Consultation, on_delete=models.PROTECT, related_name="declared_numbers"
    )
    node = models.ForeignKey(
        LadderNode, on_delete=models.PROTECT, null=True, blank=True, related_name="declared_numbers"
    )
    edition = models.ForeignKey(
        Edition, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    source = models.CharField(_("Nguồn"), max_length=200)
    channel = models.CharField(_("Kênh tiếp nhận"), max_length=10, choices=Channel.choices)
    measure = models.CharField(_("Số gì"), max_length=10, choices=Measure.choices)
    n = models.PositiveIntegerField(_("Số lượng"))
    as_of = models.DateField(_("Tính đến ngày"))
    note = models.CharField(_("Ghi chú"), max_length=300, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    entered_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("Số liệu báo cáo")
        verbose_name_plural = _("Số liệu báo cáo")
        ordering = ["consultation", "-as_of", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "source", "channel", "measure", "edition", "as_of"],
                nulls_distinct=False,
                name="feedback_declared_once",
            ),
        ]

    def __str__(self):
        return f"{self.source}: {self.n}"
