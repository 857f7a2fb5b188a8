"""How plans remind: their rules, how far ahead reminders are made, and what was asked by hand."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.models.plans import Plan


class NoticeRule(models.Model):
    """How one plan reminds of one kind (`campaigns.rules.reminding.KINDS`).

    A plan without a row of a kind has the default. Days are counted from the boundary, on its side;
    `audience` holds names of `reminding.WHO`.
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="notice_rules")
    kind = models.CharField(_("Loại nhắc"), max_length=40)
    on = models.BooleanField(_("Có nhắc"), default=True)
    days_before = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    days_after = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    audience = ArrayField(models.CharField(max_length=20), default=list, blank=True)

    class Meta:
        verbose_name = _("Cách nhắc của kế hoạch")
        verbose_name_plural = _("Cách nhắc của kế hoạch")
        constraints = [
            models.UniqueConstraint(fields=["plan", "kind"], name="campaigns_noticerule_once"),
        ]

    def __str__(self):
        return f"{self.plan_id} {self.kind}"


class NoticeHorizon(models.Model):
    """One row: every reminder that falls due up to and including the day `until` is made.

    Later ones are made when `until` moves on; whoever moves a boundary looks here.
    """

    until = models.DateField()

    class Meta:
        verbose_name = _("Ngày đã lập nhắc việc đến")
        verbose_name_plural = _("Ngày đã lập nhắc việc đến")
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="campaigns_horizon_single_row"),
        ]

    def __str__(self):
        return f"{self.until:%d/%m/%Y}"


class LateReminder(models.Model):
    """Nhắc đơn vị chậm: one call of a plan's issuer to units that are late, at most one a day.

    `agencies` are the units that were called, `people` how many could be told in the portal when
    it was sent; `text` is what they read, signed by the committee.
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="late_reminders")
    on = models.DateField(_("Ngày nhắc"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField(auto_now_add=True)
    text = models.TextField(_("Lời nhắc"))
    signed = models.CharField(_("Thay mặt"), max_length=200)
    agencies = ArrayField(models.BigIntegerField(), default=list)
    people = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("Lần nhắc đơn vị chậm")
        verbose_name_plural = _("Các lần nhắc đơn vị chậm")
        ordering = ["-on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "on"], name="campaigns_latereminder_daily"),
        ]

    def __str__(self):
        return f"{self.plan_id} {self.on:%d/%m/%Y}"
