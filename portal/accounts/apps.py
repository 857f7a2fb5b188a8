from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "portal.accounts"
    verbose_name = _("Tài khoản")
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from portal.accounts.personal_data import AccountData
        from portal.accounts.registries import PERSONAL_DATA

        PERSONAL_DATA.register("accounts", AccountData())
