"""The cascade of the demo: one unit has issued its plan, one drafts, the others are late; the
province has amended a task meanwhile, which the first unit had reworded for itself; a commune has
passed a task on to two of its cells.
"""

import datetime as dt

from campaigns import actions
from campaigns.actions.cascade import set_derive_by
from campaigns.models import Assignment, Plan, Task
from portal.agencies.models import Agency

PROVINCE = "12-KH/TU"
ISSUER, DRAFTER, COMMUNE = (
    "dang-bo-ubnd-tinh-mau",
    "dang-bo-phuong-minh-khai",
    "dang-bo-xa-hoa-binh",
)
CELLS = ("chi-bo-ben-thuong", "chi-bo-truong-thcs-hoa-binh")
ASKED_DAYS_AGO = 2


def load(world, on):
    """Derive, amend and pass on; every step through the actions of the people who would do it."""
    users = world["users"]
    above = Plan.objects.get(document__symbol=PROVINCE)
    set_derive_by(actor=users["kehoach"], plan=above, on=on - dt.timedelta(days=ASKED_DAYS_AGO))
    mine = _issued(above, users, on)
    actions.derive_plan(
        actor=None,
        above=above,
        issuer=Agency.objects.get(slug=DRAFTER),
        title="Tuyên truyền Đại hội đại biểu Đảng bộ tỉnh Mẫu lần thứ I ở phường Minh Khai",
    )
    _amend(above, mine)
    _pass_on(above, users)


def _issued(above, users, on):
    plan = actions.derive_plan(
        actor=users["dinhvanphuc"],
        above=above,
        issuer=Agency.objects.get(slug=ISSUER),
        title="Tuyên truyền Đại hội đại biểu Đảng bộ tỉnh Mẫu lần thứ I ở các cơ quan UBND tỉnh",
    )
    actions.submit_plan(actor=users["dinhvanphuc"], plan=plan)
    actions.issue_plan(
        actor=users["truongthilan"],
        plan=plan,
        symbol="15-KH/ĐU",
        issued_on=on - dt.timedelta(days=9),
        signer="Trương Thị Lan",
    )
    return plan


def _amend(above, mine):
    """The unit rewords what it was told to hand in; the province rewords the same, and more.

    Without an actor: as if both amendments had been published.
    """
    theirs = Task.objects.filter(plan=above, assignments__agency__slug=ISSUER).order_by("position")
    first, second = theirs[:2]
    actions.edit_task(
        actor=None,
        task=Task.objects.get(plan=mine, origin=first.key),
        detail="Mỗi chi bộ trong khối có lịch tuyên truyền riêng kèm theo kế hoạch.",
    )
    actions.edit_task(
        actor=None,
        task=first,
        detail="Kế hoạch nêu rõ người phụ trách, đầu mối liên lạc; bản đã ký gửi trên cổng.",
    )
    actions.edit_task(
        actor=None,
        task=second,
        deliverable="Chuyên mục có ít nhất hai tin bài mỗi tuần",
    )


def _pass_on(above, users):
    row = (
        Assignment.objects.filter(task__plan=above, agency__slug=COMMUNE)
        .exclude(state=Assignment.State.DONE)
        .order_by("task__position")
        .first()
    )
    cells = Agency.objects.filter(slug__in=CELLS)
    actions.pass_on(actor=users["lethuylinh"], assignment=row, agencies=cells)
    actions.set_progress(
        actor=None,
        assignment=Assignment.objects.get(parent=row, agency__slug=CELLS[0]),
        state=Assignment.State.DONE,
    )
