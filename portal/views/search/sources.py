"""The kinds of pages a search finds: how their rows are found and what is shown of a hit."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from campaigns import queries as campaigns
from campaigns.models import Plan
from documents import queries as documents
from documents.actions import serve_due
from documents.models import BLOCK_WORDS, Block, Edition
from feedback import queries as feedback
from portal.agencies import queries as agencies
from portal.common import finding
from portal.common.fulltext import Asked, Ranked, TitleVector, all_of, words_vector
from portal.news import queries as news
from portal.official import queries as registered
from portal.official.models import DOCUMENT_WORDS, SYMBOL_WORDS, OfficialDocument
from portal.views.search.filters import (
    ArticleFilter,
    ConsultationFilter,
    DocumentFilter,
    Narrowed,
    PlanFilter,
    RegisterFilter,
)


@dataclass(frozen=True)
class Source:
    """One kind of page: its slug in the address, its name, how its rows are found and shown.

    `find(asked, now, narrow)` gives the `Ranked` hits; `narrow` is the filter of this kind over a
    queryset. `filter` is None for what no filter fits.
    """

    slug: str
    label: str
    icon: str
    find: Callable
    show: Callable
    filter: type[Narrowed] | None = None


def _articles(asked: Asked, now, narrow) -> Ranked:
    rows = news.served(now).defer(None).defer("body", "search", "search_words", "search_title")
    return Ranked(
        narrow(rows),
        found=Q(search_words=asked.query),
        title=F("search_title"),
        asked=asked,
        newest="published_at",
    )


def _plans(asked: Asked, now, narrow) -> Ranked:
    """Words stand in title or purpose, numbers also in the symbol, which is another table's."""
    rows = narrow(campaigns.visible_plans(AnonymousUser()))
    plain = [token for token in asked.tokens if not token.is_number]
    found = Q(search_words=all_of(plain)) if plain else Q()
    for token in asked.tokens:
        if token.is_number:
            own = Plan.objects.filter(search_words=token.query)
            named = OfficialDocument.objects.alias(symbol_words=SYMBOL_WORDS)
            named = named.filter(symbol_words=token.query)
            found &= Q(pk__in=own.order_by().values("pk")) | Q(
                document__in=named.order_by().values("pk")
            )
    return Ranked(rows, found=found, title=F("search_title"), asked=asked)


def _documents(asked: Asked, now, narrow) -> Ranked:
    """Published drafts: by their title, or by a passage that holds every word."""
    serve_due(now=now)
    passages = (
        Block.objects.alias(block_words=BLOCK_WORDS)
        .filter(block_words=asked.query, edition__state=Edition.State.PUBLISHED)
        .order_by("pos")
    )
    first = passages.filter(edition__document=OuterRef("pk"))
    rows = narrow(documents.public_documents(AnonymousUser())).alias(
        own_words=words_vector("title", "subtitle")
    )
    rows = rows.annotate(
        passage_no=Subquery(first.values("para_no")[:1]),
        passage=Subquery(first.values("plain")[:1]),
    )
    found = Q(own_words=asked.query) | Q(pk__in=passages.order_by().values("edition__document"))
    return Ranked(rows, found=found, title=TitleVector("title"), asked=asked)


def _register(asked: Asked, now, narrow) -> Ranked:
    """Official documents, by symbol or abstract; those of a plan are found as the plan."""
    rows = narrow(registered.visible_to(AnonymousUser())).filter(plan=None)
    rows = rows.select_related("issuer", "type").alias(own_words=DOCUMENT_WORDS)
    title = TitleVector(Concat("symbol", Value(" "), "title"))
    return Ranked(rows, found=Q(own_words=asked.query), title=title, asked=asked)


def _consultations(asked: Asked, now, narrow) -> Ranked:
    rows = narrow(feedback.announced()).alias(own_words=words_vector("title", "intro"))
    return Ranked(rows, found=Q(own_words=asked.query), title=TitleVector("title"), asked=asked)


def _agencies(asked: Asked, now, narrow) -> Ranked:
    rows = agencies.public()
    return Ranked(rows, found=Q(search_words=asked.query), title=F("search_title"), asked=asked)


def _article(row, words):
    return {
        "url": row.get_absolute_url(),
        "title": row.title,
        "facts": [row.agency_name or str(row.agency), row.section.title if row.section else ""],
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
    address = reverse("documents:document", args=[row.pk, row.slug])
    facts = [_("Dự thảo lần %d") % row.live_n, str(row.agency)]
    if row.passage_no:
        names = [row.pk, row.slug, row.live_n]
        address = f"{reverse('documents:jump', args=names)}?so={row.passage_no}"
        facts.append(_("đoạn %d") % row.passage_no)
    return {
        "url": address,
        "title": row.title,
        "facts": facts,
        "at": row.live_at,
        "text": finding.passage(row.passage or "", words),
    }


def _registered(row, words):
    return {
        "url": reverse("official:document", args=[row.pk]),
        "title": row.title or row.label,
        "facts": [row.label, row.issuer_label] if row.title else [row.issuer_label],
        "on": row.issued_on,
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
    Source("tin-bai", _l("Tin bài"), "newspaper", _articles, _article, ArticleFilter),
    Source("ke-hoach", _l("Kế hoạch"), "calendar-days", _plans, _plan, PlanFilter),
    Source("van-kien", _l("Văn kiện"), "book-open", _documents, _document, DocumentFilter),
    Source("van-ban", _l("Văn bản"), "document-text", _register, _registered, RegisterFilter),
    Source(
        "lay-y-kien",
        _l("Lấy ý kiến"),
        "chat-bubble-left-right",
        _consultations,
        _consultation,
        ConsultationFilter,
    ),
    Source("co-quan", _l("Cơ quan"), "building-library", _agencies, _agency),
]
