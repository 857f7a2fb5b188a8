from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommonConfig(AppConfig):
    name = "portal.common"
    verbose_name = _("Dùng chung")
    label = "common"
    default_auto_field = "django.db.models.BigAutoField"
