"""What the side bar and the frame of pages ask of notices."""

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.agencies import today
from portal.agencies.rules import grants_of
from portal.notices import queries, rules


def context(request):
    """`unread_count` for templates: asked of the database once, by a page that shows it."""
    return {"unread_count": lambda: unread(request)}


def unread(request):
    """How many notices the person has not read; once per request however often it is shown."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return 0
    if not hasattr(request, "_unread_notices"):
        request._unread_notices = queries.unread_count(user)
    return request._unread_notices


def follows(request):
    """Whether the person may see a list of scheduled notices."""
    return rules.may_follow(request.user, grants_of(request.user))


def todays_work(user, grants, now):
    """Provider of "Việc hôm nay": how many notices wait to be read."""
    count = queries.unread_count(user)
    if count:
        yield today.Section(
            "notices.unread",
            _("Thông báo chưa đọc"),
            count=count,
            more_url=reverse("notices:inbox"),
        )
