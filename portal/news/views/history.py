"""Saved texts of an article: the list, two beside each other, one taken up again, and what readers
had on any day."""

import copy
import datetime as dt

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.common import clock
from portal.common.errors import Refused
from portal.common.paging import paginate
from portal.news import actions, comparing, rules
from portal.news.forms.history import CompareForm, DayForm
from portal.news.forms.verbs import VersionForm
from portal.news.queries import Items, history, items_of
from portal.news.views._common import allow_players, for_staff, get_article, say, say_refused

#: On the page that asks for a day.
SHOWINGS_LISTED = 50


@for_staff
@require_safe
def index(request, pk):
    """Các bản đã lưu."""
    article = get_article(request, pk)
    context = {
        "article": article,
        "page": paginate(request, history.revisions(article)),
        "may_restore": _may_restore(request.user, article),
        "now": clock.now(),
        "day_form": DayForm(),
    }
    return render(request, "news/revisions.html", context)


def _may_restore(user, article):
    return rules.may_edit(user, article) and rules.takes_text(article.state)


def _revision(article, n):
    found = history.revision(article, n)
    if found is None:
        raise Http404
    return found


@for_staff
@require_safe
def revision(request, pk, n):
    """One saved text as it reads."""
    article = get_article(request, pk)
    text = _revision(article, n)
    context = {
        "article": article,
        "text": text,
        "items": items_of(text),
        "may_restore": _may_restore(request.user, article),
    }
    return allow_players(render(request, "news/revision.html", context), context["items"])


@for_staff
@require_safe
def compare(request, pk):
    """Two saved texts beside each other, word by word (`?cu=1&moi=3`)."""
    article = get_article(request, pk)
    form = CompareForm(request.GET)
    if not form.is_valid() or form.cleaned_data["cu"] == form.cleaned_data["moi"]:
        messages.error(request, _("Hãy chọn hai bản khác nhau để so sánh."))
        return redirect("news:revisions", article.pk)
    # Always from the older to the newer, whichever way round they were chosen.
    first, second = sorted(form.cleaned_data.values())
    old, new = _revision(article, first), _revision(article, second)
    context = {
        "article": article,
        "form": CompareForm(initial={"cu": old.n, "moi": new.n}),
        "old": old,
        "new": new,
        "changes": _changes(old, new),
        "may_restore": _may_restore(request.user, article),
    }
    return render(request, "news/compare.html", context)


def _changes(old, new):
    old_items, new_items = history.items_of_both(old, new)
    return comparing.changes(old.text(), new.text(), old_items=old_items, new_items=new_items)


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def restore(request, pk, n):
    """Khôi phục một bản: a page that shows what it would change."""
    article = get_article(request, pk, may=rules.may_edit)
    old = _revision(article, n)
    form = VersionForm(request.POST or None, initial={"lock_version": article.lock_version})
    if request.method == "POST" and form.is_valid():
        try:
            actions.restore_revision(
                actor=request.user,
                article_id=article.pk,
                n=n,
                expected_version=form.cleaned_data["lock_version"],
            )
        except Refused as refused:
            say_refused(request, refused)
            return redirect("news:restore", article.pk, n)
        say(request, _("Đã khôi phục bản %(n)d thành bản mới nhất.") % {"n": n})
        return redirect("news:edit", article.pk)
    context = {
        "article": article,
        "old": old,
        "changes": _changes(article.working, old),
        "may_restore": _may_restore(request.user, article),
        "form": VersionForm(initial={"lock_version": article.lock_version}),
    }
    return render(request, "news/restore.html", context)


@for_staff
@require_safe
def shown_on(request, pk):
    """Bạn đọc thấy gì vào một ngày (`?ngay=2026-09-24&luc=14:05`, or `&doan=2` of that day)."""
    article = get_article(request, pk)
    now = clock.now()
    form = DayForm(request.GET or None)
    context = {"article": article, "form": form}
    if not form.is_valid():
        context |= {"showings": history.showings(article)[:SHOWINGS_LISTED], "now": now}
        return _noindex(render(request, "news/shown_on.html", context))
    date, time = form.cleaned_data["ngay"], form.cleaned_data["luc"]
    spans = history.spans_on(article, date, now)
    asked = None
    if time is not None:
        asked = dt.datetime.combine(date, time, tzinfo=clock.TZ)
    place = _place(spans, asked, request.GET.get("doan", ""))
    context |= {
        "date": date,
        "asked": asked,
        "spans": _with_addresses(article, date, spans, place),
        "too_early": asked is not None and asked >= now,
    }
    if place is not None and not context["too_early"]:
        context |= _as_read(article, spans[place])
    response = render(request, "news/shown_on.html", context)
    return _noindex(allow_players(response, context.get("items") or Items()))


def _place(spans, asked, number):
    """Which of the spans is meant: by time, by number of the link, else the last of the day."""
    if not spans:
        return None
    if asked is not None:
        return next((i for i, span in enumerate(spans) if span.holds(asked)), None)
    if number.isascii() and number.isdecimal() and 1 <= int(number[:4]) <= len(spans):
        return int(number[:4]) - 1
    return len(spans) - 1


def _with_addresses(article, date, spans, place):
    here = reverse("news:shown_on", args=[article.pk])
    return [
        {
            "span": span,
            "url": f"{here}?ngay={date.isoformat()}&doan={number}",
            "current": number - 1 == place,
            "whole_end": span.until == clock.end_of_day(date),
        }
        for number, span in enumerate(spans, start=1)
    ]


def _as_read(article, span):
    """The article as its page had it during `span`."""
    if span.n is None:
        return {"span": span}
    then = copy.copy(article)
    # Every text after the first one bears the time at which it was put up (`actions.publish`).
    starts = article.showings.filter(revision__n=span.n, since__lte=span.since)
    started = starts.order_by("-since").values_list("since", flat=True).first()
    then.updated_at_public = None if span.first else started
    if span.kind == history.WITHDRAWN:
        then.withdrawn_at, then.withdrawn_reason = _withdrawn(article, span), span.reason
    text = _revision(article, span.n)
    return {"span": span, "then": then, "text": text, "items": items_of(text)}


def _withdrawn(article, span):
    ends = article.showings.filter(until__lte=span.since)
    return ends.order_by("-until").values_list("until", flat=True).first()


def _noindex(response):
    response["X-Robots-Tag"] = "noindex"
    return response
