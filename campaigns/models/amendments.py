"""Amendments of issued plans: what was changed, why, by whom, and who approved it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from campaigns.models.plans import Plan
from portal.official.models import OfficialDocument, PaperApproval


class PlanAmendment(models.Model):
    """Sửa đổi: the edits of an issued plan from one published version to the next.

    Edits count at once, as dates do that follow an event; until the amendment is published readers
    are told that the plan is being amended and see what differs from `base_version`. `n` is given
    on publication, `document` is the paper that orders the change, where there is one.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Đang sửa đổi")
        SUBMITTED = "submitted", _("Chờ công bố")
        PUBLISHED = "published", _("Đã công bố")
        DROPPED = "dropped", _("Đã bỏ")

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="amendments")
    n = models.PositiveIntegerField(null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    base_version = models.PositiveIntegerField()
    version = models.PositiveIntegerField(null=True)
    reason = models.CharField(_("Lý do sửa đổi"), max_length=500, blank=True)
    document = models.ForeignKey(
        OfficialDocument,
        verbose_name=_("Văn bản sửa đổi"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    amended_on = models.DateField(_("Ngày sửa đổi"), null=True)
    state_note = models.CharField(_("Lý do trả lại"), max_length=500, blank=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    opened_at = models.DateTimeField(auto_now_add=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    submitted_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    paper_approval = models.OneToOneField(
        PaperApproval, on_delete=models.PROTECT, null=True, related_name="amendment_published"
    )
    published_at = models.DateTimeField(null=True)
    lock_version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("Sửa đổi kế hoạch")
        verbose_name_plural = _("Sửa đổi kế hoạch")
        ordering = ["plan", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan"],
                condition=Q(state__in=["open", "submitted"]),
                name="campaigns_amendment_one_open",
            ),
            models.UniqueConstraint(fields=["plan", "n"], name="campaigns_amendment_n"),
            models.CheckConstraint(
                condition=~Q(state="published")
                | Q(
                    n__isnull=False,
                    version__isnull=False,
                    amended_on__isnull=False,
                    published_at__isnull=False,
                )
                & ~Q(reason=""),
                name="campaigns_amendment_complete",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None)
                | Q(submitted_by=None)
                | ~Q(approved_by=F("submitted_by")),
                name="campaigns_amendment_two_people",
            ),
        ]

    def __str__(self):
        return f"{self.plan_id} #{self.n or '?'}"

    @property
    def is_open(self):
        """Whether it is not settled yet."""
        return self.state in (self.State.OPEN, self.State.SUBMITTED)
