"""What lies ahead, as a page and as a calendar for telephones."""

import datetime as dt

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from campaigns.actions import feeds
from campaigns.ics import calendar_of, file_response
from campaigns.models import CalendarFeed, Plan
from campaigns.queries import ahead
from campaigns.rules import access
from campaigns.views._desk import signed_in
from portal.agencies.rules import grants_of
from portal.common import clock
from portal.common.limits import limited
from portal.common.paging import paginate
from portal.notices.letters import site_url

#: The page looks so far ahead.
DAYS = 30
#: A calendar holds what was up to so long ago, and what comes for so long.
BACK, FORTH = dt.timedelta(days=60), dt.timedelta(days=550)


@signed_in
@require_safe
def coming(request):
    """Điều gì sắp đến: the next 30 days of my units, by week."""
    if not grants_of(request.user).works():
        raise PermissionDenied
    day = clock.today()
    entries = ahead.my_entries(request.user, day, day + dt.timedelta(days=DAYS))
    page = paginate(request, entries, per_page=60)
    context = {
        "page": page,
        "weeks": [
            (monday, monday + dt.timedelta(days=6), rows)
            for monday, rows in ahead.by_week(page.items)
        ],
        "day": day,
        "days": DAYS,
    }
    return render(request, "campaigns/desk/coming.html", context)


@require_safe
def plan_calendar(request, slug, pk):
    """The days of a public plan, for everybody's calendar: phases and events, never tasks."""
    plan = get_object_or_404(
        Plan.objects.select_related("document"), pk=pk, state__in=access.PUBLIC, is_template=False
    )
    if slug != plan.slug:
        return redirect("campaigns:plan_calendar", plan.slug, pk, permanent=True)
    day = clock.today()
    # A plan's own dates are few and all of interest, those of its history too.
    entries = ahead.public_entries(plan, day - dt.timedelta(days=3660), day + FORTH)
    content = calendar_of(entries, plan.document.symbol or plan.title)
    return file_response(content, f"{plan.slug}.ics", cache="public, max-age=300")


@limited("calendar feed", per_address=120, methods=("GET", "HEAD"))
@require_safe
def my_calendar(request, secret):
    """The calendar behind a secret address; without cookies, and the same 404 for any other."""
    feed = feeds.feed_of(secret)
    if feed is None:
        raise Http404
    day = clock.today()
    entries = ahead.my_entries(feed.person, day - BACK, day + FORTH)
    content = calendar_of(entries, _("Lịch công tác tuyên truyền"))
    return file_response(content, "lich.ics", cache="private, no-store")


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def feed(request):
    """The secret address of my calendar: made, made anew, taken back. Shown once."""
    if not grants_of(request.user).works():
        raise PermissionDenied
    secret = ""
    if request.method == "POST":
        if "thu-hoi" in request.POST:
            if feeds.take_back_feed(actor=request.user):
                messages.success(request, _("Đã thu hồi địa chỉ lịch; địa chỉ cũ không mở được."))
            return redirect("campaigns:calendar_feed")
        secret = feeds.make_feed(actor=request.user)
    context = {
        "feed": CalendarFeed.objects.filter(person=request.user).first(),
        "address": site_url(reverse("campaigns:my_calendar", args=[secret])) if secret else "",
    }
    return render(request, "campaigns/desk/calendar_feed.html", context)
