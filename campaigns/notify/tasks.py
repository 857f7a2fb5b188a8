"""Tasks whose due dates moved."""

from campaigns.notify.dates import tell_of
from portal.notices import actions as notices


def tasks_moved(ids, change):
    """Owner callback: due dates got other days (or are new)."""
    notices.supersede_for_boundaries(ids)
    tell_of(change)
