"""Roles that read what members write take two administrators."""

from django.db import transaction
from django.utils.translation import gettext as _

from portal.agencies import ranges, rules
from portal.agencies.models import RoleRequest
from portal.common import audit, clock
from portal.common.errors import Refused

State = RoleRequest.State


def request_role(*, actor, user, agency, role, valid):
    """Ask for a role that a second administrator has to confirm (`rules.CONFIRMED_ROLES`).

    For `actions.grant_role` and `actions.hand_over`, which have checked the rest.

    Raises:
        Refused: "asked" when it is asked for already.
    """
    if RoleRequest.objects.filter(
        user=user, agency=agency, role=role, state=State.WAITING
    ).exists():
        raise Refused(_("Vai trò này đang chờ người quản trị thứ hai xác nhận."), code="asked")
    row = RoleRequest.objects.create(
        user=user, agency=agency, role=role, valid=valid, requested_by=actor
    )
    record(actor, "request_role", row, row.user, {"valid": [None, ranges.as_text(valid)]})
    return row


@transaction.atomic
def confirm_role(*, actor, request):
    """The second administrator agrees: from now on the person holds the role.

    Raises:
        Refused: "decided"; "same_hand" for whoever asked, is to hold it, or whose account the one
            who asked could open; as `grant_role`.
    """
    row = _waiting(request)
    if not rules.may_confirm_role(actor, row):
        raise Refused(
            _(
                "Cần một người quản trị khác, mà người đề nghị không quản lý tài khoản: quản trị "
                "cấp trên hoặc quản trị cổng."
            ),
            code="same_hand",
        )
    last = ranges.last_day(row.valid)
    if last is not None and last < clock.today():
        raise Refused(_("Thời gian giao vai trò đã qua."), code="past")
    from portal.agencies.actions.roles import write_role  # which asks for roles here

    _settle(actor, row, State.CONFIRMED)
    write_role(actor=actor, user=row.user, agency=row.agency, role=row.role, valid=row.valid)
    return row


@transaction.atomic
def refuse_role(*, actor, request):
    """The role is not given; the administrator who asked may take it back this way as well."""
    return _settle(actor, _waiting(request), State.REFUSED)


def _waiting(request):
    rows = RoleRequest.objects.select_for_update(of=("self",)).select_related("user", "agency")
    row = rows.get(pk=request.pk)
    if row.state != State.WAITING:
        raise Refused(_("Đề nghị này đã được giải quyết."), code="decided")
    return row


def _settle(actor, row, state):
    row.state, row.decided_by, row.decided_at = state, actor, clock.now()
    row.save(update_fields=["state", "decided_by", "decided_at"])
    verb = "confirm_role" if state == State.CONFIRMED else "refuse_role"
    record(actor, verb, row, row.user, {"state": [State.WAITING, state]})
    return row


def record(actor, verb, row, person, changes):
    """The audit row of a role of `person`, named by both."""
    label = f"{person.full_name}: {row.get_role_display()}"
    audit.record(
        actor=actor, verb=verb, obj=row, agency=row.agency_id, changes=changes, label=label
    )
