"""When an article may be published: whole minutes of Vietnam, to come, within a year."""

from portal.common.minutes import FURTHEST, checked_minute, minute_of, suggestions

__all__ = ["FURTHEST", "checked_minute", "minute_of", "suggestions"]
