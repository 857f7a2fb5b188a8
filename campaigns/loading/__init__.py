"""Loading plan files (docs/PLAN_FORMAT.md) and the calendar through the actions."""

from campaigns.loading.calendar import load_calendar
from campaigns.loading.plans import Report, load_documents, load_files
from campaigns.loading.problems import LoadError, Problem

__all__ = ["LoadError", "Problem", "Report", "load_calendar", "load_documents", "load_files"]
