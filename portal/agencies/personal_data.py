"""What agencies keep about a person: roles and delegations."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.registries import PersonalData
from portal.agencies.actions.roles import end_delegation, end_role
from portal.agencies.models import Delegation, Membership
from portal.agencies.rules import WORKING_ROLES
from portal.common import clock
from portal.common.display import date_vi
from portal.common.errors import Refused


class RoleData(PersonalData):
    """Roles and delegations; those of an office are handed over before an account goes."""

    label = gettext_lazy("Vai trò tại các cơ quan")

    def export(self, user):
        roles = Membership.objects.filter(user=user).select_related("agency").order_by("id")
        held = Delegation.objects.filter(to_user=user).select_related("agency").order_by("id")
        return {
            _("Vai trò"): [_row(row) for row in roles],
            _("Được ủy quyền"): [_row(row) for row in held],
        }

    def check_erase(self, user):
        working = _current(Membership.objects.filter(user=user, role__in=WORKING_ROLES))
        first = working.select_related("agency").order_by("agency__protocol_no", "id").first()
        if first is not None:
            raise Refused(
                _(
                    "Đồng chí đang giữ vai trò “%(role)s” tại %(agency)s. Đề nghị người quản trị "
                    "của đơn vị bàn giao và kết thúc vai trò này trước khi xóa tài khoản."
                )
                % {"role": first.get_role_display(), "agency": first.agency.name},
                code="works",
            )

    def erase(self, user):
        for row in _current(Membership.objects.filter(user=user)):
            end_role(actor=None, membership=row)
        for row in _current(Delegation.objects.filter(to_user=user)):
            end_delegation(actor=None, delegation=row)


def _current(rows):
    return rows.filter(valid__endswith__gt=clock.today()) | rows.filter(valid__upper_inf=True)


def _row(row):
    return {
        _("Vai trò"): row.get_role_display(),
        _("Tại"): row.agency.name,
        _("Từ ngày"): date_vi(row.valid.lower),
        _("Đến trước ngày"): date_vi(row.valid.upper),
    }
