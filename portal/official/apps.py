from django.apps import AppConfig


class OfficialConfig(AppConfig):
    name = "portal.official"
    label = "official"
    default_auto_field = "django.db.models.BigAutoField"
