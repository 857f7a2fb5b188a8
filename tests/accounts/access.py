"""Who reaches the pages of accounts."""

from tests.access import Row

ROWS = [
    Row("accounts:profile"),
    Row("accounts:my_data"),
    Row("accounts:erase"),
    Row("accounts:confirm_email", {"value": "khong-co"}, default=404, anonymous=404),
    # nobody of the demo has to choose a password: they are led to the ordinary change
    Row("accounts:new_password", default=302),
    Row("account_set_password", default=302),
    Row("accounts:slip_code", anonymous=200),
    Row("accounts:slip", {"secret": "KHONGCOPHIEUNAY23456"}, default=404, anonymous=404),
    Row("landing", default=302),
    Row("account_login", default=302, anonymous=200),
    Row("account_logout", default=200, anonymous=302),
    Row("account_inactive", anonymous=200),
    Row("account_reauthenticate", default=200),
    Row("account_change_password"),
    Row("account_reset_password", anonymous=200),
    Row("account_reset_password_done", anonymous=200),
    Row("account_reset_password_from_key", {"uidb36": "zzz", "key": "khong-dung"}, anonymous=200),
    Row("account_reset_password_from_key_done", anonymous=200),
    Row("mfa_index"),
    Row("mfa_authenticate", default=302),
    Row("mfa_reauthenticate", default=302),  # without a second step: by password
    # every step that touches the second factor asks for the password again first
    Row("mfa_activate_totp", default=302),
    Row("mfa_deactivate_totp", default=404),
    Row("mfa_view_recovery_codes", default=404),
    Row("mfa_generate_recovery_codes", default=302),
    Row("mfa_download_recovery_codes", default=404),
]
