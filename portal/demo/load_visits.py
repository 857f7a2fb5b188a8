"""The demo's readers: six weeks of numbers, always the same; the feet of two agencies' pages."""

import datetime as dt
import math
import random
from collections import Counter

from django.db import transaction

from portal.accounts.models import User
from portal.agencies.models import Agency
from portal.common import clock
from portal.demo import content
from portal.news import actions
from portal.news.models import Article, DailyVisits

DAYS = 42
#: Offices read at work: from Monday to Sunday.
_WEEK = (1.1, 1.15, 1.05, 1.0, 0.95, 0.6, 0.5)


@transaction.atomic
def load(world, on):
    """Write the days up to `on`; days that are there stay as they are.

    Args:
        world: dict shared by the loaders.
        on: the day of loading.
    """
    people = world.get("users") or {u.username: u for u in User.objects.all()}
    agencies = world.get("agencies") or {a.slug: a for a in Agency.objects.all()}
    for row in content.load("sites.yaml", on)["sites"]:
        values = {name: v for name, v in row.items() if name not in {"agency", "by"}}
        values["links"] = [(link["title"], link["url"]) for link in row["links"]]
        actions.save_site(
            actor=people[row["by"]],
            agency=agencies[row["agency"]],
            expected_version=0,
            values=values,
        )
    if not DailyVisits.objects.exists():
        actions.record_days(rows=_rows(on))


def _rows(on):
    articles = Article.objects.filter(
        live_revision__isnull=False, published_at__lte=clock.now()
    ).select_related("agency")
    first = on - dt.timedelta(days=DAYS - 1)
    of_agency, people_of = Counter(), Counter()
    rows = []
    for article in articles.order_by("pk"):
        chance = _chance(article.slug)
        interest = chance.randint(60, 420)
        began = clock.today(article.published_at)
        for day in _days(max(began, first), on):
            fresh = math.exp(-(day - began).days / 4) + 0.04
            views = round(interest * fresh * _WEEK[day.weekday()] * chance.uniform(0.8, 1.2))
            if not views:
                continue
            people = max(round(views * chance.uniform(0.62, 0.8)), 1)
            rows.append(("a", article.pk, day, views, people))
            of_agency[article.agency_id, article.agency.slug, day] += views
            people_of[article.agency_id, article.agency.slug, day] += people
    site, site_people = Counter(), Counter()
    for (agency_id, slug, day), views in of_agency.items():
        chance = _chance(f"{slug}{day}")
        views += chance.randint(15, 60)
        people = round(people_of[agency_id, slug, day] * 0.8) + chance.randint(8, 14)
        rows.append(("g", agency_id, day, views, people))
        site[day] += views
        site_people[day] += people
    for day in _days(first, on):
        chance = _chance(f"{day}")
        own = round(chance.randint(380, 620) * _WEEK[day.weekday()])
        rows.append(("s", 0, day, site[day] + own, round(site_people[day] * 0.7 + own * 0.55)))
    return rows


def _chance(seed):
    """The same numbers on every machine."""
    return random.Random(seed)  # noqa: S311


def _days(first, last):
    return [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
