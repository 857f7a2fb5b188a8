"""Articles of an agency that ends: what readers had stays, what they never had goes to the heir."""

from django.utils.translation import gettext as _

from portal.agencies.registries import Legacy
from portal.common import clock
from portal.common.display import datetime_vi, number_vi
from portal.news import actions, rules
from portal.news.models import Article

#: So many scheduled articles are named before somebody confirms.
NAMED = 5


class NewsLegacy(Legacy):
    """A published article keeps the agency, and the name it had on its day; the newsroom of the
    successor may correct and withdraw it (`agencies.rules`). Hours set for days on which the agency
    is no more are given up when the succession is decided; on its day the desk goes to the heir.
    """

    def effects(self, *, source, on):
        articles = Article.objects.filter(agency=source)
        published = articles.filter(live_revision__isnull=False).exclude(state=rules.SCHEDULED)
        drafts = articles.filter(live_revision=None)
        too_late = _too_late(source, on)
        said = []
        if count := published.count():
            said.append(
                _("%s tin bài giữ tên cơ quan lúc đăng, địa chỉ không đổi.") % number_vi(count)
            )
        if count := drafts.count():
            said.append(
                _("%s bài chưa đăng chuyển sang bàn soạn của nơi kế tục.") % number_vi(count)
            )
        if count := too_late.count():
            rows = too_late.order_by("published_at", "id").values_list("title", "published_at")
            names = "; ".join(f"“{title}” ({datetime_vi(at)})" for title, at in rows[:NAMED])
            if count > NAMED:
                names += "; …"
            said.append(
                _("%(n)s bài hẹn giờ đăng sau ngày kết thúc được trả về bàn soạn: %(names)s.")
                % {"n": number_vi(count), "names": names}
            )
        return said

    def decided(self, *, source, links, on, actor):
        actions.return_scheduled(source=source, on=on)

    def carry_over(self, *, source, heir, links, shares, on, actor):
        # Whatever was scheduled meanwhile lies before the end; what is left is settled or returned.
        actions.return_scheduled(source=source, on=on)
        if heir is None:
            return []
        moved = actions.pass_on_desk(actor=actor, source=source, heir=heir)
        return [_("%s bài chưa đăng") % number_vi(moved)] if moved else []


def _too_late(source, on):
    return Article.objects.filter(
        agency=source, state=rules.SCHEDULED, published_at__gte=clock.start_of_day(on)
    )
