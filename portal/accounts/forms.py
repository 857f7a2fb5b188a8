"""Forms of accounts. Those of allauth get our words and our cleaning of text."""

from allauth.account import forms as account_forms
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp import forms as totp_forms
from django import forms
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.common.forms import CleanTextMixin, Form

_NEW = {"autocomplete": "new-password"}


def _name_passwords(form):
    """Our labels on the two fields for a new password."""
    form.fields["password1"].label = _("Mật khẩu mới")
    form.fields["password1"].help_text = _(
        "Ít nhất 8 ký tự, không chỉ có số, không dễ đoán. Một câu ngắn dễ nhớ là tốt nhất."
    )
    form.fields["password2"].label = _("Nhập lại mật khẩu mới")
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)


class SignInForm(CleanTextMixin, account_forms.LoginForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        login, password = self.fields["login"], self.fields["password"]
        login.label = _("Tên đăng nhập hoặc số điện thoại")
        login.widget.attrs.update(
            {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        )
        password.label = _("Mật khẩu")
        for field in (login, password):
            field.help_text = ""
            field.widget.attrs.pop("placeholder", None)


class ChangePasswordForm(CleanTextMixin, account_forms.ChangePasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _name_passwords(self)
        self.fields["oldpassword"].label = _("Mật khẩu đang dùng")
        self.fields["oldpassword"].help_text = ""


class ResetPasswordForm(CleanTextMixin, account_forms.ResetPasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("Thư điện tử đã đăng ký")
        self.fields["email"].widget.attrs.pop("placeholder", None)


class ResetPasswordKeyForm(CleanTextMixin, account_forms.ResetPasswordKeyForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _name_passwords(self)


class ReauthenticateForm(CleanTextMixin, account_forms.ReauthenticateForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["password"].label = _("Mật khẩu")
        self.fields["password"].help_text = ""
        self.fields["password"].widget.attrs.pop("placeholder", None)


def _name_code(form):
    form.fields["code"].label = _("Mã xác thực")
    form.fields["code"].widget.attrs.update({"inputmode": "numeric"})
    form.fields["code"].widget.attrs.pop("placeholder", None)


class MfaAuthenticateForm(CleanTextMixin, mfa_forms.AuthenticateForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _name_code(self)
        self.fields["code"].help_text = _("Mã 6 số trong ứng dụng, hoặc một mã dự phòng.")
        del self.fields["code"].widget.attrs["inputmode"]  # recovery codes have letters


class MfaReauthenticateForm(CleanTextMixin, mfa_forms.ReauthenticateForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _name_code(self)


class ActivateTotpForm(CleanTextMixin, totp_forms.ActivateTOTPForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _name_code(self)


class NewPasswordForm(Form):
    """A first password, or one after a slip: the old one is not known."""

    password1 = forms.CharField(
        label=_("Mật khẩu mới"),
        strip=False,
        widget=forms.PasswordInput(attrs=_NEW),
        help_text=_(
            "Ít nhất 8 ký tự, không chỉ có số, không dễ đoán. Một câu ngắn dễ nhớ là tốt nhất."
        ),
    )
    password2 = forms.CharField(
        label=_("Nhập lại mật khẩu mới"), strip=False, widget=forms.PasswordInput(attrs=_NEW)
    )

    def clean(self):
        data = super().clean()
        one, two = data.get("password1"), data.get("password2")
        if one and two and one != two:
            self.add_error("password2", _("Hai lần nhập mật khẩu không giống nhau."))
        return data


class ContactForm(Form):
    """What a person may change about themselves."""

    phone = forms.CharField(
        label=_("Số điện thoại"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        help_text=_("Dùng được để đăng nhập thay cho tên đăng nhập."),
    )
    email = forms.EmailField(
        label=_("Thư điện tử"),
        max_length=User._meta.get_field("email").max_length,
        required=False,
        help_text=_("Để nhận thông báo và tự đặt lại mật khẩu. Không hiện cho người khác."),
    )
    password = forms.CharField(
        label=_("Mật khẩu đang dùng"),
        strip=False,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text=_("Chỉ cần khi đổi thư điện tử."),
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    @property
    def new_email(self):
        """The address that is asked for, None where it stays as it is."""
        email = self.cleaned_data["email"].lower()
        return None if email == self.user.email else email

    def clean(self):
        """Whoever finds a browser signed in must not lead the links to new passwords elsewhere."""
        data = super().clean()
        if "email" in data and self.new_email is not None:
            if not self.user.has_usable_password():
                self.add_error(
                    "email", _("Hãy đặt mật khẩu cho tài khoản trước khi đổi thư điện tử.")
                )
            elif not self.user.check_password(data.get("password") or ""):
                self.add_error("password", _("Mật khẩu đang dùng chưa đúng."))
        return data


class SlipCodeForm(Form):
    """The code under the QR picture, typed by hand."""

    code = forms.CharField(
        label=_("Mã trên phiếu"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
        help_text=_("Bốn nhóm, mỗi nhóm năm chữ và số, in dưới hình vuông."),
    )


class OwnPasswordForm(Form):
    """The password of whoever is signed in, before their data is given out: offices share
    computers."""

    password = forms.CharField(
        label=_("Mật khẩu đang dùng"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self):
        if not self.user.check_password(self.cleaned_data["password"]):
            raise forms.ValidationError(_("Mật khẩu không đúng."))
        return ""


class EraseAccountForm(OwnPasswordForm):
    """To erase one's account."""

    sure = forms.BooleanField(
        label=_("Tôi muốn xóa tài khoản; việc này không hoàn lại được"),
        error_messages={"required": _("Đánh dấu vào ô này nếu muốn xóa.")},
    )
