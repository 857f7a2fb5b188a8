"""Tìm kiếm: articles, plans, documents, consultations and agencies by their words.

Every word has to be there as a whole word, marks or not; hits whose title carries the words with
the very marks that were typed come first, then those that carry them side by side (DOMAIN 6).
"""

import re
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Case, F, IntegerField, QuerySet, TextField, Value, When
from django.db.models.functions import Collate, Concat, Lower
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from campaigns import queries as campaigns
from documents import queries as documents
from feedback import queries as feedback
from portal.agencies import queries as agencies
from portal.common import clock, finding
from portal.common.paging import paginate
from portal.common.sqltext import Fold
from portal.common.text import one_line
from portal.news import queries as news

FEW = 5
# PostgreSQL's own collation, there whatever the locale of the database (from version 17).
COLLATION = "pg_c_utf8"


@dataclass(frozen=True)
class Source:
    """One kind of page: its slug in the address, its name, how its rows are found and shown."""

    slug: str
    label: str
    icon: str
    find: callable
    show: callable
    title: str = "title"


def _with_words(rows: QuerySet, words: list[str], *fields: str) -> QuerySet:
    """Rows of a small table whose `fields` together hold every word."""
    joined = []
    for field in fields:
        joined += [Value(" "), F(field)]
    rows = rows.annotate(searched=Fold(Concat(*joined[1:], Value(""), output_field=TextField())))
    for word in words:
        rows = rows.filter(searched__regex=rf"\m{re.escape(word)}\M")
    return rows


def _articles(words):
    # The only table that grows large has an index over its folded words.
    rows = news.served(clock.now()).defer(None).defer("body", "search")
    vector = SearchVector("search", config="simple")
    return rows.annotate(vector=vector).filter(
        vector=SearchQuery(" ".join(words), config="simple", search_type="plain")
    )


def _plans(words):
    rows = campaigns.visible_plans(AnonymousUser())
    return _with_words(rows, words, "title", "document__symbol", "summary")


def _documents(words):
    return _with_words(documents.public_documents(AnonymousUser()), words, "title")


def _consultations(words):
    return _with_words(feedback.announced(), words, "title", "intro")


def _agencies(words):
    return _with_words(agencies.public(), words, "name", "short_name", "code", "committee_name")


def _article(row, words):
    return {
        "url": row.get_absolute_url(),
        "title": row.title,
        "facts": [row.agency_name or str(row.agency)],
        "at": row.published_at,
        "text": finding.passage(row.lead, words) or finding.passage(row.plain, words),
    }


def _plan(row, words):
    return {
        "url": row.get_absolute_url(),
        "title": row.title,
        "facts": [row.document.symbol, str(row.issuer)],
        "on": row.document.issued_on,
        "text": finding.passage(row.summary, words),
    }


def _document(row, words):
    return {
        "url": reverse("documents:document", args=[row.pk, row.slug]),
        "title": row.title,
        "facts": [_("Dự thảo lần %d") % row.live_n, str(row.agency)],
        "at": row.live_at,
    }


def _consultation(row, words):
    return {
        "url": reverse("feedback:consultation", args=[row.pk, row.slug]),
        "title": row.title,
        "facts": [str(row.agency)],
        "text": finding.passage(row.intro, words),
    }


def _agency(row, words):
    return {
        "url": reverse("agencies:agency", args=[row.slug]),
        "title": row.name,
        "facts": [row.committee_name, row.code],
    }


SOURCES = [
    Source("tin-bai", _("Tin bài"), "newspaper", _articles, _article),
    Source("ke-hoach", _("Kế hoạch"), "calendar-days", _plans, _plan),
    Source("van-kien", _("Văn kiện"), "book-open", _documents, _document),
    Source("lay-y-kien", _("Lấy ý kiến"), "chat-bubble-left-right", _consultations, _consultation),
    Source("co-quan", _("Cơ quan"), "building-library", _agencies, _agency, "name"),
]


def ranked(source: Source, words: list[str], typed: str) -> QuerySet:
    """Hits of one source, those with the typed marks in their title first."""
    rows = source.find(words)
    marks = Case(
        When(lowered__contains=typed.lower(), then=Value(0)),
        When(folded_title__contains=" ".join(words), then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    order = rows.query.order_by or rows.model._meta.ordering
    rows = rows.annotate(
        lowered=Lower(Collate(F(source.title), COLLATION)), folded_title=Fold(source.title)
    )
    return rows.annotate(marks=marks).order_by("marks", *order)


def _shown(source: Source, rows, words: list[str]) -> list[dict]:
    out = []
    for row in rows:
        item = source.show(row, words)
        item["title"] = finding.marked(item["title"], words)
        item["facts"] = [fact for fact in item["facts"] if fact]
        out.append(item)
    return out


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """The words of `q`; `loai` names one kind, which is then shown page by page."""
    typed = one_line(request.GET.get("q", ""))[:200]
    words = finding.words_of(typed)
    asked = [word for word in words if len(word) > 1 or word.isdigit()]
    chosen = next((s for s in SOURCES if s.slug == request.GET.get("loai")), None)
    context = {"search_query": typed, "asked": bool(asked), "chosen": chosen, "page": None}
    if asked:
        found = {source.slug: ranked(source, words, typed) for source in SOURCES}
        counts = {slug: rows.count() for slug, rows in found.items()}
        context["total"] = sum(counts.values())
        context["tabs"] = _tabs(request, counts, chosen)
        if chosen:
            page = paginate(request, found[chosen.slug])
            context["page"] = page
            context["groups"] = [{"source": chosen, "rows": _shown(chosen, page, words)}]
        else:
            context["groups"] = [
                {
                    "source": source,
                    "rows": _shown(source, found[source.slug][:FEW], words),
                    "more": counts[source.slug] > FEW,
                    "count": counts[source.slug],
                    "url": _address(request, source.slug),
                }
                for source in SOURCES
                if counts[source.slug]
            ]
    return render(request, "portal/search.html", context)


def _address(request: HttpRequest, slug: str = "") -> str:
    query = request.GET.copy()
    for name in ("trang", "loai"):
        query.pop(name, None)
    if slug:
        query["loai"] = slug
    return f"?{query.urlencode()}"


def _tabs(request: HttpRequest, counts: dict, chosen: Source | None) -> list[dict]:
    tabs = [
        {
            "label": _("Tất cả"),
            "url": _address(request),
            "count": sum(counts.values()),
            "current": chosen is None,
        }
    ]
    return tabs + [
        {
            "label": source.label,
            "url": _address(request, source.slug),
            "count": counts[source.slug],
            "current": source is chosen,
        }
        for source in SOURCES
        if counts[source.slug] or source is chosen
    ]
