"""Secret links to an unpublished text: making, taking back, opening."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from portal.common import clock
from portal.common.display import datetime_vi
from portal.common.errors import Refused
from portal.common.secret_links import digest_of, is_secret, new_secret
from portal.common.text import one_line
from portal.news import rules
from portal.news.actions._common import locked, need_role, record
from portal.news.models import Article, PreviewLink, PreviewOpening

#: Days a link can be good for.
DAYS = (1, 3, 7)
#: Links of one article that are good at the same time.
MOST = 20


@transaction.atomic
def make_preview_link(*, actor, article_id, purpose, days, now=None):
    """A new link to the newest text of an article, as readers would see it.

    Returns:
        (PreviewLink, secret): the secret is told this once and kept nowhere.

    Raises:
        Refused: "role"; "purpose" without saying whom it is for; "many" beyond `MOST`; "withdrawn"
            for an article that was taken from readers.
    """
    now = now or clock.now()
    if days not in DAYS:
        raise ValueError(f"a link is good for one of {DAYS} days, not {days!r}")
    article = locked(article_id)
    grant = need_role(actor, rules.REMARKERS, article.agency, clock.today(now))
    purpose = one_line(purpose)
    limit = PreviewLink._meta.get_field("purpose").max_length
    if not purpose or len(purpose) > limit:
        raise Refused(
            _("Ghi liên kết gửi cho ai, để làm gì, nhiều nhất %(limit)d ký tự.") % {"limit": limit},
            code="purpose",
        )
    if article.withdrawn_at is not None:
        raise Refused(_("Bài đã gỡ thì không gửi xem trước."), code="withdrawn")
    good = article.preview_links.filter(revoked_at=None, expires_at__gt=now)
    if good.count() >= MOST:
        raise Refused(
            _("Bài đã có %(most)d liên kết còn hiệu lực. Hãy thu hồi bớt.") % {"most": MOST},
            code="many",
        )
    secret, digest = new_secret()
    link = PreviewLink.objects.create(
        article=article,
        digest=digest,
        purpose=purpose,
        made_by=actor,
        made_at=now,
        expires_at=now + dt.timedelta(days=days),
    )
    _record(link, "make_preview_link", actor, grant, {"expires_at": datetime_vi(link.expires_at)})
    return link, secret


@transaction.atomic
def revoke_preview_link(*, actor, link_id, now=None):
    """Take a link back: from now on it leads nowhere. Doing it twice changes nothing."""
    now = now or clock.now()
    link = (
        PreviewLink.objects.select_for_update(of=("self",))
        .select_related("article__agency", "article__working")
        .get(pk=link_id)
    )
    grant = need_role(actor, rules.REMARKERS, link.article.agency, clock.today(now))
    if link.revoked_at is not None:
        return link
    link.revoked_at, link.revoked_by = now, actor
    link.save(update_fields=["revoked_at", "revoked_by"])
    _record(link, "revoke_preview_link", actor, grant, {"revoked_at": datetime_vi(now)})
    return link


def open_preview_link(*, secret, now=None):
    """The PreviewLink behind a secret with its article and newest text, and the opening kept.

    None for what does not lead anywhere, whatever the reason: nobody learns whether it ever did.
    The opening has no actor: who reads is not known, and not asked.
    """
    now = now or clock.now()
    if not is_secret(secret):
        return None
    link = (
        PreviewLink.objects.filter(digest=digest_of(secret), article__withdrawn_at=None)
        .select_related(
            "article__agency",
            "made_by",
            *(f"article__working__{name}" for name in Article.ROW_FIELDS),
        )
        .defer("article__plain", "article__search", "article__body")
        .first()
    )
    if link is None or not link.opens_at(now):
        return None
    PreviewOpening.objects.create(link=link, n=link.article.working.n, at=now)
    return link


def _record(link, verb, actor, grant, changes):
    record(
        verb,
        link.article,
        actor=actor,
        grant=grant,
        agency=link.article.agency_id,
        changes={"purpose": [None, link.purpose], **{k: [None, v] for k, v in changes.items()}},
        label=link.article.working.title,
    )
