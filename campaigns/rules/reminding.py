"""What a plan reminds of by itself: the kinds, how many days away, who is told, and the defaults.

A plan that says nothing has the defaults. `before` and `after` are days from the boundary the
kind hangs on; None says that the kind has no such side. No database here.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from portal.agencies.models import Role
from portal.notices import registry

RESPONSIBLE = "responsible"
SECRETARY = "secretary"
STAFF = "staff"
EDITOR = "editor"
APPROVER = "approver"
SUPERVISOR = "supervisor"
SUBTREE = "subtree"

#: Who may be told, as a person chooses them.
WHO = {
    RESPONSIBLE: _("Người phụ trách"),
    SECRETARY: _("Bí thư, người nhập liệu"),
    STAFF: _("Cán bộ theo dõi kế hoạch"),
    EDITOR: _("Biên tập viên"),
    APPROVER: _("Người duyệt"),
    SUPERVISOR: _("Người theo dõi cấp dưới"),
    SUBTREE: _("Cả các đơn vị bên dưới"),
}
ROLE_OF = {
    SECRETARY: Role.SECRETARY,
    STAFF: Role.STAFF,
    EDITOR: Role.EDITOR,
    APPROVER: Role.APPROVER,
    SUPERVISOR: Role.SUPERVISOR,
}
#: No reminder lies further from its boundary than this; the horizon has to reach beyond it.
MOST_DAYS = 45
#: So many days may be given on one side of one kind.
MOST_TIMES = 5


@dataclass(frozen=True)
class Rule:
    """How one plan reminds of one kind."""

    kind: str
    on: bool
    before: tuple
    after: tuple
    audience: frozenset

    @property
    def offsets(self):
        """Days from the boundary, negative before it; none when the rule is off."""
        return [-n for n in self.before] + list(self.after) if self.on else []

    @property
    def roles(self):
        return frozenset(ROLE_OF[who] for who in self.audience if who in ROLE_OF)

    @property
    def subtree(self):
        return SUBTREE in self.audience

    @property
    def responsible(self):
        return RESPONSIBLE in self.audience


@dataclass(frozen=True)
class Kind:
    """A kind of reminder that a plan may set: its words, its sides, its default Rule.

    `fixed` kinds come on the day itself and know neither side.
    """

    kind: str
    label: str
    where: str
    before: tuple | None
    after: tuple | None
    audience: frozenset
    choices: tuple

    @property
    def default(self):
        return Rule(self.kind, True, self.before or (), self.after or (), self.audience)

    @property
    def fixed(self):
        return self.before is None and self.after is None


_CONCERNED = frozenset({STAFF, SECRETARY, EDITOR})
_UNIT = (STAFF, SECRETARY, EDITOR, APPROVER)
_DOERS = frozenset({RESPONSIBLE, STAFF, SECRETARY})
_PHASE = _("mỗi đơn vị được giao việc trong kế hoạch và cơ quan ban hành")
_TASK = _("đơn vị chưa làm xong")

KINDS = {
    kind.kind: kind
    for kind in (
        Kind(
            registry.PHASE_STARTS_SOON, _("Đợt sắp bắt đầu"), _PHASE,
            (3,), None, _CONCERNED, (*_UNIT, SUBTREE),
        ),
        Kind(
            registry.PHASE_STARTED, _("Đợt đã bắt đầu"), _PHASE,
            None, None, _CONCERNED, (*_UNIT, SUBTREE),
        ),
        Kind(
            registry.PHASE_ENDS_SOON, _("Đợt sắp kết thúc"), _PHASE,
            (3,), None, _CONCERNED, (*_UNIT, SUBTREE),
        ),
        Kind(
            registry.PHASE_ENDED, _("Đợt đã kết thúc"), _PHASE,
            None, None, _CONCERNED, (*_UNIT, SUBTREE),
        ),
        Kind(
            registry.TASK_DUE_SOON, _("Nhiệm vụ sắp đến hạn"), _TASK,
            (3, 0), None, _DOERS, (RESPONSIBLE, *_UNIT, SUBTREE),
        ),
        Kind(
            registry.TASK_OVERDUE, _("Nhiệm vụ quá hạn"), _TASK,
            None, (1,), _DOERS, (RESPONSIBLE, *_UNIT),
        ),
        Kind(
            registry.TASK_ESCALATED, _("Báo cấp trên về việc quá hạn"),
            _("cấp trên trực tiếp của đơn vị chậm"),
            None, (7,), frozenset({STAFF, SUPERVISOR}), (STAFF, SUPERVISOR, SECRETARY, APPROVER),
        ),
        Kind(
            registry.PLAN_MISSING, _("Đơn vị chưa ban hành kế hoạch triển khai"),
            _("đơn vị chưa ban hành kế hoạch, khi đã đặt hạn ban hành"),
            (7, 1), (1, 7), frozenset({STAFF, SECRETARY}), _UNIT,
        ),
    )
}  # fmt: skip
