"""Pages that belong to no single app."""

from portal.views.calendar import calendar_page
from portal.views.health import healthz
from portal.views.home import home

__all__ = ["calendar_page", "healthz", "home"]
