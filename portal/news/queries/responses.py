"""Reading responses. Every function costs a fixed number of queries, given beside it."""

from dataclasses import dataclass, field

from django.db.models import Count, Prefetch, Q, Subquery

from portal.common import sealing
from portal.news.models import Response
from portal.news.rules import responses as response_rules

RECEIPT = "responses/receipt"
#: So many threads stand on the page of the article; the others on a page of their own.
ON_THE_PAGE = 20
State = Response.State


@dataclass
class Thread:
    """A shown response with the shown answers to it, oldest first."""

    response: Response
    replies: list[Response] = field(default_factory=list)


@dataclass(frozen=True)
class Responses:
    """What the page of an article shows: the newest threads, how many there are, why none more."""

    threads: list[Thread]
    total: int
    closed: str

    @property
    def more(self):
        return self.total > len(self.threads)

    def __bool__(self):
        return bool(self.threads) or not self.closed


def threads_of(article):
    """Shown responses to an article itself, newest first."""
    return Response.objects.filter(article=article, parent=None, state=State.SHOWN).order_by(
        "-submitted_at", "-id"
    )


def responses_shown(article, now, limit=ON_THE_PAGE):
    """The Responses of an article, answers included. 1 query."""
    tops = threads_of(article)
    newest = tops.values("pk")[:limit]
    total = tops.order_by().values("article").annotate(n=Count("pk")).values("n")
    rows = (
        Response.objects.filter(Q(pk__in=newest) | Q(parent__in=newest), state=State.SHOWN)
        .annotate(total=Subquery(total))
        .order_by("submitted_at", "id")
    )
    threads, found = {}, list(rows)
    for row in found:
        if row.parent_id is None:
            threads[row.pk] = Thread(row)
    for row in found:
        if row.parent_id is not None:
            threads[row.parent_id].replies.append(row)
    return Responses(
        threads=list(reversed(threads.values())),
        total=found[0].total if found else 0,
        closed=response_rules.closed_because(article, now),
    )


def with_replies(rows):
    """[Thread] of a page of `threads_of`. 2 queries."""
    replies = Response.objects.filter(state=State.SHOWN).order_by("submitted_at", "id")
    rows = list(rows)
    by_parent = {row.pk: Thread(row) for row in rows}
    for reply in replies.filter(parent__in=by_parent):
        by_parent[reply.parent_id].replies.append(reply)
    return list(by_parent.values())


def by_receipt(code):
    """The Response whose receipt has this code, or None. 1 query."""
    return (
        Response.objects.filter(receipt=sealing.token_digest(code))
        .select_related("article__agency", "parent")
        .defer("article__body", "article__plain", "article__search")
        .first()
    )


def receipt_code(response):
    """The code of the sender's own page, computed; it is stored nowhere."""
    return sealing.token(RECEIPT, str(response.submission_key))


def answers_to(response):
    """Shown answers to a shown response of a reader, oldest first. 1 query."""
    if response.state != State.SHOWN or response.parent_id is not None:
        return []
    return list(
        Response.objects.filter(parent=response, state=State.SHOWN).order_by("submitted_at", "id")
    )


def of_article(article, *, keeps):
    """Responses to an article at the desk, newest first, with their answers.

    All of them for whoever `keeps` them; to others what is not shown to readers is not shown here.
    """
    rows = Response.objects.all() if keeps else Response.objects.filter(state=Response.State.SHOWN)
    replies = rows.order_by("submitted_at", "id").select_related("by")
    return (
        rows.filter(article=article, parent=None)
        .prefetch_related(Prefetch("replies", replies))
        .order_by("-submitted_at", "-id")
    )
