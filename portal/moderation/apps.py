from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ModerationConfig(AppConfig):
    """One queue for what readers write; the apps that own the words register their kinds."""

    name = "portal.moderation"
    label = "moderation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from portal.agencies import today as work
        from portal.common import nav
        from portal.moderation import queries, rules, today

        nav.staff.add(
            nav.Item(
                key="moderation",
                group=nav.CAMPAIGN,
                order=15,
                label=_("Kiểm duyệt"),
                icon="shield-check",
                url_name="moderation:queue",
                visible=lambda request: rules.moderates_somewhere(request.user),
                count=lambda request: queries.count_waiting(request.user),
            )
        )
        work.PROVIDERS.register("moderation", today.sections)
