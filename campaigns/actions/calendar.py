"""The calendar of holidays and swapped days."""

from django.utils.translation import gettext as _

from campaigns import boundaries, notify
from campaigns.models import CalendarDay
from portal.common import audit
from portal.common.errors import Refused


def set_calendar(*, actor, days):
    """Bring the calendar up to date; dates counted in working days are resolved anew.

    Args:
        days: CalendarDay fields per day, as {date: {"kind", "name", "uncertain"}}. Days that are
            stored and not named stay.

    Returns (created, changed) counts.
    """
    with boundaries.editing(actor=actor) as graph:
        stored = {day.on: day for day in CalendarDay.objects.select_for_update()}
        made, changed, moved = [], [], False
        for on, values in days.items():
            row = stored.get(on)
            if row is None:
                made.append(CalendarDay(on=on, **values))
                moved = True
                continue
            if any(getattr(row, name) != value for name, value in values.items()):
                moved = moved or row.kind != values["kind"]
                for name, value in values.items():
                    setattr(row, name, value)
                changed.append(row)
        CalendarDay.objects.bulk_create(made)
        CalendarDay.objects.bulk_update(changed, ["kind", "name", "uncertain"])
        if made or changed:
            first = (made or changed)[0]
            audit.record(
                actor=actor,
                verb="set_calendar",
                obj=first,
                changes={"created": [0, len(made)], "changed": [0, len(changed)]},
            )
            notify.calendar_changed()
        if moved:
            graph.touch_working()
    return len(made), len(changed)


def remove_calendar_day(*, actor, on):
    """Make `on` an ordinary day again; dates counted in working days are resolved anew.

    Raises:
        Refused: "gone" when the calendar does not name it (any more).
    """
    with boundaries.editing(actor=actor) as graph:
        day = CalendarDay.objects.select_for_update().filter(on=on).first()
        if day is None:
            raise Refused(_("Ngày này không còn trong lịch."), code="gone")
        audit.record(
            actor=actor, verb="remove_calendar_day", obj=day, changes={"name": [day.name, None]}
        )
        day.delete()
        notify.calendar_changed()
        graph.touch_working()
