"""Tasks, who does them, and what shows that they were done."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.models.plans import Form, Phase, Plan
from campaigns.models.times import Boundary
from portal.agencies.models import Agency


class Task(models.Model):
    """Nhiệm vụ of a plan, given to units by assignments."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="tasks")
    phase = models.ForeignKey(
        Phase, on_delete=models.PROTECT, null=True, blank=True, related_name="tasks"
    )
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    position = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(_("Nhiệm vụ"), max_length=300)
    detail = models.TextField(_("Yêu cầu"), blank=True)
    deliverable = models.CharField(_("Sản phẩm"), max_length=200, blank=True)
    due = models.OneToOneField(
        Boundary, on_delete=models.PROTECT, null=True, blank=True, related_name="task_due"
    )
    form = models.ForeignKey(
        Form, on_delete=models.PROTECT, null=True, blank=True, related_name="tasks"
    )
    derived_from = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="derived"
    )
    lock_version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("Nhiệm vụ")
        verbose_name_plural = _("Nhiệm vụ")
        ordering = ["plan", "position", "id"]

    def __str__(self):
        return self.title


class Assignment(models.Model):
    """Phân công: a task given to a unit, with how far it is. Overdue is computed, not stored."""

    class State(models.TextChoices):
        TODO = "todo", _("Chưa bắt đầu")
        DOING = "doing", _("Đang làm")
        DONE = "done", _("Hoàn thành")

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="assignments")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="assignments")
    state = models.CharField(max_length=6, choices=State.choices, default=State.TODO)
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Người phụ trách"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    note = models.TextField(_("Ghi chú tiến độ"), blank=True)
    done_on = models.DateField(_("Ngày hoàn thành"), null=True, blank=True)
    assigned_at = models.DateTimeField(auto_now_add=True)
    lock_version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("Phân công")
        verbose_name_plural = _("Phân công")
        constraints = [
            models.UniqueConstraint(fields=["task", "agency"], name="campaigns_assignment_once"),
            models.CheckConstraint(
                condition=Q(state="done", done_on__isnull=False)
                | (~Q(state="done") & Q(done_on=None)),
                name="campaigns_assignment_done",
            ),
        ]
        indexes = [models.Index(fields=["agency", "state"], name="campaigns_assignment_state")]

    def __str__(self):
        return f"{self.task_id} @ {self.agency_id}"


class Evidence(models.Model):
    """Minh chứng: what shows that an assignment was worked on.

    `source_kind`/`source_id` name the row of an upper app (an article, a consultation) or
    "manual" with a generated id. A retracted row stays, marked.
    """

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="evidence")
    source_kind = models.CharField(max_length=40)
    source_id = models.CharField(max_length=40)
    title = models.CharField(_("Tên minh chứng"), max_length=300)
    url = models.CharField(_("Đường dẫn"), max_length=500, blank=True)
    note = models.TextField(_("Ghi chú"), blank=True)
    happened_on = models.DateField(_("Ngày"))
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    added_at = models.DateTimeField(auto_now_add=True)
    retracted_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("Minh chứng")
        verbose_name_plural = _("Minh chứng")
        ordering = ["-happened_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "source_kind", "source_id"], name="campaigns_evidence_once"
            ),
        ]

    def __str__(self):
        return self.title
