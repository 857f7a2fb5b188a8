"""Roles: granted, ended, delegated, handed over. A person's old roles stay on record."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.agencies import ranges, rules
from portal.agencies.actions import requests
from portal.agencies.models import Delegation, Membership, Role, RoleRequest
from portal.agencies.registries import HOLDINGS
from portal.common import audit, clock
from portal.common.errors import Refused

#: What a person is, not what they do for the office: neither delegated nor handed over.
PERSONAL_ROLES = frozenset({Role.MEMBER})


@transaction.atomic
def grant_role(*, actor, user, agency, role, starts=None, until=None):
    """Give `user` the role at `agency` from the day `starts` to `until` (both included).

    A role that reads what members write (`rules.CONFIRMED_ROLES`) is only asked for: it counts
    when a second administrator confirms it (`confirm_role`). The system itself (`actor` None)
    gives it at once.

    Returns:
        the Membership, or the RoleRequest.

    Raises:
        Refused: for dates that make no sense, an ended agency, a closed account, when the person
            holds the role in a part of that time already, or `rules.may_hand_out` says no.
    """
    _check_borrowed(actor, role, agency, user)
    starts = starts or clock.today()
    _check_days(starts, until)
    if not user.is_active:
        raise Refused(_("Tài khoản này đã ngừng hoạt động."), code="inactive")
    if not ranges.contains(agency.valid, starts):
        raise Refused(_("Cơ quan không hoạt động vào ngày bắt đầu."), code="outside")
    _lock_user(user)
    valid = ranges.days(starts, until)
    _refuse_held(user, agency, role, valid)
    if actor is not None and role in rules.CONFIRMED_ROLES:
        return requests.request_role(actor=actor, user=user, agency=agency, role=role, valid=valid)
    return write_role(actor=actor, user=user, agency=agency, role=role, valid=valid)


def write_role(*, actor, user, agency, role, valid):
    """Make the Membership of a grant that was checked and, where need be, confirmed.

    Raises:
        Refused: "inactive", "held".
    """
    if not user.is_active:
        raise Refused(_("Tài khoản này đã ngừng hoạt động."), code="inactive")
    _refuse_held(user, agency, role, valid)
    row = Membership.objects.create(user=user, agency=agency, role=role, valid=valid)
    requests.record(actor, "grant_role", row, user, {"valid": [None, ranges.as_text(valid)]})
    _forget_grants(user)
    return row


@transaction.atomic
def end_role(*, actor, membership, last_day=None):
    """End a role after `last_day` (yesterday if not given: from now on nothing).

    A role that had not begun by then is withdrawn altogether; the audit log keeps it.
    """
    last_day = last_day or clock.today() - ranges.DAY
    row = Membership.objects.select_for_update().select_related("user").get(pk=membership.pk)
    _end(actor, "end_role", row, row.user, last_day)


@transaction.atomic
def delegate(*, actor, giver, to_user, agency, role, starts, until, decision=""):
    """Ủy quyền: `to_user` acts in the giver's role at `agency` from `starts` to `until`.

    Only a role held in one's own right can be delegated, so never one held by delegation.

    Raises:
        Refused: with the reason.
    """
    _check_borrowed(actor, role, agency, to_user)
    _check_days(starts, until)
    if until is None:
        raise Refused(_("Ủy quyền phải có ngày kết thúc."), code="no_end")
    if until < clock.today():
        raise Refused(_("Thời gian ủy quyền đã qua."), code="past")
    if giver.pk == to_user.pk:
        raise Refused(_("Không thể ủy quyền cho chính mình."), code="self")
    if not to_user.is_active:
        raise Refused(_("Tài khoản này đã ngừng hoạt động."), code="inactive")
    if role in PERSONAL_ROLES:
        raise Refused(_("Vai trò này không ủy quyền được."), code="personal")
    if role in rules.CONFIRMED_ROLES and actor.pk != giver.pk:
        raise Refused(
            _("Vai trò đọc ý kiến do chính người giữ vai trò ủy quyền, ở trang “Ủy quyền”."),
            code="by_giver",
        )
    _lock_user(giver)
    valid = ranges.days(starts, until)
    own = Membership.objects.filter(user=giver, agency=agency, role=role, valid__contains=valid)
    if not own.exists():
        raise Refused(
            _("Người ủy quyền không giữ vai trò “%(role)s” trong suốt thời gian đó.")
            % {"role": Role(role).label},
            code="not_held",
        )
    same = Delegation.objects.filter(
        giver=giver, to_user=to_user, agency=agency, role=role, valid__overlap=valid
    )
    if same.exists():
        raise Refused(_("Đã có ủy quyền này trong thời gian đó."), code="held")
    row = Delegation.objects.create(
        giver=giver,
        to_user=to_user,
        agency=agency,
        role=role,
        valid=valid,
        decision=decision,
        created_by=actor,
    )
    changes = {
        "to_user": [None, to_user.full_name],
        "valid": [None, ranges.as_text(valid)],
        "decision": [None, decision],
    }
    requests.record(actor, "delegate", row, giver, changes)
    _forget_grants(to_user)
    return row


@transaction.atomic
def end_delegation(*, actor, delegation, last_day=None):
    """End a delegation after `last_day` (yesterday if not given)."""
    last_day = last_day or clock.today() - ranges.DAY
    rows = Delegation.objects.select_for_update(of=("self",)).select_related("giver", "to_user")
    row = rows.get(pk=delegation.pk)
    _end(actor, "end_delegation", row, row.giver, last_day)
    _forget_grants(row.to_user)


@transaction.atomic
def hand_over(*, actor, from_user, to_user, on=None, agencies=None):
    """Bàn giao: from the day `on` `to_user` holds what `from_user` held.

    Working roles move, delegations of the giver end, and what other parts of the portal keep in
    a person's name goes along through the registry `agencies.registries.HOLDINGS`.

    Args:
        on: the first day of the new holder, today if not given.
        agencies: ids of the agencies whose roles move (those the actor may manage); None for all.

    Returns:
        a list of sentences saying what moved.
    """
    on = on or clock.today()
    if from_user.pk == to_user.pk:
        raise Refused(_("Người nhận bàn giao phải là người khác."), code="self")
    if not to_user.is_active:
        raise Refused(_("Tài khoản nhận bàn giao đã ngừng hoạt động."), code="inactive")
    for user in sorted((from_user, to_user), key=lambda u: u.pk):
        _lock_user(user)
    later = ranges.days(on)
    rows = Membership.objects.filter(user=from_user, valid__overlap=later)
    rows = rows.exclude(role__in=PERSONAL_ROLES).select_related("agency")
    given = Delegation.objects.filter(giver=from_user, valid__overlap=later)
    if agencies is not None:
        rows, given = rows.filter(agency__in=agencies), given.filter(agency__in=agencies)
    rows, given = list(rows), list(given)
    if not rows:
        raise Refused(_("Người này không giữ vai trò nào để bàn giao."), code="nothing")
    for row in rows:
        _check_borrowed(actor, row.role, row.agency, to_user)
    moved = []
    for row in rows:
        valid = ranges.DateRange(max(row.valid.lower or on, on), row.valid.upper)
        _end(actor, "end_role", row, from_user, on - ranges.DAY)
        same = Membership.objects.filter(
            user=to_user, agency=row.agency, role=row.role, valid__overlap=valid
        )
        asks = actor is not None and row.role in rules.CONFIRMED_ROLES
        if not same.exists() and asks:
            waiting = RoleRequest.objects.filter(
                user=to_user, agency=row.agency, role=row.role, state=RoleRequest.State.WAITING
            )
            if not waiting.exists():
                requests.request_role(
                    actor=actor, user=to_user, agency=row.agency, role=row.role, valid=valid
                )
            moved.append(
                _("%(role)s, %(agency)s (chờ người quản trị thứ hai xác nhận)")
                % {"role": row.get_role_display(), "agency": row.agency.name}
            )
            continue
        if not same.exists():
            new = Membership.objects.create(
                user=to_user, agency=row.agency, role=row.role, valid=valid
            )
            requests.record(
                actor, "grant_role", new, to_user, {"valid": [None, ranges.as_text(valid)]}
            )
        moved.append(f"{row.get_role_display()}, {row.agency.name}")
    for row in given:
        end_delegation(actor=actor, delegation=row, last_day=on - ranges.DAY)
    agency_ids = {row.agency_id for row in rows}
    for _name, move in HOLDINGS:
        moved += move(from_user=from_user, to_user=to_user, agencies=agency_ids, on=on, actor=actor)
    audit.record(
        actor=actor,
        verb="hand_over",
        obj=from_user,
        agency=rows[0].agency_id,
        changes={"to_user": [None, to_user.full_name], "moved": [None, moved]},
    )
    _forget_grants(from_user)
    _forget_grants(to_user)
    return moved


# --- helpers --------------------------------------------------------------------------------


def _refuse_held(user, agency, role, valid):
    held = Membership.objects.filter(user=user, agency=agency, role=role, valid__overlap=valid)
    if held.exists():
        raise Refused(
            _("Người này đã giữ vai trò “%(role)s” tại cơ quan trong thời gian đó.")
            % {"role": Role(role).label},
            code="held",
        )


def _check_days(starts, until):
    if until is not None and until < starts:
        raise Refused(_("Ngày kết thúc phải từ ngày bắt đầu trở đi."), code="dates")


def _check_borrowed(actor, role, agency, person):
    if actor is not None and not rules.may_hand_out(actor, role, agency, person):
        raise Refused(
            _(
                "Đồng chí đang quản trị theo ủy quyền nên không giao vai trò cho chính mình và "
                "không giao vai trò quản trị, theo dõi cấp dưới."
            ),
            code="borrowed",
        )


def _lock_user(user):
    """Two grants for one person follow each other, so the check before a write holds."""
    User.objects.select_for_update().filter(pk=user.pk).values_list("pk").first()


def _end(actor, verb, row, person, last_day):
    if row.valid.upper is not None and row.valid.upper <= last_day + ranges.DAY:
        return
    before = ranges.as_text(row.valid)
    if (row.valid.lower or dt.date.min) > last_day:
        after = None
        requests.record(actor, verb, row, person, {"valid": [before, None]})
        row.delete()
    else:
        row.valid = ranges.DateRange(row.valid.lower, last_day + ranges.DAY)
        row.save(update_fields=["valid"])
        after = ranges.as_text(row.valid)
        requests.record(actor, verb, row, person, {"valid": [before, after]})
    _forget_grants(person)


def _forget_grants(user):
    for kept in ("_grants", "_own_grants"):
        user.__dict__.pop(kept, None)
