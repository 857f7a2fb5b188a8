"""Writing: new articles, saved texts, corrections given up."""

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from portal.common import clock, richtext
from portal.common.errors import Refused
from portal.common.text import clean, fold, one_line
from portal.news import rules
from portal.news.actions._common import (
    check_version,
    locked,
    need_role,
    need_valid_agency,
    stepped,
    store,
)
from portal.news.actions.items import UNSET, add_items, checked_items, items_as_given
from portal.news.models import TAG_LENGTH, TAGS_MOST, Article, ArticleRevision
from portal.news.queries import picture_sizes
from portal.news.rules import reading

#: Longest body in characters of HTML: some 50.000 words. Beyond it the search index would refuse.
BODY_LIMIT = 400_000

_ONE_LINE = ("title", "byline", "source", "cover_alt", "cover_caption", "cover_credit")


@transaction.atomic
def create_article(*, actor, agency, text, items=(), assignment=None, now=None):
    """Start an article of `agency` and keep its first text with what goes with it.

    Args:
        actor: an editor of the agency; becomes the author.
        text: {field: value} of `Text.TEXT_FIELDS`; what is missing is empty.
        items: ItemInputs: gallery, attachments and videos, those of a kind in their order.
        assignment: the task assignment of this agency that the article will prove.

    Raises:
        Refused: no role, an agency that has ended, a text that cannot be kept.
    """
    now = now or clock.now()
    on = clock.today(now)
    grant = need_role(actor, rules.WRITERS, agency, on)
    need_valid_agency(agency, on)
    text = checked(agency, text)
    items = checked_items(agency, actor, () if items is UNSET else items)
    article = Article(
        agency=agency,
        author=actor,
        assignment=_checked_assignment(agency, assignment),
        created_at=now,
        changed_at=now,
    )
    show(article, ArticleRevision(**text))
    article.save(force_insert=True)
    article.working = add_revision(article, text, items, actor=actor, at=now)
    article.save(update_fields=["working"])
    stepped(article, "create", actor=actor, grant=grant, at=now)
    return article


@transaction.atomic
def save_article(
    *, actor, article_id, expected_version, text, items=UNSET, assignment=UNSET, now=None
):
    """Keep another text of an article, or the same with other items.

    What equals the newest text changes nothing. Items that are not given stay as they are.

    Saving a published article starts a correction: readers keep the approved text until the new
    one is approved as well.

    Raises:
        StaleVersion: somebody saved since; `current` is the article with the newest text in
            `current.working`.
        Refused: no role, a state in which texts are closed, a text that cannot be kept.
    """
    now = now or clock.now()
    article = locked(article_id)
    grant = need_role(actor, rules.WRITERS, article.agency, clock.today(now))
    verb = rules.save_verb(article.state)
    target = rules.LIFECYCLE.target(verb, article.state)
    check_version(article, expected_version)
    text = checked(article.agency, text)
    fields = []
    if assignment is not UNSET:
        assignment = _checked_assignment(article.agency, assignment)
        if getattr(assignment, "pk", None) != article.assignment_id:
            article.assignment = assignment
            fields.append("assignment")
    kept = items_as_given(article.working)
    items = kept if items is UNSET else checked_items(article.agency, actor, items, article=article)
    if text == article.working.text() and items == kept:
        if not fields:
            return article
    else:
        article.working = add_revision(article, text, items, actor=actor, at=now)
        article.state = target
        fields += ["working", "state"]
        if article.live_revision_id is None:
            fields += show(article, article.working)
    store(article, *fields, at=now)
    stepped(article, verb, actor=actor, grant=grant, at=now)
    return article


@transaction.atomic
def discard_correction(*, actor, article_id, expected_version, now=None):
    """Give up a correction: the approved text is the newest again, the given-up one is kept."""
    now = now or clock.now()
    article = locked(article_id)
    grant = need_role(actor, rules.WRITERS, article.agency, clock.today(now))
    verb = "discard" if article.withdrawn_at is None else "discard_hidden"
    target = rules.LIFECYCLE.target(verb, article.state)
    if article.live_revision_id is None:
        raise Refused(_("Bài chưa đăng lần nào nên không có bản đã duyệt để trở về."), code="new")
    check_version(article, expected_version)
    article.state = target
    article.working = article.live_revision
    store(article, "state", "working", at=now)
    stepped(article, "discard", actor=actor, grant=grant, at=now)
    return article


def show(article, revision):
    """Make the text of `revision` the one of the article row; returns the fields to save."""
    for name, value in revision.text().items():
        setattr(article, name, value)
    article.plain = richtext.plain(article.body)
    article.words = reading.count_words(article.plain)
    article.minutes = reading.minutes_for(article.words)
    article.tag_slugs = sorted({slug for _tag, slug in article.tag_links if slug})
    article.picture_sizes = picture_sizes(article.body)
    return [*Article.TEXT_FIELDS, "plain", "words", "minutes", "tag_slugs", "picture_sizes"]


def checked(agency, text):
    """`text` with every field, clean and within its limits.

    Raises:
        Refused: with the field that is wrong in `code` ("title", "cover_alt", …).
    """
    unknown = set(text) - set(Article.TEXT_FIELDS)
    if unknown:
        raise TypeError(f"not a field of an article's text: {', '.join(sorted(unknown))}")
    given = {**dict.fromkeys(Article.ROW_FIELDS), **text}
    out = {name: one_line(given.get(name) or "") for name in _ONE_LINE}
    out["lead"] = clean(given.get("lead") or "")
    out["body"] = richtext.sanitize(given.get("body") or "")
    out.update({name: given[name] for name in Article.ROW_FIELDS})
    out["tags"] = checked_tags(given.get("tags") or [])
    if not out["title"]:
        raise Refused(_("Bài cần có tiêu đề."), code="title")
    for name in (*_ONE_LINE, "lead"):
        limit = Article._meta.get_field(name).max_length
        if len(out[name]) > limit:
            raise Refused(
                _("%(field)s dài %(length)d ký tự, nhiều nhất là %(limit)d.")
                % {
                    "field": Article._meta.get_field(name).verbose_name,
                    "length": len(out[name]),
                    "limit": limit,
                },
                code=name,
            )
    if len(out["body"]) > BODY_LIMIT:
        raise Refused(_("Nội dung quá dài. Hãy chia thành nhiều bài."), code="body")
    if out["section"] is not None and out["section"].agency_id != agency.pk:
        raise Refused(_("Chuyên mục này thuộc cơ quan khác."), code="section")
    if out["series"] is not None and out["series"].agency_id not in (None, agency.pk):
        raise Refused(_("Loạt bài này thuộc cơ quan khác."), code="series")
    check_phase(out["microsite"], out["phase"])
    if out["cover"] is None:
        out["cover_alt"] = out["cover_caption"] = out["cover_credit"] = ""
    elif not out["cover_alt"]:
        raise Refused(
            _("Ảnh đại diện cần chữ thay thế: nêu điều thấy trong ảnh, cho người không xem được."),
            code="cover_alt",
        )
    return out


def check_phase(microsite, phase):
    """Refused "phase" unless `phase` is None or one of the plan of `microsite`."""
    if phase is None:
        return
    if microsite is None or phase.track.plan_id != microsite.plan_id:
        raise Refused(
            _("Đợt này không thuộc kế hoạch của chuyên trang đã chọn."),
            code="phase",
        )


def checked_tags(tags):
    """`tags` tidy, each once whatever its case, in the order given.

    Raises:
        Refused: code "tags", when there are more than `TAGS_MOST` or one is too long.
    """
    tidy = {}
    for tag in map(one_line, tags):
        if tag:
            tidy.setdefault(fold(tag), tag)
    out = list(tidy.values())
    if len(out) > TAGS_MOST:
        raise Refused(_("Nhiều nhất %(most)d từ khóa.") % {"most": TAGS_MOST}, code="tags")
    for tag in out:
        if len(tag) > TAG_LENGTH:
            raise Refused(
                _("Từ khóa “%(tag)s” dài quá %(limit)d ký tự.") % {"tag": tag, "limit": TAG_LENGTH},
                code="tags",
            )
    return out


def _checked_assignment(agency, assignment):
    if assignment is not None and assignment.agency_id != agency.pk:
        raise Refused(_("Nhiệm vụ này được giao cho cơ quan khác."), code="assignment")
    return assignment


def add_revision(article, text, items, *, actor, at):
    """Keep `text` with `items` as the next revision of the article; both are checked already."""
    n = 1
    if article.working_id is not None:
        n += article.revisions.aggregate(last=Max("n"))["last"]
    revision = ArticleRevision.objects.create(article=article, n=n, by=actor, at=at, **text)
    add_items(revision, items)
    return revision
