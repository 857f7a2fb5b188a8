"""Making, announcing and dating consultations; their audit rows carry no opinion."""

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from campaigns.boundaries import editing
from documents.models import Document, Edition
from feedback import evidence, keys, ladder, notify
from feedback.models import Consultation, ConsultationEdition, GuideQuestion
from feedback.notify import OWNER_KIND
from feedback.rules import LIFECYCLE, MANAGING_ROLES, phase_of
from portal.agencies.rules import require
from portal.common import audit, clock
from portal.common.errors import Refused, StaleVersion
from portal.common.text import clean, slugify_vi

DEFAULT_CONSENT = (
    "Tôi đồng ý cho cổng lưu và xử lý ý kiến góp ý này để tổng hợp, trả lời. Danh tính của tôi "
    "được mã hóa, giữ tách khỏi nội dung ý kiến; không ai xem được tên nếu tôi không chọn nêu tên. "
    "Tôi có thể xem lại, sửa hoặc rút ý kiến trước khi hết hạn."
)
_FIELDS = ("title", "intro", "audience", "policy", "mode", "external_url", "consent_text")


@transaction.atomic
def create_consultation(
    *, actor, agency, title, editions, opens, closes, reading_level, groups=(), intro="",
    audience=Consultation.Audience.MEMBERS, policy=Consultation.Policy.COUNTS,
    mode=Consultation.Mode.COLLECTED, external_url="", consent_text="", reading_min_members=50,
    questions=(),
):  # fmt: skip
    """Create a consultation that is being prepared; nobody but its staff sees it.

    Args:
        editions: published editions of public (or signed-in) documents, in reading order.
        opens, closes: boundary specs (`campaigns.boundaries`); the closing day is included.
        groups: RespondentGroups to choose from.
        questions: (edition, block or None, text) of guiding questions, in order.

    Raises:
        Refused: no right, a cell, no edition, an edition that is not published.
    """
    acting = require(actor, MANAGING_ROLES, agency)
    _check_agency(agency)
    title = clean(title)
    _check_editions(editions)
    with editing(actor=actor) as graph:
        consultation = Consultation.objects.create(
            agency=agency,
            title=title,
            slug=slugify_vi(title)[:120] or "lay-y-kien",
            intro=clean(intro),
            audience=audience,
            policy=policy,
            mode=mode,
            external_url=external_url,
            reading_level=reading_level,
            reading_min_members=reading_min_members,
            consent_text=clean(consent_text) or DEFAULT_CONSENT,
            opens=graph.create(side="start", owner_kind=OWNER_KIND, spec=opens),
            closes=graph.create(side="end", owner_kind=OWNER_KIND, spec=closes),
            created_by=actor,
        )
        consultation.groups.set(groups)
        _set_editions(consultation, editions, questions)
    _audit(acting, "create_consultation", consultation)
    return _fresh(consultation)


@transaction.atomic
def edit_consultation(*, actor, consultation, expected_version, editions, opens, closes,
                      groups, questions=None, **fields):  # fmt: skip
    """Edit a consultation. Once announced only title, intro and dates may change (with
    `change_dates` for the dates), because people answered under these terms.

    Raises:
        StaleVersion: somebody else saved since the form was made.
    """
    consultation = _lock(consultation)
    acting = require(actor, MANAGING_ROLES, consultation.agency)
    if consultation.lock_version != expected_version:
        raise StaleVersion(
            _("Đợt lấy ý kiến đã được người khác sửa trong lúc này."), current=consultation
        )
    if consultation.state != Consultation.State.EDITING:
        raise Refused(
            _("Đợt lấy ý kiến đã công bố; chỉ đổi được thời gian, có nêu lý do."),
            code="announced",
        )
    _check_editions(editions)
    names = [*_FIELDS, "reading_level", "reading_min_members"]
    before = audit.snapshot(consultation, names)
    for name in names:
        if name in fields:
            value = fields[name]
            setattr(consultation, name, clean(value) if isinstance(value, str) else value)
    consultation.slug = slugify_vi(consultation.title)[:120] or "lay-y-kien"
    consultation.lock_version += 1
    consultation.save()
    with editing(actor=actor) as graph:
        graph.replace(consultation.opens, opens)
        graph.replace(consultation.closes, closes)
    consultation.groups.set(groups)
    if questions is None:
        questions = [
            (q.consultation_edition.edition, q.block, q.text)
            for q in GuideQuestion.objects.filter(
                consultation_edition__consultation=consultation,
                consultation_edition__edition__in=editions,
            ).select_related("consultation_edition__edition", "block")
        ]
    _set_editions(consultation, editions, questions)
    _audit(acting, "edit_consultation", consultation,
        audit.diff(before, audit.snapshot(consultation, names)),
    )  # fmt: skip
    return _fresh(consultation)


@transaction.atomic
def announce(*, actor, consultation, now=None):
    """Announce a consultation to the public and make the key of its identities.

    Raises:
        Refused: a cell, the end before the beginning, an edition not public enough.
    """
    now = now or clock.now()
    consultation = _lock(consultation)
    acting = require(actor, MANAGING_ROLES, consultation.agency)
    state = LIFECYCLE.target("announce", consultation.state)
    _check_agency(consultation.agency)
    opens, closes = consultation.opens, consultation.closes
    if closes.at is not None and opens.at is not None and closes.at <= opens.at:
        raise Refused(_("Ngày kết thúc phải sau ngày bắt đầu."), code="dates")
    if closes.at is not None and closes.at <= now:
        raise Refused(_("Ngày kết thúc đã qua."), code="past")
    _check_editions([ce.edition for ce in _consultation_editions(consultation)])
    consultation.state = state
    consultation.announced_at = now
    if consultation.mode == Consultation.Mode.COLLECTED:
        consultation.key_id = keys.create()
    consultation.lock_version += 1
    consultation.save(update_fields=["state", "announced_at", "key_id", "lock_version"])
    _audit(acting, "announce", consultation)
    notify.announced(consultation, now)
    if phase_of(consultation, now) == "open":
        _copy_ladder(consultation, now)
    return consultation


@transaction.atomic
def change_dates(*, actor, consultation, opens, closes, reason, now=None):
    """Extend, shorten or postpone an announced consultation, with a public reason.

    Raises:
        Refused: no reason; it opened already and the opening would change; nonsense dates.
    """
    now = now or clock.now()
    reason = clean(reason)
    if not reason:
        raise Refused(_("Cần ghi lý do đổi thời gian để công bố."), code="no_reason")
    consultation = _lock(consultation)
    acting = require(actor, MANAGING_ROLES, consultation.agency)
    before = (consultation.opens.resolved_on, consultation.closes.resolved_on)
    was = phase_of(consultation, now)
    if was not in {"upcoming", "open", "closed", "undetermined"}:
        raise Refused(_("Chỉ đổi được thời gian của đợt đã công bố."), code="state")
    with editing(actor=actor, reason=reason) as graph:
        if opens is not None:
            graph.replace(consultation.opens, opens)
        graph.replace(consultation.closes, closes)
    consultation = _fresh(consultation)
    after = (consultation.opens.resolved_on, consultation.closes.resolved_on)
    if was in {"open", "closed"} and before[0] != after[0]:
        raise Refused(_("Đã bắt đầu nhận ý kiến nên không đổi được ngày bắt đầu."), code="opened")
    start, end = consultation.opens.at, consultation.closes.at
    if start is not None and end is not None and end <= start:
        raise Refused(_("Ngày kết thúc phải sau ngày bắt đầu."), code="dates")
    changes = {
        name: [old and str(old), new and str(new)]
        for name, old, new in zip(("opens", "closes"), before, after, strict=True)
        if old != new
    }
    Consultation.objects.filter(pk=consultation.pk).update(lock_version=F("lock_version") + 1)
    _audit(acting, "change_dates", consultation, {**changes, "reason": [None, reason]})
    return _fresh(consultation)


@transaction.atomic
def withdraw_consultation(*, actor, consultation, reason):
    """Withdraw a consultation; what was sent stays and is still read. Tasks lose it as evidence."""
    reason = clean(reason)
    if not reason:
        raise Refused(_("Cần ghi lý do hủy để công bố."), code="no_reason")
    consultation = _lock(consultation)
    acting = require(actor, MANAGING_ROLES, consultation.agency)
    consultation.state = LIFECYCLE.target("withdraw", consultation.state)
    consultation.lock_version += 1
    consultation.save(update_fields=["state", "lock_version"])
    evidence.retract(consultation, actor=actor)
    notify.withdrawn(consultation)
    _audit(acting, "withdraw_consultation", consultation, {"reason": [None, reason]})
    return consultation


def open_due(*, now=None):
    """Copy the ladders of consultations that opened; returns how many. For the sweep."""
    now = now or clock.now()
    due = Consultation.objects.filter(
        state=Consultation.State.ANNOUNCED,
        mode=Consultation.Mode.COLLECTED,
        ladder_copied_at=None,
        opens__at__lte=now,
    ).select_related("agency", "reading_level")
    count = 0
    for consultation in due:
        with transaction.atomic():
            _copy_ladder(consultation, now)
        count += 1
    return count


def _copy_ladder(consultation, now):
    if consultation.mode == Consultation.Mode.COLLECTED:
        ladder.copy_ladder(consultation, now=now, on=clock.today(now))


def _check_agency(agency):
    # The top of a ladder always reads, and a cell never may (DESIGN section 5).
    if agency.is_cell:
        raise Refused(
            _("Chi bộ không lấy ý kiến trên cổng, vì chi bộ không đọc ý kiến của từng người."),
            code="cell",
        )


def _check_editions(editions):
    if not editions:
        raise Refused(_("Hãy chọn ít nhất một văn kiện."), code="no_edition")
    for edition in editions:
        if edition.state != Edition.State.PUBLISHED:
            raise Refused(
                _("“%s” chưa công bố hoặc đã có lần sau.") % edition.document.title,
                code="edition_state",
            )
        if edition.document.circulation == Document.Circulation.INTERNAL:
            raise Refused(
                _("“%s” lưu hành nội bộ nên chưa lấy ý kiến rộng rãi được.")
                % edition.document.title,
                code="internal",
            )


def _set_editions(consultation, editions, questions):
    GuideQuestion.objects.filter(consultation_edition__consultation=consultation).delete()
    consultation.consultation_editions.all().delete()
    rows = {
        edition.pk: ConsultationEdition.objects.create(
            consultation=consultation, edition=edition, position=position
        )
        for position, edition in enumerate(editions)
    }
    GuideQuestion.objects.bulk_create(
        GuideQuestion(
            consultation_edition=rows[edition.pk], block=block, position=position, text=clean(text)
        )
        for position, (edition, block, text) in enumerate(questions)
    )


def _consultation_editions(consultation):
    return consultation.consultation_editions.select_related("edition__document")


def _lock(consultation):
    return (
        Consultation.objects.select_for_update(of=("self",))
        .select_related("agency", "opens", "closes", "reading_level")
        .get(pk=consultation.pk)
    )


def _fresh(consultation):
    return Consultation.objects.select_related("agency", "opens", "closes", "reading_level").get(
        pk=consultation.pk
    )


def _audit(acting, verb, consultation, changes=None):
    audit.record(
        actor=acting.actor,
        verb=verb,
        obj=consultation,
        agency=consultation.agency_id,
        changes=changes,
        on_behalf_of=acting.on_behalf_of,
    )
