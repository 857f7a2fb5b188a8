from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AgenciesConfig(AppConfig):
    name = "portal.agencies"
    verbose_name = _("Cơ quan, vai trò")
    label = "agencies"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from portal.accounts.registries import PERSONAL_DATA, PROFILE_PANELS
        from portal.agencies import importing_units, navigation, personal_data, today
        from portal.agencies.registries import SHEETS
        from portal.common import nav

        PERSONAL_DATA.register("agencies", personal_data.RoleData())
        PROFILE_PANELS.register("roles", navigation.roles_panel)
        today.PROVIDERS.register("agencies", navigation.waiting_roles)
        SHEETS.register(importing_units.KIND, importing_units.UnitSheet())
        nav.staff.add(
            nav.Item(
                key="today",
                group=nav.MINE,
                order=10,
                label=_("Việc hôm nay"),
                icon="inbox",
                url_name="today",
                visible=navigation.works_here,
            )
        )
        nav.staff.add(
            nav.Item(
                key="delegations",
                group=nav.MINE,
                order=90,
                label=_("Ủy quyền"),
                icon="arrows-right-left",
                url_name="agencies:my_delegations",
                visible=navigation.works,
            )
        )
        nav.staff.add(
            nav.Item(
                key="jobs",
                group=nav.MINE,
                order=80,
                label=_("Tệp đã xuất"),
                icon="arrow-down-tray",
                url_name="jobs:mine",
                visible=navigation.works,
            )
        )
        nav.staff.add(
            nav.Item(
                key="agencies",
                group=nav.MANAGE,
                order=10,
                label=_("Cơ quan, tài khoản"),
                icon="building-library",
                url_name="agencies:managed",
                visible=navigation.administers,
            )
        )
        nav.staff.add(
            nav.Item(
                key="audit",
                group=nav.MANAGE,
                order=90,
                label=_("Nhật ký hệ thống"),
                icon="clipboard-document-list",
                url_name="agencies:audit",
                visible=navigation.administers,
            )
        )
