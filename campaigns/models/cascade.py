"""What the cascade remembers: tasks given in one act, choices about what a superior changed."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.models.plans import Plan


class AssignmentBatch(models.Model):
    """A task given to many units in one act, which may be undone for a short time.

    `parent` is set when a unit passed its own assignment on to the units below it. `count` is how
    many units it reached; `undone_count` how many of them it was taken back from.
    """

    task = models.ForeignKey("campaigns.Task", on_delete=models.CASCADE, related_name="batches")
    parent = models.ForeignKey(
        "campaigns.Assignment",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="batches",
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField(auto_now_add=True)
    count = models.PositiveIntegerField(default=0)
    undone_at = models.DateTimeField(null=True)
    undone_count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("Lần giao nhiệm vụ")
        verbose_name_plural = _("Lần giao nhiệm vụ")
        ordering = ["-made_at", "-id"]

    def __str__(self):
        return f"{self.task_id}: {self.count}"


class CascadeChoice(models.Model):
    """What a unit decided about one thing of its superior's plan; the last choice counts.

    `item` names the thing ("phase:<key>:title"), `theirs` is the digest of what stood above when
    the unit chose: the question comes again only when the superior changes it again.
    """

    class Choice(models.TextChoices):
        TAKEN = "taken", _("Nhận")
        KEPT = "kept", _("Giữ của đơn vị")

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="cascade_choices")
    item = models.CharField(max_length=160)
    theirs = models.CharField(max_length=64)
    choice = models.CharField(max_length=5, choices=Choice.choices)
    version = models.PositiveIntegerField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("Lựa chọn khi cấp trên sửa đổi")
        verbose_name_plural = _("Lựa chọn khi cấp trên sửa đổi")
        constraints = [
            models.UniqueConstraint(fields=["plan", "item"], name="campaigns_cascadechoice_once"),
        ]

    def __str__(self):
        return f"{self.item}: {self.choice}"
