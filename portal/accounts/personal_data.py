"""Dữ liệu của tôi: everything the portal keeps about a person, by the registry of its apps.

The file is made when it is asked for and kept nowhere.
"""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt, AccessLog
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts import rules
from portal.accounts.models import SignInSlip
from portal.accounts.registries import PERSONAL_DATA, PersonalData
from portal.common import clock
from portal.common.display import datetime_vi


def everything(user, *, now=None):
    """{label: what an app keeps} about `user`, for JSON."""
    made = {_("Lập lúc"): datetime_vi(now or clock.now()), _("Cho tài khoản"): user.username}
    return made | {str(part.label): part.export(user) for _name, part in PERSONAL_DATA}


class AccountData(PersonalData):
    """The account itself: name, contact, sign-ins."""

    label = gettext_lazy("Tài khoản")

    def export(self, user):
        signed_in = AccessLog.objects.filter(username__in=_names(user)).order_by("-attempt_time")
        slips = SignInSlip.objects.filter(user=user).order_by("-issued_at")
        return {
            _("Họ và tên"): user.full_name,
            _("Tên đăng nhập"): user.username,
            _("Số điện thoại"): user.phone or "",
            _("Thư điện tử"): user.email,
            _("Lập tài khoản"): datetime_vi(user.date_joined),
            _("Xác thực hai bước"): Authenticator.objects.filter(user=user).exists(),
            _("Phiếu đăng nhập đã cấp"): [datetime_vi(s.issued_at) for s in slips],
            _("Các lần đăng nhập"): [
                {_("Lúc"): datetime_vi(row.attempt_time), _("Địa chỉ mạng"): row.ip_address or ""}
                for row in signed_in
            ],
        }

    def erase(self, user):
        AccessLog.objects.filter(username__in=_names(user)).delete()
        AccessAttempt.objects.filter(username__in=_names(user)).delete()
        Authenticator.objects.filter(user=user).delete()
        EmailAddress.objects.filter(user=user).delete()
        SignInSlip.objects.filter(user=user).delete()


def _names(user):
    """What sign-ins are logged under: the user name or the telephone number."""
    return [rules.normalise_username(name)[:100] for name in (user.username, user.phone) if name]
