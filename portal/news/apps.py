from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NewsConfig(AppConfig):
    """News tells notices and campaigns what an article is, and uploads who may hand in pictures."""

    name = "portal.news"
    label = "news"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from campaigns.registry import evidence_sources, plan_pages
        from portal.agencies import today as work
        from portal.agencies.registries import LEGACIES, SHEETS
        from portal.agencies.rules import grants_of
        from portal.common import nav
        from portal.common.uploads.registry import uploading_agencies
        from portal.moderation.registry import kinds as moderated
        from portal.news import evidence, importing, queries, rules, today
        from portal.news.files import register as register_jobs
        from portal.news.moderation import KIND, ResponseCases, write_letter
        from portal.news.notices import SUBJECT, ArticleNotices
        from portal.news.queries import microsites
        from portal.news.succession import NewsLegacy
        from portal.notices import registry
        from portal.official.registry import approved

        nav.staff.add(
            nav.Item(
                key="news",
                group=nav.CAMPAIGN,
                order=10,
                label=_("Tin bài"),
                icon="newspaper",
                url_name="news:desk",
                visible=lambda request: rules.works_with_news(request.user),
                count=lambda request: queries.waiting_for(request.user).count(),
            )
        )
        nav.staff.add(
            nav.Item(
                key="features",
                group=nav.CAMPAIGN,
                order=11,
                label=_("Tin nổi bật"),
                icon="star",
                url_name="news:feature_places",
                visible=lambda request: rules.features_something(request.user),
            )
        )
        nav.staff.add(
            nav.Item(
                key="microsites",
                group=nav.CAMPAIGN,
                order=12,
                label=_("Chuyên trang"),
                icon="rectangle-stack",
                url_name="news:microsites",
                visible=lambda request: rules.features_something(request.user),
            )
        )
        work.PROVIDERS.register("news", today.sections)
        plan_pages.register("news", microsites.page_beside)
        LEGACIES.register("news", NewsLegacy())
        SHEETS.register(importing.OLD_ADDRESSES, importing.OldAddressSheet())
        registry.kinds.register(SUBJECT, ArticleNotices())
        moderated.register(KIND, ResponseCases())
        registry.writers.register(KIND, write_letter)
        approved.register("news.article", queries.approved_articles)
        evidence_sources.register(evidence.SOURCE_KIND, evidence.SOURCE)
        register_jobs.register_kind()
        uploading_agencies.register(
            "news", lambda user: grants_of(user).agency_ids(rules.WRITERS | rules.APPROVERS)
        )
