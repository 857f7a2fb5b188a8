"""What goes with a text: gallery, attachments, videos."""

from dataclasses import dataclass, field

from portal.news.models import Article, ArticleItem


@dataclass(frozen=True)
class Items:
    """The items of one text by kind, each list in its order; false when there are none."""

    images: list[ArticleItem] = field(default_factory=list)
    files: list[ArticleItem] = field(default_factory=list)
    videos: list[ArticleItem] = field(default_factory=list)

    def __bool__(self):
        return bool(self.images or self.files or self.videos)

    @property
    def embedded(self):
        """The videos that another site plays."""
        return [item for item in self.videos if item.upload_id is None]


def items_of(revision):
    """The items of a revision (an ArticleRevision or its id), with their uploads. 1 query."""
    pk = getattr(revision, "pk", revision)
    rows = ArticleItem.objects.filter(revision=pk).select_related("upload")
    found = {kind: [] for kind in ArticleItem.Kind.values}
    for row in rows.order_by("kind", "position"):
        found[row.kind].append(row)
    return Items(images=found["image"], files=found["file"], videos=found["video"])


def public_attachment(article_pk, upload_pk, now):
    """The attachment as readers get it at `now`, None when they do not. 1 query."""
    served = Article.objects.served(now).filter(pk=article_pk)
    return (
        ArticleItem.objects.filter(
            kind=ArticleItem.Kind.FILE,
            upload=upload_pk,
            revision__in=served.values("live_revision"),
        )
        .select_related("upload")
        .first()
    )


def attachment(article_pk, upload_pk):
    """An attachment of any text of the article, with the article; None without. 1 query."""
    return (
        ArticleItem.objects.filter(
            kind=ArticleItem.Kind.FILE, upload=upload_pk, revision__article=article_pk
        )
        .select_related("upload", "revision__article")
        .first()
    )
