from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FeedbackConfig(AppConfig):
    name = "feedback"
    label = "feedback"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from campaigns.registry import boundary_owners, evidence_sources
        from documents.registry import (
            companions,
            concerns,
            invitations,
            margins,
            passage_notes,
            reasons,
        )
        from feedback import (
            companion,
            entry_jobs,
            evidence,
            following,
            invitation,
            moderation,
            notify,
            notify_meetings,
            personal_data,
            queries,
            rules,
        )
        from feedback import concerns as about_editions
        from feedback.queries import entry_work
        from feedback.queries.meetings import todays_meetings
        from feedback.rules import entering
        from feedback.rules import meetings as meeting_rules
        from portal.agencies import today
        from portal.agencies.models import Role
        from portal.agencies.rules import grants_of
        from portal.common import audit, nav
        from portal.moderation.registry import kinds as moderated
        from portal.notices.registry import kinds
        from portal.official.registry import approved

        audit.NEVER_WITH_ACTOR.update(
            {"feedback.opinion", "feedback.opinionrevision", "feedback.identity"}
        )
        moderated.register(moderation.KIND, moderation.OpinionCases())
        boundary_owners.register(notify.OWNER_KIND, notify.OWNER)
        kinds.register(notify.OWNER_KIND, notify.ClosingNotices())
        kinds.register(notify.CHANGE, notify.ChangeNotices())
        evidence_sources.register(evidence.SOURCE_KIND, evidence.SOURCE)
        companions.register("feedback", companion.companion)
        margins.register("feedback", companion.margins)
        reasons.register("feedback", companion.reasons)
        passage_notes.register("feedback", companion.passage_note)
        invitations.register("feedback", invitation.invitation)
        concerns.register("feedback", about_editions.EditionConcern())
        kinds.register(about_editions.SUBJECT, about_editions.EditionChangeNotices())
        personal_data.register()
        kinds.register(notify_meetings.CONFIRM, notify_meetings.MinutesNotices())
        kinds.register(notify_meetings.REMIND, notify_meetings.MeetingReminders())
        following.register()
        approved.register(following.RELEASE, queries.releases_on_paper)
        today.PROVIDERS.register("feedback", queries.todays_work)
        today.PROVIDERS.register("feedback_meetings", todays_meetings)
        today.PROVIDERS.register("feedback_entries", entry_work.todays_entries)
        entry_jobs.register()

        def holds(roles):
            return lambda request: bool(grants_of(request.user).agency_ids(roles))

        nav.staff.add(
            nav.Item(
                key="consultations",
                group=nav.DOCUMENTS,
                order=20,
                label=_("Lấy ý kiến"),
                icon="chat-bubble-left-right",
                url_name="feedback:desk",
                visible=holds(rules.MANAGING_ROLES),
            )
        )
        nav.staff.add(
            nav.Item(
                key="units",
                group=nav.DOCUMENTS,
                order=25,
                label=_("Góp ý của đơn vị"),
                icon="user-group",
                url_name="feedback:units",
                visible=holds(meeting_rules.OWN_ROLES | entering.CLERK_ROLES),
            )
        )
        nav.staff.add(
            nav.Item(
                key="reading",
                group=nav.DOCUMENTS,
                order=30,
                label=_("Tổng hợp ý kiến"),
                icon="inbox-stack",
                url_name="feedback:reading",
                visible=holds(rules.READING_ROLES),
            )
        )
        nav.staff.add(
            nav.Item(
                key="batches",
                group=nav.DOCUMENTS,
                order=27,
                label=_("Phiếu, thư góp ý"),
                icon="document-duplicate",
                url_name="feedback:batches",
                visible=holds(entering.CLERK_ROLES | {Role.SECRETARY}),
            )
        )
