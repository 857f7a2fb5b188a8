"""Who enters for a unit, who checks it, who sees it, and until when.

A clerk is a STAFF or RAPPORTEUR at a unit of the ladder; they enter for that unit and for every
unit below it. The SECRETARY of a cell enters for the cell itself. The `desk` of a batch is the
lowest unit at which whoever started it may enter for its node: only the desk and the units above
it see a batch, so a letter that a member sent past the cell is not shown to the cell. Batches of
meetings belong to the unit that met, which sees them wherever they were keyed in.
"""

import datetime as dt
from dataclasses import dataclass

from django.db import connection
from django.utils.translation import gettext as _

from feedback.models import Channel, Consultation, EntryBatch
from portal.agencies.models import Role
from portal.agencies.rules import Acting, Grant, grants_of, person_behind
from portal.common import clock
from portal.common.errors import Refused
from portal.common.transitions import Lifecycle, transition

S = EntryBatch.State

LIFECYCLE = Lifecycle(
    transition("submit", {S.ENTERING}, S.CHECKING, "Lô này không còn ở bước nhập."),
    transition("accept", {S.CHECKING}, S.ACCEPTED, "Lô này không ở bước chờ kiểm tra."),
    transition("send_back", {S.CHECKING}, S.ENTERING, "Lô này không ở bước chờ kiểm tra."),
    transition(
        "discard",
        {S.ENTERING, S.CHECKING},
        S.DISCARDED,
        "Lô đã tiếp nhận thì không bỏ được; hãy hủy lô, có nêu lý do.",
    ),
    transition("restore", {S.DISCARDED}, S.ENTERING, "Lô này chưa bị bỏ."),
    transition("undo", {S.ACCEPTED}, S.UNDONE, "Chỉ hủy được lô đã tiếp nhận."),
)

CLERK_ROLES = frozenset({Role.STAFF, Role.RAPPORTEUR})

#: What arrived in time may still be keyed in for so many days after the closing day.
GRACE_DAYS = 30


@dataclass(frozen=True)
class Place:
    """Where somebody enters for a unit: the ladder node of their own unit and the role they use."""

    node_id: int
    grant: Grant

    @property
    def is_clerk(self):
        return self.grant.role in CLERK_ROLES


def lineage(node_id):
    """[(node id, id of the agency that handles it)] from a ladder node up to the root. 1 query."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE up AS (
              SELECT id, parent_id, handled_by_id, 0 AS steps FROM feedback_laddernode
              WHERE id = %s
              UNION ALL
              SELECT n.id, n.parent_id, n.handled_by_id, up.steps + 1
              FROM feedback_laddernode n JOIN up ON n.id = up.parent_id)
            SELECT id, handled_by_id FROM up ORDER BY steps
            """,
            [node_id],
        )
        return cursor.fetchall()


def place_for(user, node_id):
    """The Place from which `user` enters for the ladder node, the nearest one; or None."""
    grants = grants_of(user)
    if not grants:
        return None
    for n, (pk, agency_id) in enumerate(lineage(node_id)):
        roles = CLERK_ROLES if n else CLERK_ROLES | {Role.SECRETARY}
        grant = grants.find(roles, agency_id)
        if grant is not None:
            return Place(pk, grant)
    return None


def place_at(user, batch):
    """The Place from which `user` sees `batch`, or None."""
    if batch.kind == EntryBatch.Kind.MEETING:
        return place_for(user, batch.node_id)
    return place_for(user, batch.desk_id)


def may_see(user, batch):
    """Whether `user` sees the rows, the scans and the fate of `batch`."""
    return place_at(user, batch) is not None


def may_type(user, batch):
    """Whether `user` fills in the rows while the batch is being entered.

    Whoever started it; those of a meeting everybody who enters for the unit that met.
    """
    if batch.state != S.ENTERING or not may_see(user, batch):
        return False
    return batch.kind == EntryBatch.Kind.MEETING or batch.entered_by_id == user.pk


def may_check(user, batch, *, second_person_required=True):
    """Whether `user` may accept `batch`, send it back or correct it: not who entered it.

    Nor somebody who acts on behalf of who entered it. Where a meeting's own unit confirms what was
    keyed in (`second_person_required` False) its secretary may have entered it too.
    """
    return _checker(user, batch, second_person_required) is not None


def require_checker(user, batch, *, second_person_required=True):
    """The Acting of somebody who `may_check`; for the first line of an action.

    Raises:
        Refused: "own" for who entered the batch, "no_right" for everybody else.
    """
    acting = _checker(user, batch, second_person_required)
    if acting is not None:
        return acting
    if may_see(user, batch) and second_person_required:
        raise Refused(
            _("Người nhập không tự tiếp nhận lô của mình; cần người thứ hai kiểm tra."), code="own"
        )
    raise Refused(_("Đồng chí không có quyền làm việc này."), code="no_right")


def _checker(user, batch, second_person_required):
    place = place_at(user, batch)
    if place is None:
        return None
    behind = person_behind(place.grant)
    if second_person_required and batch.entered_by_id in (user.pk, behind and behind.pk):
        return None
    return Acting(user, behind)


def require_seen(user, batch):
    """The Acting of somebody who sees `batch`. Raises Refused "no_right"."""
    place = place_at(user, batch)
    if place is None:
        raise Refused(_("Đồng chí không có quyền làm việc này."), code="no_right")
    return Acting(user, person_behind(place.grant))


def may_confirm_undo(user, batch):
    """Whether `user` may confirm that `batch` is undone, which somebody else asked for.

    Neither who asked, nor who asked on their behalf, nor somebody who acts on behalf of either.
    """
    if batch.state != S.ACCEPTED or batch.undo_asked_by_id is None:
        return False
    place = place_at(user, batch)
    if place is None:
        return False
    behind = person_behind(place.grant)
    asked = {batch.undo_asked_by_id, batch.undo_asked_for_id} - {None}
    return asked.isdisjoint({user.pk, behind and behind.pk})


def check_undoable(batch, now):
    """Refuse where an accepted batch cannot be undone (any more): not accepted, a meeting's, the
    consultation is over for longer than `GRACE_DAYS`.

    Args:
        batch: with `consultation__closes`.
    """
    if batch.kind == EntryBatch.Kind.MEETING:
        raise Refused(_("Hội nghị được sửa hoặc hủy ở trang của hội nghị."), code="kind")
    LIFECYCLE.target("undo", batch.state)
    closes = batch.consultation.closes.at
    if closes is not None and now >= closes + dt.timedelta(days=GRACE_DAYS):
        raise Refused(
            _("Đợt lấy ý kiến đã kết thúc quá %d ngày, số liệu đã chốt nên không hủy lô được.")
            % GRACE_DAYS,
            code="over",
        )


def undoable(batch, now):
    """Whether an accepted batch may still be undone."""
    try:
        check_undoable(batch, now)
    except Refused:
        return False
    return True


def check_takes_entries(consultation, now):
    """Refuse where nothing may be entered for units: not opened, not collected here, long over.

    Args:
        consultation: with `opens` and `closes`.
    """
    if consultation.state != Consultation.State.ANNOUNCED:
        raise Refused(_("Đợt lấy ý kiến này không nhận ý kiến."), code="state")
    if consultation.mode != Consultation.Mode.COLLECTED:
        raise Refused(
            _("Đợt lấy ý kiến này thu nhận ở kênh của cấp trên, không nhập tại đây."), code="mode"
        )
    opens, closes = consultation.opens.at, consultation.closes.at
    if opens is None or now < opens or not consultation.ladder_copied_at:
        raise Refused(_("Đợt lấy ý kiến chưa bắt đầu nhận ý kiến."), code="upcoming")
    if closes is not None and now >= closes + dt.timedelta(days=GRACE_DAYS):
        raise Refused(
            _("Đợt lấy ý kiến đã kết thúc quá %d ngày nên không nhập thêm được.") % GRACE_DAYS,
            code="over",
        )


def takes_entries(consultation, now):
    """Whether units may still enter."""
    try:
        check_takes_entries(consultation, now)
    except Refused:
        return False
    return True


def check_received_on(consultation, on, *, today):
    """Refuse a day of arrival outside the consultation or in the future."""
    if on is None:
        raise Refused(_("Hãy ghi ngày nhận."), code="no_date")
    if on > today:
        raise Refused(_("Ngày nhận không thể sau hôm nay."), code="future")
    opens = clock.today(consultation.opens.at)
    if on < opens:
        raise Refused(
            _("Ngày nhận trước ngày bắt đầu lấy ý kiến (%s).") % f"{opens:%d/%m/%Y}", code="early"
        )
    closes = consultation.closes.at
    if closes is not None and clock.start_of_day(on) >= closes:
        last = clock.today(closes - dt.timedelta(seconds=1))
        raise Refused(
            _("Ngày nhận sau ngày kết thúc lấy ý kiến (%s).") % f"{last:%d/%m/%Y}", code="late"
        )


def check_channel(consultation, channel):
    """Refuse a channel the consultation does not have, and that of the portal's own form."""
    if channel not in consultation.channels or channel == Channel.ONLINE:
        raise Refused(_("Đợt lấy ý kiến này không nhận qua kênh đó."), code="channel")


def works_with_entries(user):
    """Whether `user` could enter for some unit: for the navigation and the list."""
    return bool(grants_of(user).agency_ids(CLERK_ROLES | {Role.SECRETARY}))
