"""What the demo's pages feature, and its chuyên trang: portal/demo/content/front.yaml."""

import datetime as dt
import io

from campaigns.models import Phase, Plan
from portal.accounts.models import User
from portal.agencies.models import Agency
from portal.common import clock
from portal.common.uploads.actions import store_image
from portal.demo import content, pictures
from portal.news import actions
from portal.news.queries import front

_FILE = "front.yaml"


def microsites(world, on):
    """Make the chuyên trang. {slug of an article that belongs to one: {microsite, phase}}"""
    people = _people(world)
    places = {}
    for row in content.load(_FILE, on)["microsites"]:
        plan = Plan.objects.select_related("issuer").get(document__symbol=row["plan"])
        maker, opens = people[row["by"]], _moment(row["opens"])
        cover = row["cover"]
        file = io.BytesIO(pictures.webp(cover["scene"], cover["seed"]))
        file.name = "chuyen-trang.webp"
        site = actions.create_microsite(
            actor=maker,
            plan=plan,
            agency=Agency.objects.get(slug=row["agency"]),
            title=row["title"],
            lead=row["lead"],
            cover=store_image(file, actor=maker, agency=plan.issuer, alt=cover["alt"]),
            cover_alt=cover["alt"],
            opens_at=opens,
        )
        for slug, phase in row["articles"].items():
            places[slug] = {"microsite": site, "phase": phase and _phase(plan, phase)}
    return places


def features(world, on):
    """Choose stories for the home page, for agencies and chuyên trang; the first one leads."""
    people, file = _people(world), content.load(_FILE, on)
    for page in file["features"]:
        place = front.find_place(page["page"])
        if place is not None:
            _choose(world, place, people[page["by"]], page["stories"])
    for row in file["microsites"]:
        site = Plan.objects.get(document__symbol=row["plan"]).microsite
        place = front.Place(owner=site.agency, campaign=site)
        stories = [{"article": slug} for slug in row["stories"]]
        _choose(world, place, people[row["featured_by"]], stories)


def _choose(world, place, actor, stories):
    for row in reversed(stories):
        actions.add_feature(
            actor=actor,
            place=place,
            article=world["articles"][row["article"]],
            shows_from=_moment(row.get("from")),
            shows_until=_moment(row.get("until")),
        )


def _people(world):
    return world.get("users") or {u.username: u for u in User.objects.all()}


def _phase(plan, words):
    rows = Phase.objects.filter(track__plan=plan, title__startswith=f"{words}.")
    return rows.order_by("track__position", "position").first()


def _moment(words):
    """An instant from "24/09/2026 07:30" in Vietnam, or None."""
    if words is None:
        return None
    return dt.datetime.strptime(words, "%d/%m/%Y %H:%M").replace(tzinfo=clock.TZ)
