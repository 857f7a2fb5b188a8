"""Participation in numbers: the public page, the totals of the moment, what others declare."""

import datetime as dt

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from documents.queries import readable_ids
from feedback import actions, figures, participation, queries, rules, totals
from feedback.forms.numbers import DeclaredForm
from feedback.models import Consultation, DeclaredNumber, LadderNode
from portal.common import clock, pagecache
from portal.common.errors import Refused
from portal.common.paging import paginate
from portal.common.scoped import fetch

CONSULTATIONS = Consultation.objects.select_related("agency", "opens", "closes", "reading_level")


@pagecache.public_page()
def show(request, pk, slug):
    """Who took part, until the end of the day named on the page."""
    found = get_object_or_404(CONSULTATIONS, pk=pk)
    if not rules.may_see(request.user, found) or found.mode != found.Mode.COLLECTED:
        raise Http404
    if slug != found.slug:
        return redirect("feedback:participation", pk=pk, slug=found.slug, permanent=True)
    day, picture = participation.kept(found)
    context = {
        "consultation": found,
        "phase": rules.phase_of(found, clock.now()),
        "until": day and day - dt.timedelta(days=1),
    }
    if picture is not None:
        readable = _readable(found, request.user)
        context |= _context(picture, found, until=context["until"], public=True, readable=readable)
    return render(request, "feedback/numbers/participation.html", context)


@never_cache
@login_required
def live(request, pk):
    """The totals of the moment for those who run the consultation; without stance."""
    found = fetch(CONSULTATIONS, user=request.user, see=rules.may_manage, pk=pk)
    now = clock.now()
    picture = participation.count(found, people=False)
    node = _node(found, request.GET.get("don-vi", ""))
    below = []
    if node:
        top = _node(found, "")
        below = queries.counts_below(node, day=clock.today(now), seen_from=top)
    context = {
        "consultation": found,
        "phase": rules.phase_of(found, now),
        "now": now,
        "total": totals.live([found.pk]).get(found.pk, 0),
        "node": node,
        "below": paginate(request, below, per_page=50),
        **_context(picture, found, until=None, public=False),
    }
    return render(request, "feedback/numbers/live.html", context)


@never_cache
@login_required
def declared(request, pk):
    """What units and other systems declare: the list, and one more."""
    found = fetch(CONSULTATIONS, user=request.user, see=rules.may_manage, pk=pk)
    form = DeclaredForm(request.POST or None, consultation=found, today=clock.today())
    if request.method == "POST" and form.is_valid():
        try:
            actions.declare_number(actor=request.user, consultation=found, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("Đã ghi số liệu báo cáo."))
            return redirect("feedback:declared", pk=pk)
    rows = found.declared_numbers.select_related("edition__document", "entered_by")
    return render(
        request,
        "feedback/numbers/declared.html",
        {"consultation": found, "form": form, "page": paginate(request, rows, per_page=30)},
        status=422 if form.is_bound and form.errors else 200,
    )


@login_required
@require_POST
def declared_remove(request, pk, row):
    """Take back a number that was entered by mistake."""
    found = fetch(CONSULTATIONS, user=request.user, see=rules.may_manage, pk=pk)
    number = get_object_or_404(DeclaredNumber, consultation=found, pk=row)
    actions.remove_declared(actor=request.user, row=number)
    messages.success(request, _("Đã xóa số liệu. Nhật ký hệ thống còn giữ số cũ."))
    return redirect("feedback:declared", pk=pk)


def _context(picture, consultation, *, until, public, readable=None):
    declared_numbers = participation.declared(consultation)
    closes = consultation.closes.resolved_on
    if until is not None and closes is not None:
        until = min(until, closes)
    people, guests = figures.authors(picture, consultation, public=public)
    return {
        "picture": picture,
        "tables": figures.tables(
            picture, consultation, public=public, readable=readable, url_of=_passage
        ),
        "columns": figures.columns(
            picture, first=consultation.opens.resolved_on, until=until, public=public
        ),
        "beside": figures.beside(picture, declared_numbers, consultation, public=public),
        "total_words": figures.words(picture["all"], public=public),
        "people": people,
        "guests": guests,
        "meetings": {
            name: figures.words(n, public=public) for name, n in picture["meetings"].items()
        },
    }


def _readable(consultation, user):
    """Ids of the editions this reader may read; of the others no title and no section is named."""
    rows = consultation.consultation_editions.select_related("edition__document")
    editions = {row.edition_id: row.edition.document for row in rows}
    readable = readable_ids(user, list(editions.values()))
    return {pk for pk, document in editions.items() if document.pk in readable}


def _passage(edition, pos):
    document = edition.document
    return reverse("documents:block", args=[document.pk, document.slug, edition.n, pos])


def _node(consultation, typed):
    """The unit that ?don-vi= names, else the top of the ladder; None before the ladder is there."""
    nodes = LadderNode.objects.filter(consultation=consultation).select_related("parent")
    if typed:
        if not typed.isdecimal() or len(typed) > 18:
            raise Http404
        return get_object_or_404(nodes, pk=int(typed))
    return nodes.filter(parent=None).first()
