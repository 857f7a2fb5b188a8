"""Who has an article open in the editor right now; see `portal.common.presence`."""

from portal.common import presence, store
from portal.common.presence import ALIVE, LINGER, Present

__all__ = ["ALIVE", "LINGER", "Present", "enter", "leave", "others", "store"]


def _room(article_id):
    return f"dang-mo:{article_id}"


def enter(article_id, user_id):
    """The editor of this person is open, or still open."""
    presence.enter(_room(article_id), user_id)


def leave(article_id, user_id):
    """The page was left."""
    presence.leave(_room(article_id), user_id)


def others(article_id, user_id):
    """[Present] besides this person, the first to come first."""
    return presence.others(_room(article_id), user_id)
