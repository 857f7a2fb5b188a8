from django.apps import AppConfig


class NewsConfig(AppConfig):
    """News tells notices what an article is, and uploads who may hand in pictures."""

    name = "portal.news"
    label = "news"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from portal.agencies.rules import grants_of
        from portal.common.uploads.registry import uploading_agencies
        from portal.news import rules
        from portal.news.notices import SUBJECT, ArticleNotices
        from portal.notices import registry

        registry.kinds.register(SUBJECT, ArticleNotices())
        uploading_agencies.register(
            "news", lambda user: grants_of(user).agency_ids(rules.WRITERS | rules.APPROVERS)
        )
