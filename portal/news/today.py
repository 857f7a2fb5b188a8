"""What "Việc hôm nay" shows of news: texts waiting for my approval, texts returned to me."""

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.agencies.today import MOST, Item, Section
from portal.news import queries, rules


def sections(user, grants, now):
    """Sections for `user`; nothing for people without a role in news. At most 4 queries."""
    if grants.agency_ids(rules.APPROVERS):
        waiting = queries.waiting_for(user)
        yield _section("news.review", _("Tin bài chờ duyệt"), waiting, reverse("news:waiting"))
    if grants.agency_ids(rules.WRITERS):
        returned = queries.returned_to(user)
        more = f"{reverse('news:desk')}?trang_thai=returned&cua_toi=on"
        yield _section("news.returned", _("Tin bài trả lại để sửa"), returned, more)


def _section(key, title, rows, more_url):
    items = [
        Item(
            title=article.working.title,
            url=reverse("news:desk_article", args=[article.pk]),
            state=("article", article.state),
            note=article.agency.short_name or article.agency.name,
        )
        for article in rows[:MOST]
    ]
    count = len(items) if len(items) < MOST else rows.count()
    return Section(key, title, items=items, count=count, more_url=more_url)
