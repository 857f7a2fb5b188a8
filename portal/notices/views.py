"""The inbox of a person and the list of scheduled notices of the agencies one follows."""

import logging

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.agencies.rules import grants_of
from portal.common.paging import paginate
from portal.notices import actions, queries, registry, rules
from portal.notices.forms import PreferencesForm, ReadUpToForm, ScheduledFilter
from portal.notices.models import Delivery

logger = logging.getLogger(__name__)


@login_required
@never_cache
@require_safe
def inbox(request):
    """What I was told, newest first."""
    page = paginate(request, queries.inbox(request.user), per_page=20)
    for delivery in page:
        delivery.label = registry.kind_of(delivery.notice).label
    return render(
        request,
        "notices/inbox.html",
        {
            "page": page,
            "newest": max((d.pk for d in page), default=None),
            "base_template": _frame(request.user),
        },
    )


@never_cache
@require_safe
def unread(request):
    """The bell with the number of unread notices: a fragment for pages that stay open.

    A page whose person was signed out meanwhile keeps its bell (204): a sign-in page in its place
    would only confuse.
    """
    if not request.user.is_authenticated:
        return HttpResponse(status=204)
    return render(request, "notices/_bell.html", {"unread": queries.unread_count(request.user)})


@login_required
@never_cache
@require_safe
def open_notice(request, public_id):
    """Mark a notice as read and go to what it is about.

    A link of the inbox or of a mail; to anybody but its person it does not exist. Marking twice
    changes nothing, so a GET may do it: mail readers and plain links cannot post.
    """
    delivery = get_object_or_404(Delivery, public_id=public_id, person=request.user)
    actions.mark_read(actor=request.user, notice_id=delivery.notice_id)
    return redirect(rules.local_path(delivery.url) or reverse("notices:inbox"))


@login_required
@require_POST
def mark_all(request):
    """Mark everything up to the newest one shown as read."""
    form = ReadUpToForm(request.POST)
    if form.is_valid():
        count = actions.mark_all_read(actor=request.user, up_to=form.cleaned_data["up_to"])
        messages.success(
            request,
            ngettext(
                "Đã đánh dấu %(count)d thông báo là đã đọc.",
                "Đã đánh dấu %(count)d thông báo là đã đọc.",
                count,
            )
            % {"count": count}
            if count
            else _("Không còn thông báo nào chưa đọc."),
        )
    return redirect("notices:inbox")


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request):
    """How I want to be told of each kind."""
    form = PreferencesForm(
        request.POST if request.method == "POST" else None,
        chosen=queries.preferences(request.user),
    )
    if request.method == "POST" and form.is_valid():
        actions.set_preferences(actor=request.user, modes=form.cleaned_data)
        messages.success(request, _("Đã lưu cách nhận thông báo."))
        return redirect("notices:preferences")
    return render(
        request,
        "notices/preferences.html",
        {"form": form, "base_template": _frame(request.user)},
        status=422 if form.is_bound else 200,
    )


@login_required
@never_cache
@require_safe
def scheduled(request):
    """Notices to come, sent, missed and superseded of the agencies whose plans I follow."""
    grants = grants_of(request.user)
    if not rules.may_follow(request.user, grants):
        raise PermissionDenied
    rows = queries.scheduled_for(request.user, grants)
    chosen = ScheduledFilter(request.GET, rows)
    page = paginate(request, chosen.qs.order_by("-due_at", "-id"), per_page=30)
    queries.add_numbers(page.items)
    _word(page.items)
    return render(
        request,
        "notices/scheduled.html",
        {"filter": chosen, "page": page, "numbers": queries.numbers_of(rows)},
    )


def _frame(user):
    """People without working roles read their notices in the frame of readers."""
    return "base_staff.html" if user.is_superuser or grants_of(user).works() else "base.html"


def _word(notices):
    """Put kind and title on each notice; a subject that is gone shows its kind alone."""
    for notice in notices:
        notice.label, notice.title = registry.kind_of(notice).label, ""
    for notice in queries.load_what_can_be(notices):
        try:
            notice.title = registry.kinds[notice.subject_kind].render(notice).title
        except Exception:  # the list must show a row above all when its subject is broken
            logger.debug("notice %s cannot be worded", notice.pk, exc_info=True)
