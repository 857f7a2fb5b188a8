from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    name = "documents"
    label = "documents"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from documents import notices, queries
        from documents.queries.official import edition_pages, readable_documents
        from documents.rules import EDITING_ROLES, INSIDE_ROLES
        from portal.agencies import today
        from portal.agencies.rules import grants_of
        from portal.common import nav
        from portal.common.uploads.registry import uploading_agencies
        from portal.notices.registry import kinds
        from portal.official.registry import approved, pages, visibility

        visibility.register("documents", readable_documents)
        pages.register("documents", edition_pages)
        today.PROVIDERS.register("documents", queries.todays_work)
        kinds.register(notices.SUBJECT, notices.EditionNotices())
        approved.register(notices.SUBJECT, queries.approved_editions)
        uploading_agencies.register(
            "documents", lambda user: grants_of(user).agency_ids(EDITING_ROLES)
        )
        nav.staff.add(
            nav.Item(
                key="documents",
                group=nav.DOCUMENTS,
                order=10,
                label=_("Dự thảo văn kiện"),
                icon="book-open",
                url_name="documents:desk",
                visible=lambda request: bool(grants_of(request.user).agency_ids(INSIDE_ROLES)),
            )
        )
