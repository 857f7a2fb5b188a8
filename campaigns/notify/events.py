"""An event whose dates could not be moved in the background."""

from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.models import Event
from portal.notices import actions as notices
from portal.notices import registry

EVENT = "campaigns.event"


def move_failed(event, *, person, sentence, attempt):
    """Tell the person who asked that nothing was moved, and why.

    Args:
        sentence: the refusal, for that person.
        attempt: a number that tells this request from an earlier one.
    """
    notices.notify_now(
        kind=registry.INFORMATION,
        subject_kind=EVENT,
        subject_id=event.pk,
        revision=attempt,
        agency_id=event.host_id,
        payload={"to": person.pk, "sentence": str(sentence)},
    )


class EventNotices(registry.Handler):
    """Moves that were refused."""

    def load(self, found):
        rows = Event.objects.select_related("host")
        events = rows.in_bulk({n.subject_id for n in found})
        for notice in found:
            notice.subject = events.get(notice.subject_id)

    def still_due(self, notice, now):
        return notice.subject is not None

    def render(self, notice):
        return registry.Message(
            _("Chưa đổi được ngày: %s") % notice.subject,
            notice.payload["sentence"],
            reverse("campaigns:move_event", args=[notice.subject_id]),
        )

    def audience(self, notice):
        return registry.Audience(user_ids=frozenset({notice.payload["to"]}))
