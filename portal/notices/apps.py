from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    name = "portal.notices"
    label = "notices"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from portal.agencies import today
        from portal.agencies.registries import LEGACIES
        from portal.common import nav
        from portal.notices import navigation, registry
        from portal.notices.succession import (
            SUCCESSION,
            SuccessionNotices,
            SuccessionNoticesLegacy,
        )

        nav.staff.add(
            nav.Item(
                key="inbox",
                group=nav.MINE,
                order=20,
                label=_("Thông báo"),
                icon="bell",
                url_name="notices:inbox",
                count=navigation.unread,
            )
        )
        nav.staff.add(
            nav.Item(
                key="scheduled_notices",
                group=nav.CAMPAIGN,
                order=80,
                label=_("Nhắc việc theo lịch"),
                icon="bell-alert",
                url_name="notices:scheduled",
                visible=navigation.follows,
            )
        )
        today.PROVIDERS.register("notices", navigation.todays_work)
        registry.kinds.register(SUCCESSION, SuccessionNotices())
        LEGACIES.register("notices", SuccessionNoticesLegacy())
