from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OfficialConfig(AppConfig):
    name = "portal.official"
    verbose_name = _("Văn bản")
    label = "official"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from portal.agencies.models import Role
        from portal.agencies.registries import SHEETS
        from portal.agencies.rules import grants_of
        from portal.common import nav

        from .importing import KIND, RegisterSheet
        from .rules import offices

        SHEETS.register(KIND, RegisterSheet())

        def watches(request):
            return bool(grants_of(request.user).agency_ids({Role.SUPERVISOR, Role.ADMIN}))

        def in_an_office(request):
            return bool(offices(request.user))

        nav.staff.add(
            nav.Item(
                key="register",
                group=nav.DOCUMENTS,
                order=30,
                label=_("Sổ văn bản"),
                icon="rectangle-stack",
                url_name="official:desk",
                visible=in_an_office,
            )
        )
        nav.staff.add(
            nav.Item(
                key="paper_approvals",
                group=nav.MANAGE,
                order=60,
                label=_("Phê duyệt trên giấy"),
                icon="document-text",
                url_name="official:approvals",
                visible=watches,
            )
        )
