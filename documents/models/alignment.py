"""What a person decided about the lineage beside the links themselves."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from documents.models.blocks import Block, BlockLink
from documents.models.editions import Edition


class Unpaired(models.Model):
    """A person says that a block has no counterpart in the step to `edition`.

    `block` is one of `edition` ("mới hoàn toàn") or of the edition before it ("bỏ hẳn").
    """

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="unpaired")
    block = models.ForeignKey(Block, on_delete=models.PROTECT, related_name="unpaired")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Đoạn không có đoạn tương ứng")
        verbose_name_plural = _("Đoạn không có đoạn tương ứng")
        constraints = [
            models.UniqueConstraint(fields=["edition", "block"], name="documents_unpaired_once"),
        ]

    def __str__(self):
        return f"{self.edition_id}: {self.block_id}"


class KeptDecision(models.Model):
    """A decision on the lineage of an edition that went back to its writers.

    The blocks of such an edition are dropped; when it is submitted again, the decision is taken
    over if both texts are the same as before. `source` is a block of the published edition (None:
    the target is new). The target is the `nth` of `count` blocks with the text of `target_digest`
    ("": the source is gone).
    """

    class State(models.TextChoices):
        CONFIRMED = BlockLink.State.CONFIRMED.value, _("Đã xác nhận")
        REJECTED = BlockLink.State.REJECTED.value, _("Đã bác")
        ALONE = "alone", _("Không có đoạn tương ứng")

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="kept_decisions")
    source = models.ForeignKey(Block, on_delete=models.PROTECT, null=True, related_name="+")
    target_digest = models.CharField(max_length=64, blank=True)
    nth = models.PositiveIntegerField(default=0)
    count = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=9, choices=State.choices)
    kind = models.CharField(max_length=8, choices=BlockLink.Kind.choices, blank=True)
    score = models.FloatField(default=0)
    doubts = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Quyết định đối chiếu được giữ")
        verbose_name_plural = _("Quyết định đối chiếu được giữ")

    def __str__(self):
        return f"{self.edition_id}: {self.source_id} ({self.state})"
