from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OfficialConfig(AppConfig):
    name = "portal.official"
    verbose_name = _("Văn bản")
    label = "official"
    default_auto_field = "django.db.models.BigAutoField"
