"""Tin nổi bật: what the pages of my agencies, of their chuyên trang and of the portal feature."""

import json

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.agencies.rules import grants_of
from portal.common import clock
from portal.common.errors import Refused, StaleVersion
from portal.common.paging import paginate
from portal.news import actions, rules
from portal.news.forms.features import (
    AddFeatureForm,
    FeatureTimeForm,
    MomentForm,
    MoveForm,
    OrderForm,
    TimeForm,
)
from portal.news.models import Article, Feature, Microsite
from portal.news.queries import front
from portal.news.views._common import for_staff, in_newsroom, say, say_refused

PER_PAGE = 12


@in_newsroom
@require_safe
def choose(request):
    """The pages whose features I choose; straight on when it is only one."""
    choices = front.my_places(request.user, clock.now())
    if not choices:
        return render(request, "news/no_role.html", status=403)
    if len(choices) == 1:
        return redirect(choices[0].place.url)
    return render(request, "news/feature_places.html", {"choices": choices})


@for_staff
@require_safe
def index(request, key):
    """What one page features, in order; what readers see now, and what they will see."""
    place = _place(request, key)
    return render(request, "news/features.html", _list(request, place))


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def add(request, key):
    """Look for a story among those readers have, and put it at the head of the list."""
    place = _place(request, key)
    form = AddFeatureForm(request.POST) if request.method == "POST" else TimeForm()
    if request.method == "POST" and form.is_valid():
        story = _chosen(form.cleaned_data)
        try:
            actions.add_feature(
                actor=request.user,
                place=place,
                shows_from=form.cleaned_data["shows_from"],
                shows_until=form.cleaned_data["shows_until"],
                **story,
            )
        except Refused as refused:
            form.add_error(None, str(refused.message))
        else:
            (chosen,) = story.values()
            say(request, _("Đã đưa “%(title)s” lên đầu danh sách.") % {"title": chosen.title})
            return redirect(place.url)
    context = {"place": place, "form": form, **_choices(request, place)}
    status = 422 if request.method == "POST" else 200
    return render(request, "news/feature_add.html", context, status=status)


@for_staff
@require_safe
def search(request, key):
    """Fragment: the articles that fit the words typed."""
    place = _place(request, key)
    return render(
        request, "news/_feature_choices.html", {"place": place, **_choices(request, place)}
    )


@for_staff
@require_POST
def order(request, key):
    """The whole list in a new order, as it was dragged."""
    place = _place(request, key)
    form = OrderForm(request.POST)
    if not form.is_valid():
        return _done(request, place, "", _("Danh sách gửi lên không đọc được."), wrong=True)
    try:
        actions.order_features(actor=request.user, place=place, **form.cleaned_data)
    except Refused as refused:
        return _done(request, place, "", refused.message, wrong=True)
    return _done(request, place, "", _("Đã đổi thứ tự."))


@for_staff
@require_POST
def move(request, pk):
    """One place up or down."""
    feature, place = _feature(request, pk)
    form = MoveForm(request.POST)
    if not form.is_valid():
        return _done(request, place, "", _("Danh sách gửi lên không đọc được."), wrong=True)
    step = -1 if form.cleaned_data["way"] == "len" else 1
    try:
        actions.move_feature(
            actor=request.user, feature=feature, seen=form.cleaned_data["seen"], step=step
        )
    except Refused as refused:
        return _done(request, place, f"tin-{pk}", refused.message, wrong=True)
    return _done(request, place, f"tin-{pk}", "")


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, pk):
    """From when until when one story stands."""
    feature, place = _feature(request, pk)
    initial = {
        "shows_from": feature.shows_from,
        "shows_until": feature.shows_until,
        "lock_version": feature.lock_version,
    }
    form = FeatureTimeForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.time_feature(
                actor=request.user,
                feature=feature,
                expected_version=form.expected_version,
                shows_from=form.cleaned_data["shows_from"],
                shows_until=form.cleaned_data["shows_until"],
            )
        except StaleVersion as stale:
            form.mark_stale(stale.current)
        except Refused as refused:
            form.add_error("shows_until", str(refused.message))
        else:
            say(request, _("Đã lưu giờ hiện."))
            return redirect(f"{place.url}#tin-{pk}")
    context = {"place": place, "feature": feature, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "news/feature_edit.html", context, status=status)


@for_staff
@require_POST
def remove(request, pk):
    """Out of the list; the story stays where it is."""
    feature, place = _feature(request, pk)
    title = feature.story.title
    try:
        actions.remove_feature(actor=request.user, feature=feature)
    except Refused as refused:
        say_refused(request, refused)
    else:
        say(request, _("Đã bỏ “%(title)s” khỏi danh sách.") % {"title": title})
    return redirect(place.url)


# --- shared -----------------------------------------------------------------------------------


def _place(request, key):
    place = front.find_place(key)
    if place is None:
        raise Http404
    return _allowed(request, place)


def _allowed(request, place):
    """Outsiders of the agency get 404, its people without the right 403."""
    if not rules.may_feature(request.user, place.owner):
        if not grants_of(request.user).has(rules.READERS, place.owner):
            raise Http404
        raise PermissionDenied
    return place


def _feature(request, pk):
    rows = Feature.objects.select_related(
        "agency", "campaign__agency", "article", "microsite__plan"
    )
    feature = get_object_or_404(rows, pk=pk)
    place = front.place_of(feature)
    if place is None:
        raise Http404
    return feature, _allowed(request, place)


def _list(request, place):
    now = clock.now()
    features = front.listed(place)
    rows = front.rows_at(place, features, now)
    form = MomentForm(request.GET or None)
    then = form.cleaned_data["luc"] if form.is_bound and form.is_valid() else None
    return {
        "place": place,
        "rows": rows,
        "seen": ",".join(str(feature.pk) for feature in features),
        "now_shown": [row.feature.story for row in rows if row.shown],
        "ahead": front.changes_ahead(features, now),
        "moment_form": form,
        "then": then,
        "then_shown": [
            row.feature.story for row in front.rows_at(place, features, then) if row.shown
        ]
        if then
        else [],
        "full": len(rows) >= front.MOST,
    }


def _choices(request, place):
    now = clock.now()
    words = request.GET.get("q", "")[:200]
    found = front.choosable(place, words, now)
    return {
        "q": words,
        "page": paginate(request, found, PER_PAGE),
        "microsites": front.choosable_microsites(place, now) if not words else [],
    }


def _chosen(data):
    if data["article"]:
        rows = Article.objects.select_related("agency").defer("body", "plain", "search")
        return {"article": get_object_or_404(rows, pk=data["article"])}
    rows = Microsite.objects.select_related("plan")
    return {"microsite": get_object_or_404(rows, pk=data["microsite"])}


def _done(request, place, anchor, said, *, wrong=False):
    """The list as it is now, in its place or as a page."""
    if not request.htmx:
        if said:
            (messages.error if wrong else messages.success)(request, said)
        return redirect(f"{place.url}#{anchor}" if anchor else place.url)
    response = render(request, "news/_feature_list.html", _list(request, place))
    response["HX-Trigger-After-Settle"] = json.dumps(
        {"row-focus": {"id": anchor or "soan", "said": str(said)}}
    )
    return response
