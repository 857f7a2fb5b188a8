"""People of an agency that ends, and of its successors, are told once when that is decided."""

import datetime as dt

from django.utils.translation import gettext as _

from portal.agencies.models import Membership, Role, Succession
from portal.agencies.registries import Legacy
from portal.common import clock
from portal.common.display import date_vi
from portal.notices import actions, registry

SUCCESSION = "agencies.succession"
#: What lies further back is history that a loader entered, not news.
NEWS_DAYS = 14


class SuccessionNoticesLegacy(Legacy):
    """Schedules the notice; nothing else hangs on it here."""

    def effects(self, *, source, on):
        count = (
            Membership.objects.filter(agency=source, valid__contains=on - dt.timedelta(days=1))
            .values("user")
            .distinct()
            .count()
        )
        if not count:
            return [_("Người của nơi kế tục được thông báo.")]
        return [
            _(
                "%d người có vai trò ở đây và người của nơi kế tục được thông báo; vai trò ở đây "
                "kết thúc."
            )
            % count
        ]

    def decided(self, *, source, links, on, actor):
        if on < clock.today() - dt.timedelta(days=NEWS_DAYS):
            return
        actions.notify_now(
            kind=registry.INFORMATION,
            subject_kind=SUCCESSION,
            subject_id=links[0].pk,
            agency_id=source.pk,
        )


class SuccessionNotices(registry.Handler):
    """One succession: all its targets are named in one message."""

    def load(self, found):
        first = Succession.objects.select_related("source").in_bulk({n.subject_id for n in found})
        links = {}
        rows = Succession.objects.filter(source__in={s.source_id for s in first.values()})
        for link in rows.select_related("target").order_by("id"):
            links.setdefault((link.source_id, link.on), []).append(link)
        people = {}
        members = Membership.objects.filter(
            agency__in={s.source_id for s in first.values()}, user__is_active=True
        )
        for agency_id, user_id, valid in members.values_list("agency_id", "user_id", "valid"):
            people.setdefault((agency_id, valid.upper), set()).add(user_id)
        for notice in found:
            notice.subject = first.get(notice.subject_id)
            if notice.subject is not None:
                key = (notice.subject.source_id, notice.subject.on)
                notice.links, notice.people = links[key], people.get(key, set())

    def still_due(self, notice, now):
        return notice.subject is not None

    def render(self, notice):
        link = notice.subject
        words = {
            "source": link.source.name,
            "targets": ", ".join(row.target.name for row in notice.links if row.target_id),
            "day": date_vi(link.on),
        }
        kinds = Succession.Kind
        title = {
            kinds.MERGE: _("Từ ngày %(day)s, %(source)s sáp nhập vào %(targets)s"),
            kinds.SPLIT: _("Từ ngày %(day)s, %(source)s chia thành %(targets)s"),
            kinds.RENAME: _("Từ ngày %(day)s, %(source)s thành %(targets)s"),
            kinds.ABOLISH: _("Từ ngày %(day)s, %(source)s kết thúc hoạt động"),
        }[link.kind] % words
        text = []
        if link.decision:
            text.append(_("Theo %s.") % link.decision)
        if words["targets"]:
            text.append(
                _("Nhiệm vụ chưa xong chuyển sang nơi kế tục; kế hoạch, tin bài giữ tên cũ.")
            )
        else:
            text.append(_("Việc chưa xong do cấp trên trực tiếp theo dõi."))
        return registry.Message(title, " ".join(text), f"/co-quan/{link.source.slug}/")

    def audience(self, notice):
        """Whose role ended on that day, and everybody with a role at the successors."""
        return registry.Audience(
            agency_ids=frozenset(row.target_id for row in notice.links if row.target_id),
            roles=frozenset(Role),
            user_ids=frozenset(notice.people),
        )
