"""Pages that belong to no single app."""

from portal.views.calendar import calendar_page
from portal.views.front import home
from portal.views.health import healthz
from portal.views.microsite import microsite, microsite_phase, microsites
from portal.views.search import search
from portal.views.sitemaps import robots, sitemap, sitemap_index
from portal.views.work import landing, today

__all__ = [
    "calendar_page",
    "healthz",
    "home",
    "landing",
    "microsite",
    "microsite_phase",
    "microsites",
    "robots",
    "search",
    "sitemap",
    "sitemap_index",
    "today",
]
