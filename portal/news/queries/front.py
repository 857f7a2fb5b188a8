"""What the pages of agencies and of the portal feature: for readers, and for those who choose.

Every function costs a fixed number of queries, given beside it.
"""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.agencies.models import Agency
from portal.news import rules
from portal.news.models import Feature, Microsite
from portal.news.queries.microsites import of_campaign
from portal.news.queries.public import find, served
from portal.news.rules.leading import lead_and_rest

#: So many stories may stand in one list; readers see the first few of those whose time it is.
MOST, SHOWN, SHOWN_ON_FRONT = 30, 4, 6
#: How the home page of the portal is called in addresses of the desk.
PORTAL = "cong"
_CAMPAIGN = "chuyen-trang-"


def site_agency():
    """The Agency that runs the portal (setting SITE_AGENCY, else the top of the tree), or None."""
    if settings.SITE_AGENCY:
        return Agency.objects.filter(slug=settings.SITE_AGENCY).first()
    return Agency.objects.filter(node__isnull=False).order_by("node__path").first()


@dataclass(frozen=True)
class Place:
    """A page that features stories. `owner` is the Agency whose people choose them."""

    owner: Agency
    agency: Agency | None = None
    campaign: Microsite | None = None

    @property
    def key(self):
        """The name of the page in addresses of the desk."""
        if self.campaign is not None:
            return f"{_CAMPAIGN}{self.campaign.pk}"
        return self.agency.slug if self.agency is not None else PORTAL

    @property
    def title(self):
        if self.campaign is not None:
            return self.campaign.title
        return self.agency.name if self.agency is not None else _("Trang chủ của cổng")

    @property
    def public_url(self):
        if self.campaign is not None:
            return self.campaign.get_absolute_url()
        if self.agency is not None:
            return reverse("news:agency", args=[self.agency.slug])
        return reverse("home")

    @property
    def url(self):
        """Its page at the desk."""
        return reverse("news:features", args=[self.key])

    @property
    def takes_microsites(self):
        return self.campaign is None

    @property
    def limit(self):
        """How many stories readers see."""
        on_front = self.agency is None and self.campaign is None
        return SHOWN_ON_FRONT if on_front else SHOWN

    def rows(self):
        """Its Features in order."""
        return Feature.objects.filter(agency=self.agency, campaign=self.campaign).order_by(
            "position", "id"
        )


def place_of(feature):
    """The Place a Feature (with agency and campaign__agency) stands on; None without an owner."""
    if feature.campaign_id is not None:
        return Place(owner=feature.campaign.agency, campaign=feature.campaign)
    if feature.agency_id is not None:
        return Place(owner=feature.agency, agency=feature.agency)
    owner = site_agency()
    return None if owner is None else Place(owner=owner)


def find_place(key):
    """The Place of that name, or None. 1 query."""
    if key == PORTAL:
        owner = site_agency()
        return None if owner is None else Place(owner=owner)
    number = key.removeprefix(_CAMPAIGN)
    if number != key and number.isascii() and number.isdecimal() and len(number) < 18:
        campaign = Microsite.objects.select_related("agency", "plan").filter(pk=number).first()
        return None if campaign is None else Place(owner=campaign.agency, campaign=campaign)
    agency = Agency.objects.filter(slug=key).first()
    return None if agency is None else Place(owner=agency, agency=agency)


# --- for readers ------------------------------------------------------------------------------


def stories(at, *, agency=None, campaign=None, limit=SHOWN):
    """What a page features at `at`, in order: Articles as lists show them, and Microsites.

    1 query.
    """
    rows = _with_stories(Feature.objects.filter(agency=agency, campaign=campaign).standing(at))
    return [row.story for row in rows.order_by("position", "id")[:limit]]


def front_page(at, limit=SHOWN_ON_FRONT - 1):
    """(lead, others): what the portal features, then the newest. 2 queries.

    Where nothing is chosen the newest article with a picture leads; (None, []) without articles.
    """
    chosen = stories(at, limit=limit + 1)
    newest = list(served(at)[: limit + 1 + len(chosen)])
    rest = [story for story in newest if story not in chosen]
    if chosen:
        lead, others = chosen[0], chosen[1:] + rest
    elif rest:
        lead, others = lead_and_rest(rest, limit + 1)
    else:
        return None, []
    return lead, others[:limit]


_STORY = (
    "article__agency",
    "article__section__agency",
    "article__cover",
    "microsite__agency",
    "microsite__cover",
    "microsite__plan",
)


def _with_stories(rows):
    return rows.select_related(*_STORY).defer("article__body", "article__plain", "article__search")


# --- for those who choose ---------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """One line of the list at the desk.

    `state` is that of `Feature.state`, or "beyond": its time has come, but those before it fill
    the page.
    """

    feature: Feature
    state: str

    @property
    def shown(self):
        return self.state == "shown"


def listed(place):
    """The Features of a page in order, with their stories and who chose them. 1 query."""
    return list(_with_stories(place.rows()).select_related("by", *_STORY))


def rows_at(place, features, at):
    """[Row] of `listed` features as they are at `at`."""
    rows, shown = [], 0
    for feature in features:
        state = feature.state(at)
        if state == "shown":
            shown += 1
            state = "shown" if shown <= place.limit else "beyond"
        rows.append(Row(feature, state))
    return rows


def changes_ahead(features, after, limit=6):
    """Instants after `after` at which the list shows something else, the nearest first."""
    limits = {
        moment
        for feature in features
        if feature.state(after) != "gone"
        for moment in (feature.shows_from, feature.shows_until)
        if moment is not None and moment > after
    }
    return sorted(limits)[:limit]


def choosable(place, words, now):
    """Articles for readers that fit `words` and are not in the list yet, newest first."""
    rows = served(now)
    if place.agency is not None:
        rows = rows.filter(agency=place.agency)
    if place.campaign is not None:
        rows = rows.filter(of_campaign(place.campaign))
    taken = place.rows().filter(article__isnull=False).values("article")
    return find(rows.exclude(pk__in=taken), words)


def choosable_microsites(place, now):
    """Chuyên trang that a page may still feature. 1 query."""
    if not place.takes_microsites:
        return []
    rows = Microsite.objects.opened(now).select_related("agency")
    if place.agency is not None:
        rows = rows.filter(agency=place.agency)
    taken = place.rows().filter(microsite__isnull=False).values("microsite")
    return list(rows.exclude(pk__in=taken)[:10])


@dataclass(frozen=True)
class Choice:
    """A page whose features a person chooses, with the number readers see now."""

    place: Place
    shown: int


def my_places(user, now: dt.datetime, limit=200):
    """[Choice] of the pages whose features `user` may choose. 6 queries."""
    places = []
    owner = site_agency()
    if owner is not None and rules.may_feature(user, owner):
        places.append(Place(owner=owner))
    keeps = rules.featuring_agencies(user)
    campaigns = Microsite.objects.filter(agency__in=keeps).select_related("agency", "plan")
    places += [Place(owner=m.agency, campaign=m) for m in campaigns[:limit]]
    places += [Place(owner=a, agency=a) for a in keeps.filter(node__isnull=False)[:limit]]
    counts = {}
    for agency, campaign in (
        Feature.objects.standing(now).order_by().values_list("agency", "campaign")
    ):
        counts[agency, campaign] = counts.get((agency, campaign), 0) + 1
    return [
        Choice(p, counts.get((p.agency and p.agency.pk, p.campaign and p.campaign.pk), 0))
        for p in places
    ]
