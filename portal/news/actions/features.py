"""Choosing what a page features: adding, ordering, timing, taking away.

The row of the agency that owns the page is the lock: two people who order the same list do so one
after the other, and the second one learns that the list is not the one they saw.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from portal.agencies.models import Agency
from portal.common import audit, clock
from portal.common.errors import Refused, StaleVersion
from portal.news import rules
from portal.news.actions._common import record
from portal.news.models import Article, Feature
from portal.news.queries import front
from portal.news.queries.microsites import of_campaign


@transaction.atomic
def add_feature(
    *, actor, place, article=None, microsite=None, shows_from=None, shows_until=None, now=None
):
    """Put a story at the head of a page's list, so that it leads. The Feature.

    Args:
        place: a `queries.front.Place`.
        article, microsite: one of them; it has to be before readers at `now`.
        shows_from, shows_until: instants; None is not limited.

    Raises:
        Refused: "role", "gone", "twice", "full", "time", "elsewhere".
    """
    now = now or clock.now()
    grant = _begin(actor, place, now)
    rows = place.rows()
    _check_time(shows_from, shows_until, now)
    if article is not None:
        if not article.is_live or article.published_at > now:
            raise Refused(_("Chỉ chọn được bài đang đăng."), code="gone")
        if place.agency is not None and article.agency_id != place.agency.pk:
            raise Refused(
                _("Trang của cơ quan chỉ nêu bài của chính cơ quan đó."), code="elsewhere"
            )
        if place.campaign is not None and not _belongs(article, place.campaign):
            raise Refused(_("Chuyên trang chỉ nêu tin bài của chiến dịch."), code="elsewhere")
        same = rows.filter(article=article)
    else:
        if not place.takes_microsites or not microsite.is_opened(now):
            raise Refused(_("Chỉ chọn được chuyên trang đã mở."), code="gone")
        if place.agency is not None and microsite.agency_id != place.agency.pk:
            raise Refused(
                _("Trang của cơ quan chỉ nêu chuyên trang của chính cơ quan đó."), code="elsewhere"
            )
        same = rows.filter(microsite=microsite)
    if same.exists():
        raise Refused(_("Tin này đã có trong danh sách."), code="twice")
    if rows.count() >= front.MOST:
        raise Refused(
            _("Danh sách đã đủ %(most)d tin. Hãy bỏ tin đã hết giờ rồi thêm.")
            % {"most": front.MOST},
            code="full",
        )
    feature = Feature.objects.create(
        agency=place.agency,
        campaign=place.campaign,
        article=article,
        microsite=microsite,
        position=0,
        shows_from=shows_from,
        shows_until=shows_until,
        by=actor,
        at=now,
    )
    others = list(rows.exclude(pk=feature.pk).values_list("pk", flat=True))
    _number(rows, [feature.pk, *others])
    _record(actor, "add_feature", feature, place, grant)
    return feature


@transaction.atomic
def order_features(*, actor, place, seen, order, now=None):
    """Put the list of a page into this order.

    Args:
        seen: ids in the order the person saw; order: the same ids as they shall stand.

    Raises:
        StaleVersion: the list is another one by now.
        Refused: "order" when `order` does not hold what `seen` holds.
    """
    grant = _begin(actor, place, now or clock.now())
    rows = place.rows()
    stored = list(rows.values_list("pk", flat=True))
    if list(seen) != stored:
        raise StaleVersion(
            _("Danh sách đã được người khác sửa trong lúc đồng chí xem. Đây là danh sách mới."),
            current=place,
        )
    if sorted(order) != sorted(stored):
        raise Refused(_("Thứ tự gửi lên không khớp danh sách."), code="order")
    if list(order) == stored:
        return
    _number(rows, order)
    record(
        "order_features",
        place.owner,
        actor=actor,
        grant=grant,
        agency=place.owner,
        changes={"order": [stored, list(order)]},
        label=place.title,
    )


@transaction.atomic
def move_feature(*, actor, feature, seen, step, now=None):
    """Move one story `step` places down the list (negative: up); the ends stay the ends."""
    place = front.place_of(feature)
    order = list(seen)
    if feature.pk not in order:
        raise StaleVersion(
            _("Danh sách đã được người khác sửa trong lúc đồng chí xem. Đây là danh sách mới."),
            current=place,
        )
    to = max(0, min(len(order) - 1, order.index(feature.pk) + step))
    order.remove(feature.pk)
    order.insert(to, feature.pk)
    order_features(actor=actor, place=place, seen=seen, order=order, now=now)


@transaction.atomic
def time_feature(*, actor, feature, expected_version, shows_from, shows_until, now=None):
    """Say from when until when a story stands."""
    now = now or clock.now()
    place = front.place_of(feature)
    grant = _begin(actor, place, now)
    feature = _again(feature)
    if feature.lock_version != expected_version:
        raise StaleVersion(
            _("Giờ hiện đã được người khác sửa. Hãy đối chiếu rồi lưu lại."), current=feature
        )
    before = audit.snapshot(feature, ["shows_from", "shows_until"])
    # What has begun may stay as it was; only a new end in the past would be a slip.
    _check_time(shows_from, shows_until, now, kept=feature.shows_until)
    feature.shows_from, feature.shows_until = shows_from, shows_until
    changes = audit.diff(before, audit.snapshot(feature, ["shows_from", "shows_until"]))
    if changes:
        feature.lock_version += 1
        feature.save(update_fields=["shows_from", "shows_until", "lock_version"])
        _record(actor, "time_feature", feature, place, grant, changes)
    return feature


@transaction.atomic
def remove_feature(*, actor, feature, now=None):
    """Take a story from the list; the story itself stays as it is."""
    place = front.place_of(feature)
    grant = _begin(actor, place, now or clock.now())
    feature = _again(feature)
    _record(actor, "remove_feature", feature, place, grant)
    feature.delete()


def _belongs(article, campaign):
    return Article.objects.filter(of_campaign(campaign), pk=article.pk).exists()


def _begin(actor, place, now):
    """Lock the page; the Grant under which `actor` may choose. Refused without."""
    if place is None:
        raise Refused(_("Cổng chưa có cơ quan vận hành."), code="role")
    Agency.objects.select_for_update().get(pk=place.owner.pk)
    grant = rules.feature_grant(actor, place.owner, on=clock.today(now))
    if grant is None:
        raise Refused(_("Đồng chí không có quyền chọn tin nổi bật của trang này."), code="role")
    return grant


def _again(feature):
    rows = Feature.objects.select_related("article", "microsite")
    found = rows.filter(pk=feature.pk).first()
    if found is None:
        raise Refused(_("Tin này đã được bỏ khỏi danh sách."), code="removed")
    return found


def _check_time(shows_from, shows_until, now, *, kept=None):
    if shows_until is None:
        return
    if shows_from is not None and shows_from >= shows_until:
        raise Refused(_("Giờ kết thúc phải sau giờ bắt đầu."), code="time")
    if shows_until <= now and shows_until != kept:
        raise Refused(_("Giờ kết thúc đã qua."), code="time")


def _number(rows, order):
    for number, pk in enumerate(order):
        rows.filter(pk=pk).exclude(position=number).update(position=number)


def _record(actor, verb, feature, place, grant, changes=None):
    record(
        verb,
        feature,
        actor=actor,
        grant=grant,
        agency=place.owner,
        changes={"page": [None, place.key], **(changes or {})},
        label=feature.story.title,
    )
