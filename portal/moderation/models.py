"""One queue for what readers write: cases, reasons, decisions, appeals.

Moderation knows neither who wrote nor what it belongs to: a case names its subject by kind and id,
and the app that owns the subject shows it and carries the decision out (`moderation.registry`).
Ids are random and no sequence, so that the order of rows does not tell the order of arrival.
"""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.agencies.models import Agency
from portal.moderation import rules


class ReasonCode(models.Model):
    """Why something is not shown: a published rule, data with defaults. None is about an opinion.

    `sentence` is what the sender reads, `rule` what everybody reads beforehand. `outcome` is what
    the reason leads to: not shown, or spam. `two_people`: one proposes, citing the provision,
    another decides. `kinds` of cases it is meant for; empty for all.
    """

    code = models.SlugField(_("Mã"), max_length=40, unique=True)
    label = models.CharField(_("Tên lý do"), max_length=120)
    sentence = models.CharField(_("Câu trả lời người gửi"), max_length=500)
    rule = models.TextField(_("Quy tắc công bố"), blank=True)
    outcome = models.CharField(
        _("Dẫn đến"),
        max_length=8,
        choices=[(rules.HIDDEN, _("Không đăng")), (rules.SPAM, _("Thư rác"))],
        default=rules.HIDDEN,
    )
    two_people = models.BooleanField(_("Cần hai người và căn cứ"), default=False)
    kinds = ArrayField(
        models.CharField(max_length=40), verbose_name=_("Dùng cho"), default=list, blank=True
    )
    order = models.PositiveSmallIntegerField(_("Thứ tự"), default=100)
    active = models.BooleanField(_("Đang dùng"), default=True)

    class Meta:
        verbose_name = _("Lý do kiểm duyệt")
        verbose_name_plural = _("Lý do kiểm duyệt")
        ordering = ["order", "code"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(label="") & ~Q(sentence=""), name="moderation_reasoncode_words"
            ),
        ]

    def __str__(self):
        return self.label


class Case(models.Model):
    """One thing to decide on. One row per subject for ever; its history are its decisions.

    `submitted_at` orders the queue. Whoever keeps only the day of what was sent gives the start of
    that day. `due_on` is the last day on which to decide. `likeness` is the same for cases whose
    words are the same. `claimed_by` has it open until `claimed_until`, so that two people do not
    read the same thing.
    """

    class State(models.TextChoices):
        PENDING = rules.PENDING, _("Chờ duyệt")
        APPEALED = rules.APPEALED, _("Đề nghị xem lại")
        APPROVED = rules.APPROVED, _("Đã duyệt")
        HIDDEN = rules.HIDDEN, _("Không đăng")
        SPAM = rules.SPAM, _("Thư rác")
        PROPOSED = rules.PROPOSED, _("Chờ người thứ hai")
        CLOSED = rules.CLOSED, _("Người gửi đã rút")

    class Priority(models.IntegerChoices):
        NORMAL = 0, _("Thường")
        HIGH = 1, _("Trước")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("Loại"), max_length=40)
    subject_id = models.CharField(max_length=64)
    agency = models.ForeignKey(
        Agency,
        verbose_name=_("Cơ quan"),
        on_delete=models.PROTECT,
        related_name="moderation_cases",
    )
    context_label = models.CharField(_("Trả lời cho"), max_length=300)
    context_url = models.CharField(max_length=300, blank=True)
    submitted_at = models.DateTimeField(_("Gửi lúc"))
    state = models.CharField(
        _("Trạng thái"), max_length=8, choices=State.choices, default=State.PENDING
    )
    priority = models.SmallIntegerField(choices=Priority.choices, default=Priority.NORMAL)
    was_appealed = models.BooleanField(default=False)
    decided_at = models.DateTimeField(null=True)
    due_on = models.DateField(_("Hạn quyết định"), null=True)
    likeness = models.CharField(max_length=64, blank=True)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    claimed_until = models.DateTimeField(null=True)
    lock_version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("Nội dung chờ kiểm duyệt")
        verbose_name_plural = _("Nội dung chờ kiểm duyệt")
        ordering = ["-priority", "due_on", "submitted_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject_id"], name="moderation_case_subject"),
            models.CheckConstraint(
                condition=Q(state__in=["pending", "closed", "proposed"])
                | (Q(state__in=["approved", "hidden", "spam"]) & Q(decided_at__isnull=False))
                | Q(state="appealed", was_appealed=True, decided_at__isnull=False),
                name="moderation_case_decided",
            ),
            models.CheckConstraint(
                condition=Q(claimed_by=None, claimed_until=None)
                | Q(claimed_by__isnull=False, claimed_until__isnull=False),
                name="moderation_case_claim",
            ),
        ]
        indexes = [
            models.Index(
                fields=["agency", "-priority", "due_on", "submitted_at", "id"],
                condition=Q(state__in=["pending", "appealed", "proposed"]),
                name="moderation_case_open",
            ),
            models.Index(
                fields=["kind", "likeness", "agency"],
                condition=Q(state="pending") & ~Q(likeness=""),
                name="moderation_case_alike",
            ),
            models.Index(
                fields=["agency", "state", "-decided_at"], name="moderation_case_decided_of"
            ),
        ]

    def __str__(self):
        return f"{self.kind}: {self.context_label}"

    @property
    def is_open(self):
        """Whether a decision is waited for."""
        return self.state in rules.OPEN

    def holder(self, now):
        """Id of who has it open at `now`, or None."""
        held = self.claimed_until is not None and now < self.claimed_until
        return self.claimed_by_id if held else None

    def deciders(self):
        """Ids of everybody by whom or for whom this case was decided or proposed before."""
        return {
            who
            for act in [*self.decisions.all(), *self.proposals.all()]
            for who in (act.by_id, act.on_behalf_of_id)
            if who is not None
        }

    def open_proposal(self):
        """The Proposal that waits for a second person, or None."""
        return next((p for p in self.proposals.all() if p.closed_at is None), None)


class Proposal(models.Model):
    """The first of two people: why the words are against the law, with the provision cited.

    Nothing happens by it but that somebody else has to decide. `state_before` is where the case
    goes back to when it is taken back.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="proposals")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Người đề nghị"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField(_("Lúc"))
    reasons = ArrayField(models.SlugField(max_length=40), verbose_name=_("Lý do"))
    cited = models.CharField(_("Quy định bị vi phạm"), max_length=500)
    note = models.CharField(_("Ghi chú nội bộ"), max_length=500, blank=True)
    state_before = models.CharField(max_length=8)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("Đề nghị xử lý")
        verbose_name_plural = _("Đề nghị xử lý")
        ordering = ["case", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(closed_at=None), name="moderation_proposal_one_open"
            ),
            models.CheckConstraint(
                condition=~Q(cited="") & ~Q(reasons=[]), name="moderation_proposal_cited"
            ),
        ]

    def __str__(self):
        return f"{self.case_id} {self.pk}"


class Decision(models.Model):
    """Who decided what when and why. Rows are only added; a trigger refuses the rest.

    `told` are the sentences the sender reads, as they were on that day; `note` is for colleagues.
    `looks_at` is the decision of which this is the second look, `looks_at_by` who took that: the
    database refuses the same person twice. So it does with `proposed_by`, whose `proposal` was
    decided on; `cited` is the provision it rests on.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="decisions")
    n = models.PositiveSmallIntegerField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Người quyết định"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField(_("Lúc"))
    outcome = models.CharField(
        _("Quyết định"),
        max_length=8,
        choices=[
            (rules.APPROVED, _("Duyệt")),
            (rules.HIDDEN, _("Không đăng")),
            (rules.SPAM, _("Thư rác")),
        ],
    )
    reasons = ArrayField(models.SlugField(max_length=40), verbose_name=_("Lý do"), default=list)
    told = models.TextField(blank=True)
    cited = models.CharField(_("Quy định bị vi phạm"), max_length=500, blank=True)
    note = models.CharField(_("Ghi chú nội bộ"), max_length=500, blank=True)
    proposal = models.OneToOneField(
        Proposal, on_delete=models.PROTECT, null=True, related_name="decision"
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    looks_at = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="second_look"
    )
    looks_at_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("Quyết định kiểm duyệt")
        verbose_name_plural = _("Quyết định kiểm duyệt")
        ordering = ["case", "n"]
        constraints = [
            models.UniqueConstraint(fields=["case", "n"], name="moderation_decision_n"),
            models.CheckConstraint(
                condition=Q(outcome="approved")
                | (Q(outcome__in=["hidden", "spam"]) & ~Q(reasons=[])),
                name="moderation_decision_reason",
            ),
            models.CheckConstraint(
                condition=Q(looks_at=None, looks_at_by=None)
                | (Q(looks_at__isnull=False, looks_at_by__isnull=False) & ~Q(by=F("looks_at_by"))),
                name="moderation_decision_other_person",
            ),
            models.CheckConstraint(
                condition=Q(proposal=None, proposed_by=None)
                | (Q(proposal__isnull=False, proposed_by__isnull=False) & ~Q(by=F("proposed_by"))),
                name="moderation_decision_second_person",
            ),
        ]

    def __str__(self):
        return f"{self.case_id} {self.n} {self.outcome}"


class Appeal(models.Model):
    """Why the sender thinks the decision was wrong. Once per case."""

    case = models.OneToOneField(
        Case, on_delete=models.PROTECT, primary_key=True, related_name="appeal"
    )
    against = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="appeal")
    text = models.TextField(_("Lý do đề nghị xem lại"), max_length=1000)
    at = models.DateTimeField(_("Lúc"))

    class Meta:
        verbose_name = _("Đề nghị xem lại")
        verbose_name_plural = _("Đề nghị xem lại")
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="moderation_appeal_text"),
        ]

    def __str__(self):
        return str(self.case_id)
