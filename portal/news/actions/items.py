"""What goes with a text as the verbs take it: checked, compared, kept."""

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.common.errors import Refused
from portal.common.text import one_line
from portal.common.uploads.models import Upload
from portal.news import video
from portal.news.models import ArticleItem
from portal.news.queries import items_of

Kind = ArticleItem.Kind

#: How many of each kind one text may have.
MOST = {Kind.IMAGE: 30, Kind.FILE: 20, Kind.VIDEO: 5}
UPLOADS = {
    Kind.IMAGE: Upload.Kind.IMAGE,
    Kind.FILE: Upload.Kind.FILE,
    Kind.VIDEO: Upload.Kind.VIDEO,
}
UNSET = object()

_LINES = ("title", "alt", "caption", "credit")


@dataclass(frozen=True)
class ItemInput:
    """A picture of the gallery, an attachment or a video.

    Args:
        kind: of `ArticleItem.Kind`.
        upload: the Upload that is shown; None for an embedded video.
        provider, ref: of an embedded video, as `video.recognise` gives them.
        title: what an attachment or a video is called; the name of its file if not given.
        alt: what is seen in a picture; pictures need it.
    """

    kind: str
    upload: Upload | None = None
    provider: str = ""
    ref: str = ""
    title: str = ""
    alt: str = ""
    caption: str = ""
    credit: str = ""


def items_as_given(revision):
    """The items of a revision as the verbs take them: to keep, to compare, to restore. 1 query."""
    found = items_of(revision)
    return [
        ItemInput(
            kind=item.kind,
            upload=item.upload,
            provider=item.provider,
            ref=item.ref,
            title=item.title,
            alt=item.alt,
            caption=item.caption,
            credit=item.credit,
        )
        for item in [*found.files, *found.images, *found.videos]
    ]


def checked_items(agency, actor, items, *, article=None):
    """`items` tidy and in the order in which they are kept.

    Args:
        article: the article they are for; None for a new one. What was with it before may stay or
            come back, whoever uploaded it, also from an agency that has ended since. A new file
            must be the actor's own: other files of the agency, such as scans of signed papers, are
            not for readers.

    Raises:
        Refused: too many of a kind, what may not be attached, a picture without alt; code "items".
    """
    tidy = sorted((_tidy(item) for item in items), key=lambda item: item.kind)
    for kind, most in MOST.items():
        if sum(item.kind == kind for item in tidy) > most:
            raise _refused(_TOO_MANY[kind] % {"most": most})
    known = _with_article(agency, actor, tidy, article)
    for item in tidy:
        _check_source(agency, actor, item, known)
        _check_words(item)
    seen = [(item.upload, item.provider, item.ref) for item in tidy]
    if len(set(seen)) < len(seen):
        raise _refused(_("Một ảnh, tệp hoặc video được gắn hai lần. Hãy bỏ bớt một lần."))
    return tidy


def add_items(revision, items):
    """Keep checked items with a new revision. 1 query, none without items."""
    place = dict.fromkeys(Kind.values, 0)
    rows = []
    for item in items:
        rows.append(ArticleItem(revision=revision, position=place[item.kind], **vars(item)))
        place[item.kind] += 1
    ArticleItem.objects.bulk_create(rows)


def _refused(sentence):
    return Refused(sentence, code="items")


_TOO_MANY = {
    Kind.IMAGE: gettext_lazy("Một bài có nhiều nhất %(most)d ảnh trong chùm ảnh."),
    Kind.FILE: gettext_lazy("Một bài có nhiều nhất %(most)d tệp đính kèm."),
    Kind.VIDEO: gettext_lazy("Một bài có nhiều nhất %(most)d video."),
}


def _tidy(item):
    lines = {name: one_line(getattr(item, name) or "") for name in _LINES}
    if item.kind != Kind.IMAGE:
        lines["alt"] = ""
        lines["title"] = lines["title"] or getattr(item.upload, "original_name", "")
    return replace(item, kind=str(Kind(item.kind).value), **lines)


def _with_article(agency, actor, items, article):
    """Ids of the uploads that were with this article before. No query when all are the actor's."""
    strange = [
        item.upload.pk
        for item in items
        if item.upload is not None
        and (item.upload.agency_id != agency.pk or item.upload.uploaded_by_id != actor.pk)
    ]
    if not strange or article is None:
        return set()
    rows = ArticleItem.objects.filter(revision__article=article, upload__in=strange)
    return set(rows.values_list("upload", flat=True))


def _check_source(agency, actor, item, known):
    if item.upload is None:
        if item.kind != Kind.VIDEO or not video.is_known(item.provider, item.ref):
            raise _refused(_("Phần kèm bài này không có ảnh, tệp hay video nào."))
        return
    if item.provider or item.ref:
        raise _refused(_("Video được tải lên thì không có địa chỉ ở trang khác."))
    if item.upload.kind != UPLOADS[item.kind]:
        raise _refused(
            _("“%(name)s” không thuộc loại gắn vào chỗ này.") % {"name": item.upload.original_name}
        )
    if item.upload.pk in known:
        return
    if item.upload.agency_id != agency.pk:
        raise _refused(
            _("“%(name)s” thuộc cơ quan khác, không gắn vào bài này được.")
            % {"name": item.upload.original_name}
        )
    if item.kind == Kind.FILE and item.upload.uploaded_by_id != actor.pk:
        raise _refused(
            _("Tệp “%(name)s” do người khác tải lên. Hãy tải tệp lên lại nếu muốn gắn vào bài.")
            % {"name": item.upload.original_name}
        )


def _check_words(item):
    if item.kind == Kind.IMAGE and not item.alt:
        raise _refused(
            _("Ảnh “%(name)s” cần chữ thay thế: nêu điều thấy trong ảnh.")
            % {"name": item.upload.original_name}
        )
    for name in _LINES:
        limit = ArticleItem._meta.get_field(name).max_length
        if len(getattr(item, name)) > limit:
            raise _refused(
                _("%(field)s dài %(length)d ký tự, nhiều nhất là %(limit)d.")
                % {
                    "field": ArticleItem._meta.get_field(name).verbose_name,
                    "length": len(getattr(item, name)),
                    "limit": limit,
                }
            )
