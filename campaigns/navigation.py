"""Entries of campaigns in the side bar of the work pages."""

from django.utils.translation import gettext_lazy as _

from campaigns.rules import access
from portal.agencies.rules import grants_of
from portal.common import nav


def entries():
    """The Items; counts would cost a query on every page, so there are none."""

    def has(roles):
        return lambda request: bool(grants_of(request.user).agency_ids(roles))

    return [
        nav.Item(
            key="coming",
            group=nav.MINE,
            order=15,
            label=_("Sắp đến"),
            icon="calendar",
            url_name="campaigns:coming",
            visible=lambda request: grants_of(request.user).works(),
        ),
        nav.Item(
            key="assignments",
            group=nav.MINE,
            order=60,
            label=_("Nhiệm vụ của đơn vị"),
            icon="clipboard-document-check",
            url_name="campaigns:my_assignments",
            visible=has(access.DOERS),
        ),
        nav.Item(
            key="reports",
            group=nav.MINE,
            order=62,
            label=_("Báo cáo của đơn vị"),
            icon="document-text",
            url_name="campaigns:my_reports",
            visible=has(access.DOERS),
        ),
        nav.Item(
            key="plans",
            group=nav.CAMPAIGN,
            order=20,
            label=_("Kế hoạch"),
            icon="map",
            url_name="campaigns:desk",
            visible=has(access.OFFICE),
        ),
        nav.Item(
            key="acceptance",
            group=nav.CAMPAIGN,
            order=25,
            label=_("Chờ nghiệm thu"),
            icon="check-badge",
            url_name="campaigns:acceptance",
            visible=has(access.ACCEPTORS),
        ),
        nav.Item(
            key="events",
            group=nav.CAMPAIGN,
            order=30,
            label=_("Đại hội, sự kiện"),
            icon="calendar-days",
            url_name="campaigns:events_desk",
            visible=lambda request: (
                has(access.DRAFTERS)(request)
                or (request.user.is_superuser and has(access.OFFICE)(request))
            ),
        ),
    ]
