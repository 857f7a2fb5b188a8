"""Rules of campaigns: no queries of their own, except the predicates in `access`."""

from campaigns.rules.names import event_name

__all__ = ["event_name"]
