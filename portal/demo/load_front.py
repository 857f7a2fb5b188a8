"""What the demo's pages feature, and its chuyên trang: portal/demo/content/front.yaml."""

import datetime as dt

from portal.accounts.models import User
from portal.common import clock
from portal.demo import content
from portal.news import actions
from portal.news.queries import front


def features(world, on):
    """Choose stories for the home page and for the pages of agencies; the first row leads."""
    people = world.get("users") or {u.username: u for u in User.objects.all()}
    for page in content.load("front.yaml", on)["features"]:
        place = front.find_place(page["page"])
        if place is None:
            continue
        for row in reversed(page["stories"]):
            actions.add_feature(
                actor=people[page["by"]],
                place=place,
                article=world["articles"][row["article"]],
                shows_from=_moment(row.get("from")),
                shows_until=_moment(row.get("until")),
            )


def _moment(words):
    """An instant from "24/09/2026 07:30" in Vietnam, or None."""
    if words is None:
        return None
    return dt.datetime.strptime(words, "%d/%m/%Y %H:%M").replace(tzinfo=clock.TZ)
