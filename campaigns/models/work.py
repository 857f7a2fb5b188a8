"""Tasks and the units that do them."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.models.plans import Form, Phase, Plan, Theme
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
    themes = models.ManyToManyField(
        Theme, verbose_name=_("Nội dung tuyên truyền"), blank=True, related_name="tasks"
    )
    derived_from = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="derived"
    )
    # The key of that task, kept when the superior removes it.
    origin = models.UUIDField(null=True, blank=True, editable=False)
    lock_version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("Nhiệm vụ")
        verbose_name_plural = _("Nhiệm vụ")
        ordering = ["plan", "position", "id"]

    def __str__(self):
        return self.title


class Assignment(models.Model):
    """Phân công: a task given to a unit, with how far it is. Overdue is computed, not stored.

    `note` is the newest of its ProgressNotes. `without_evidence` marks "Hoàn thành, không có tệp".
    `returned_*` keep the last return until the superior accepts; a plan that asks for acceptance
    waits for it while the state is done and `accepted_at` is empty.
    """

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
    without_evidence = models.BooleanField(_("Hoàn thành, không có tệp"), default=False)
    accepted_at = models.DateTimeField(_("Nghiệm thu lúc"), null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Người nghiệm thu"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    returned_at = models.DateTimeField(_("Trả lại lúc"), null=True, blank=True)
    returned_note = models.TextField(_("Lý do trả lại"), blank=True)
    assigned_at = models.DateTimeField(auto_now_add=True)
    batch = models.ForeignKey(
        "campaigns.AssignmentBatch",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="assignments",
    )
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="passed"
    )
    # the unit it was given to first, when that one has been merged or split since
    received_from = models.ForeignKey(
        Agency,
        verbose_name=_("Tiếp nhận từ"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
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
            models.CheckConstraint(
                condition=Q(state="done") | Q(accepted_at=None, without_evidence=False),
                name="campaigns_assignment_accepted",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=False) | Q(accepted_by=None),
                name="campaigns_assignment_acceptor",
            ),
            models.CheckConstraint(
                condition=Q(returned_at=None, returned_note="")
                | (Q(returned_at__isnull=False) & ~Q(returned_note="")),
                name="campaigns_assignment_returned",
            ),
        ]
        indexes = [models.Index(fields=["agency", "state"], name="campaigns_assignment_state")]

    def __str__(self):
        return f"{self.task_id} @ {self.agency_id}"
