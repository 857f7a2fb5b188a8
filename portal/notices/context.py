"""What the frame of pages shows of notices."""

from functools import cache

from portal.notices import queries


def unread(request):
    """`unread_count`: asked of the database once, and only by a page that shows it."""

    @cache
    def count():
        user = getattr(request, "user", None)
        return queries.unread_count(user) if user and user.is_authenticated else 0

    return {"unread_count": count}
