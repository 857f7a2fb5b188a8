from django.apps import AppConfig


class AgenciesConfig(AppConfig):
    name = "portal.agencies"
    label = "agencies"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from portal.agencies import rules
        from portal.common.uploads.registry import uploading_agencies

        uploading_agencies.register("agencies", rules.working_agency_ids)
