"""Long work of campaigns in the background: an event that thousands of dates hang on."""

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from campaigns import actions, notify
from campaigns.boundaries.effects import EVENT_DATES
from campaigns.models import DateChangeItem, Event
from campaigns.rules import access
from portal.common import display, jobs
from portal.common.errors import Refused

MOVE_EVENT = "campaigns.move_event"


def start_move(*, actor, event, dates, graph_revision, lock_version, reason, back_url):
    """Move an event in the background. Arguments as `actions.move_event`; returns the Job."""
    return jobs.start(
        kind=MOVE_EVENT,
        actor=actor,
        title=_("Đổi ngày: %s") % event,
        params={
            "event": event.pk,
            "dates": {name: day.isoformat() if day else None for name, day in dates.items()},
            "graph_revision": graph_revision,
            "lock_version": lock_version,
            "reason": reason,
        },
        back_url=back_url,
        agency=event.host_id,
    )


def _move(job, report):
    event = Event.objects.get(pk=job.params["event"])
    dates = {
        name: dt.date.fromisoformat(day) if day else None
        for name, day in job.params["dates"].items()
        if name in EVENT_DATES
    }
    try:
        actions.move_event(
            actor=job.actor,
            event=event,
            dates=dates,
            graph_revision=job.params["graph_revision"],
            lock_version=job.params["lock_version"],
            reason=job.params["reason"],
            report=report,
        )
    except Refused as refused:
        # Whoever asked may have left the page of the job long ago.
        notify.move_failed(event, person=job.actor, sentence=refused.message, attempt=job.pk)
        raise
    change = event.changes.order_by("-id").first()
    moved = DateChangeItem.objects.filter(change=change).count()
    return jobs.Result(note=_("Đã đổi ngày; %s mốc được tính lại.") % display.number_vi(moved))


def _may(user, params):
    event = Event.objects.filter(pk=params["event"]).first()
    return event is not None and user is not None and access.may_edit_event(user, event)


def register():
    """Called once, by `AppConfig.ready`."""
    jobs.kinds.register(
        MOVE_EVENT,
        jobs.JobKind(
            run=_move,
            queue="deadlines",
            may=_may,
            advice=lazy("Không có gì bị đổi. Hãy mở lại trang đổi ngày và xem lại tác động."),
            # Made for the graph as it was: doing it again blindly is what the preview prevents.
            retry=False,
        ),
    )
