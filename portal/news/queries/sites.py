"""What stands at the foot of public pages: of an agency, of the portal."""

from dataclasses import asdict, dataclass, field

from django.core.cache import cache
from redis.exceptions import RedisError

from portal.news.models import AgencySite

#: Where the foot of the whole portal lies for pages that ask no query.
PORTAL_KEY = "news:portal-foot"


@dataclass(frozen=True)
class Foot:
    """The words of a foot, ready to be shown."""

    footer: str = ""
    address: str = ""
    phone: str = ""
    hotline: str = ""
    email: str = ""
    badge_url: str = ""
    badge_alt: str = ""
    badge_image: str = ""
    badge_width: int = 0
    badge_height: int = 0
    links: list = field(default_factory=list)

    @property
    def has_contact(self):
        return bool(self.address or self.phone or self.hotline or self.email)

    @property
    def badge_height_shown(self):
        """The badge is drawn 160 px wide at most."""
        wide = min(self.badge_width, 160)
        return round(self.badge_height * wide / self.badge_width) if self.badge_width else 0

    @property
    def badge_width_shown(self):
        return min(self.badge_width, 160)


def foot_of(agency):
    """The Foot of an agency's own pages, None without settings.

    No query where the agency came with `select_related("site__badge_image")`.
    """
    try:
        site = agency.site
    except AgencySite.DoesNotExist:
        site = None
    return _foot(site, agency)


def site_of(agency):
    """The stored settings of an agency, or new ones that are not stored yet. 1 query."""
    found = AgencySite.objects.select_related("badge_image").filter(agency=agency).first()
    return found or AgencySite(agency=agency)


def portal_foot():
    """The Foot of the whole portal as last stored; None where nobody set it. No query."""
    try:
        values = cache.get(PORTAL_KEY)
    except (RedisError, OSError):
        return None
    return Foot(**values) if values else None


def keep_portal_foot():
    """Put the foot of the portal where pages find it. 1 query."""
    site = AgencySite.objects.select_related("badge_image", "agency").filter(for_portal=True)
    found = site.first()
    cache.set(PORTAL_KEY, asdict(_foot(found, found.agency)) if found else None, timeout=None)


def _foot(site, agency):
    if site is None:
        return None if not (agency.address or agency.phone) else _plain(agency)
    badge = site.badge_image
    return Foot(
        footer=site.footer,
        address=site.address or agency.address,
        phone=site.phone or agency.phone,
        hotline=site.hotline,
        email=site.email,
        badge_url=site.badge_url,
        badge_alt=site.badge_alt,
        badge_image=badge.small_url if badge else "",
        badge_width=badge.width if badge else 0,
        badge_height=badge.height if badge else 0,
        links=site.links,
    )


def _plain(agency):
    """An agency that set nothing still has the address of its general information."""
    return Foot(address=agency.address, phone=agency.phone)
