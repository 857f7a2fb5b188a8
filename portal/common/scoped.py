"""The one scoped fetch: outsiders get 404, readers without the right 403."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404


def fetch(queryset, *, user, see, may=None, **lookup):
    """The one row of `queryset` that fits `lookup`, if `user` may have it.

    Args:
        see: predicate(user, row); False means the row does not exist for this user (Http404).
        may: predicate(user, row); False means seen but not allowed (PermissionDenied).
    """
    row = get_object_or_404(queryset, **lookup)
    if not see(user, row):
        raise Http404
    if may is not None and not may(user, row):
        raise PermissionDenied
    return row
