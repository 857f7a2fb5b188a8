"""What django-allauth asks of this portal."""

import base64
import hashlib

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.accounts import actions, devices, guard, queries


class AccountAdapter(DefaultAccountAdapter):
    """No open sign-up; wrong passwords are counted by `guard`, not by allauth."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _(
            "Tên đăng nhập (hoặc số điện thoại) và mật khẩu không khớp. Kiểm tra bộ gõ tiếng Việt "
            "và phím Caps Lock rồi thử lại."
        ),
        "enter_current_password": _("Mật khẩu đang dùng chưa đúng."),
        "incorrect_password": _("Mật khẩu chưa đúng."),
        "too_many_login_attempts": _("Có quá nhiều lần thử. Xin chờ mười phút rồi thử lại."),
    }

    def is_open_for_signup(self, request):
        return False

    def pre_authenticate(self, request, **credentials):
        user = queries.by_login(credentials.get("username") or "")
        if user is not None and devices.is_known(request, user):
            return
        wait = guard.address_wait(request)
        if wait:
            raise ValidationError(guard.wait_message(wait), code="slow_down")

    def authentication_failed(self, request, **credentials):
        if not getattr(request, "axes_locked_out", False):
            guard.count_failure(request)

    def post_login(self, request, user, **kwargs):
        response = super().post_login(request, user, **kwargs)
        devices.remember(request, response, user)
        return response

    def set_password(self, user, password):
        actions.set_password(actor=user, user=user, password=password)


class MFAAdapter(DefaultMFAAdapter):
    """Secrets of two-step sign-in are stored encrypted; a stolen database cannot make codes."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("Mã chưa đúng. Mã đổi sau mỗi 30 giây; hãy nhập mã đang hiện."),
    }

    def get_totp_label(self, user):
        return user.username

    def encrypt(self, text):
        return _fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text):
        try:
            return _fernet().decrypt(encrypted_text.encode()).decode()
        except InvalidToken as error:
            raise ValueError("MFA secret cannot be read: SECRET_KEY has changed") from error


def _fernet():
    key = hashlib.sha256(b"portal.accounts.mfa" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
