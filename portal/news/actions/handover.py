"""An agency ends: what was to be published later goes back to the desk, and on to the heir."""

from django.db import transaction
from django.utils.translation import gettext as _

from portal.agencies.models import Agency
from portal.common import audit, clock
from portal.common.display import date_vi
from portal.news import rules
from portal.news.actions._common import locked, store
from portal.news.actions._live import turn_back
from portal.news.actions.items import items_as_given
from portal.news.actions.writing import add_revision, show
from portal.news.models import Article


@transaction.atomic
def return_scheduled(*, source, on, now=None):
    """Return to the desk what `source` would publish on the day `on`, its first day of being no
    more, or later. Also what has come due since and the sweep has not settled. Returns how many."""
    now = now or clock.now()
    rows = Article.objects.filter(
        agency=source, state=rules.SCHEDULED, published_at__gte=clock.start_of_day(on)
    )
    ids = list(rows.order_by("id").values_list("pk", flat=True))
    words = _("%(agency)s kết thúc hoạt động từ ngày %(day)s nên bài không đăng theo giờ hẹn.") % {
        "agency": source.name,
        "day": date_vi(on),
    }
    returned = 0
    for pk in ids:
        article = locked(pk)
        if article.state == rules.SCHEDULED:
            turn_back(article, words, now=now)
            returned += 1
    return returned


@transaction.atomic
def pass_on_desk(*, actor, source, heir, now=None):
    """Give every article of `source` that readers never had to the desk of `heir`.

    Sections and series of `source` stay behind; the text before is kept as every saved text is.
    What was published stays with `source`, under the name of its day. Returns how many moved.
    """
    now = now or clock.now()
    rows = Article.objects.filter(agency=source, live_revision=None)
    ids = list(rows.order_by("id").values_list("pk", flat=True))
    for pk in ids:
        _pass_on(locked(pk), actor, Agency.objects.get(pk=heir.pk), now)
    return len(ids)


def _pass_on(article, actor, heir, now):
    text = article.working.text()
    for name in ("section", "series"):
        if text[name] is not None and text[name].agency_id == article.agency_id:
            text[name] = None
    fields = []
    if text != article.working.text():
        items = items_as_given(article.working)
        by = actor or article.working.by  # a reorganisation can come from a list, without a person
        article.working = add_revision(article, text, items, actor=by, at=now)
        fields = ["working", *show(article, article.working)]
    before, article.agency = article.agency, heir
    store(article, "agency", *fields, at=now)
    audit.record(
        actor=actor,
        verb="pass_on_article",
        obj=article,
        agency=heir,
        changes={"agency": [before.name, heir.name]},
        label=article.working.title,
    )
