"""What upper apps tell notices: what a subject is, who is concerned, which days are worked.

Filled in `AppConfig.ready()`; nothing here touches the database.

    from portal.notices import registry

    class PhaseNotices(registry.Handler):
        def load(self, notices): ...              # one query for all subjects of a batch
        def still_due(self, notice, now): ...
        def render(self, notice): ...
        def audience(self, notice): ...

    registry.kinds.register("campaigns.phase", PhaseNotices())
    registry.hooks.register("is_working_day", is_working_day)
"""

import enum
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from portal.common.registry import Registry


@dataclass(frozen=True)
class Message:
    """What a person reads: a short title with the date in it, a text of a few lines, a local path.

    Never an opinion's text, a stance or the name of its author (DESIGN section 5). `title` is cut
    at 300 characters; a `url` that is no local path, or longer than 300, is left off.
    """

    title: str
    text: str = ""
    url: str = ""


@dataclass(frozen=True)
class Audience:
    """Who is told: everyone who holds one of `roles` at one of `agency_ids`, and `user_ids`.

    With `subtree` the agencies below those count too (in the tree of today). Delegates of a role
    are told as well; inactive people never are; everybody is told once, however many ways lead to
    them. `roles` are `agencies.models.Role` values.
    """

    agency_ids: frozenset[int] = frozenset()
    roles: frozenset[int] = frozenset()
    subtree: bool = False
    user_ids: frozenset[int] = frozenset()
    also: tuple["Audience", ...] = ()

    @property
    def weight(self):
        """About how many ways lead from here to people; a subtree counts as many places."""
        places = len(self.agency_ids) * (50 if self.subtree else 1)
        own = places * len(self.roles) + len(self.user_ids)
        return own + sum(part.weight for part in self.also)

    @property
    def parts(self):
        """This Audience and those it brings along, each without further ones."""
        return (self, *self.also)


class Handler:
    """How notices about one kind of subject are decided and worded. Subclass it in an upper app.

    The sweep calls `load` once with all notices of a batch that have this subject kind, then the
    other methods for each; `load` may put what it read on the notices (`notice.subject = …`), so
    that a batch costs the same number of queries whatever its size.
    """

    def load(self, notices):
        """Read the subjects of `notices` at one go. Optional."""

    def still_due(self, notice, now):
        """Whether what the notice says is still true at `now`.

        False when the subject is gone, done, withdrawn or its boundary has another revision. It is
        asked when the notice is expanded and once more before its mail goes. Being too late is not
        its business: that is `useful_until`.
        """
        raise NotImplementedError

    def render(self, notice):
        """The Message of the notice, in Vietnamese."""
        raise NotImplementedError

    def render_for(self, notice, agency_ids):
        """The Message for people reached through these agencies; the same for all by default.

        Override it where a notice is about many units and each should read of its own only.
        `agency_ids` is a frozenset, empty for people named one by one.
        """
        return self.render(notice)

    def audience(self, notice):
        """The Audience of the notice."""
        raise NotImplementedError


class Urgency(enum.Enum):
    """When the mail of a notice goes."""

    DIGEST = "digest"  # with the digest at 07:30 on working days
    NEAR = "near"  # at once if a day in payload["dates"] is near, else with the digest
    AT_ONCE = "at_once"


@dataclass(frozen=True)
class NoticeKind:
    """A kind of notice: its name in lists and when its mail goes.

    Nobody may do without the mail of a `mandatory` kind; `hidden` ones are not asked about.
    """

    label: str
    urgency: Urgency = Urgency.DIGEST
    mandatory: bool = False
    hidden: bool = False


@dataclass(frozen=True)
class LetterWords:
    """A letter to somebody without an account: plain paragraphs and one link of this site."""

    to: str
    subject: str
    paragraphs: tuple[str, ...]
    path: str
    link_label: str
    footer: str = ""


#: subject kind -> function(Letter) giving its LetterWords, or None when there is nobody to write to
writers = Registry("writer of letters")

#: subject kind ("campaigns.phase") -> Handler
kinds = Registry("notice subject")

#: kind of notice -> NoticeKind
notice_kinds = Registry("kind of notice")

#: small questions answered by upper apps: "is_working_day" (date) -> bool
hooks = Registry("notices hook")

PHASE_STARTS_SOON = "phase_starts_soon"
PHASE_STARTED = "phase_started"
PHASE_ENDS_SOON = "phase_ends_soon"
PHASE_ENDED = "phase_ended"
DATES_CHANGED = "dates_changed"
TASK_ASSIGNED = "task_assigned"
TASK_DUE_SOON = "task_due_soon"
TASK_OVERDUE = "task_overdue"
TASK_ESCALATED = "task_escalated"
PLAN_MISSING = "plan_missing"
LATE_REMINDER = "late_reminder"
REPORT_DUE = "report_due"
CONSULTATION_CLOSING = "consultation_closing"
SYNTHESIS_DUE = "synthesis_due"
AWAITING_APPROVAL = "awaiting_approval"
RETURNED = "returned"
APPROVED = "approved"
INFORMATION = "information"

for _name, _entry in {
    PHASE_STARTS_SOON: NoticeKind(_("Đợt sắp bắt đầu")),
    PHASE_STARTED: NoticeKind(_("Đợt đã bắt đầu")),
    PHASE_ENDS_SOON: NoticeKind(_("Đợt sắp kết thúc")),
    PHASE_ENDED: NoticeKind(_("Đợt đã kết thúc")),
    DATES_CHANGED: NoticeKind(_("Đổi mốc thời gian"), Urgency.NEAR, mandatory=True),
    TASK_ASSIGNED: NoticeKind(_("Được phân công nhiệm vụ")),
    TASK_DUE_SOON: NoticeKind(_("Nhiệm vụ sắp đến hạn")),
    TASK_OVERDUE: NoticeKind(_("Nhiệm vụ quá hạn"), mandatory=True),
    TASK_ESCALATED: NoticeKind(_("Đơn vị bên dưới chậm")),
    PLAN_MISSING: NoticeKind(_("Chưa ban hành kế hoạch triển khai")),
    LATE_REMINDER: NoticeKind(_("Cấp ủy nhắc việc chậm"), mandatory=True),
    REPORT_DUE: NoticeKind(_("Sắp đến hạn báo cáo")),
    CONSULTATION_CLOSING: NoticeKind(_("Lấy ý kiến sắp kết thúc")),
    SYNTHESIS_DUE: NoticeKind(_("Sắp đến hạn tổng hợp ý kiến")),
    AWAITING_APPROVAL: NoticeKind(_("Chờ bạn duyệt"), Urgency.AT_ONCE, mandatory=True),
    RETURNED: NoticeKind(_("Bị trả lại"), Urgency.AT_ONCE, mandatory=True),
    APPROVED: NoticeKind(_("Đã được duyệt")),
    INFORMATION: NoticeKind(_("Thông tin"), hidden=True),
}.items():
    notice_kinds.register(_name, _entry)


def kind_of(notice):
    """The NoticeKind of a notice; an unknown kind goes with the digest under its own name."""
    return notice_kinds.get(notice.kind) or NoticeKind(label=notice.kind)


def kind_choices():
    """(kind, label) of every kind, for forms."""
    return [(name, entry.label) for name, entry in notice_kinds]


def is_working_day(date):
    """Whether `date` is worked: asked of the calendar of the upper app; Monday to Friday without.

    The hook knows public holidays and the Saturdays worked in exchange.
    """
    hook = hooks.get("is_working_day")
    return hook(date) if hook else date.weekday() < 5
