"""What an approver has read before, and what is new to them."""

from django.db.models import Count, Exists, OuterRef, Q, Subquery

from portal.news import comparing
from portal.news.models import Article, ArticleRevision, Look, Remark
from portal.news.queries.history import items_of_both


def with_looks(rows, user):
    """Articles of `rows` with `seen` (the newest text was read), `seen_n` (number of the newest
    text that was read, None for none) and `open_remarks`."""
    mine = Look.objects.filter(person=user, revision__article=OuterRef("pk"))
    remarks = (
        Remark.objects.filter(article=OuterRef("pk"), parent=None, resolved_at=None)
        .order_by()
        .values("article")
        .annotate(n=Count("pk"))
        .values("n")
    )
    return rows.annotate(
        seen=Exists(mine.filter(revision=OuterRef("working"))),
        seen_n=Subquery(mine.order_by("-revision__n").values("revision__n")[:1]),
        open_remarks=Subquery(remarks),
    )


def seen_before(user, article):
    """The newest text before the present one that `user` has read, or None. 1 query.

    Opening the present text again changes nothing: what was new stays marked until the next one.
    Texts that only the person's own small corrections lie behind are no news.
    """
    row = (
        ArticleRevision.objects.filter(article=article, n__lt=article.working.n)
        .filter(looks__person=user)
        .select_related("by", *Article.ROW_FIELDS)
        .order_by("-n")
        .first()
    )
    if row is None:
        return None
    between = ArticleRevision.objects.filter(
        Q(small=False) | ~Q(by=user), article=article, n__gt=row.n, n__lte=article.working.n
    )
    return row if between.exists() else None


def handed_in(article):
    """The newest text by the writers: that before small corrections of approvers. 1 query."""
    rows = ArticleRevision.objects.select_related("by", *Article.ROW_FIELDS)
    rows = rows.filter(article=article, small=False, n__lte=article.working.n)
    return rows.order_by("-n").first()


def changes_from(old, article):
    """[Change] from the revision `old` to the newest text of the article. 1 query."""
    before, after = items_of_both(old, article.working)
    return comparing.changes(old.text(), article.working.text(), old_items=before, new_items=after)
