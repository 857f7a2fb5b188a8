"""Making, editing and announcing consultations; their audit rows carry no opinion."""

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from campaigns.boundaries import editing
from feedback import keys, ladder, notify, readiness
from feedback.models import (
    ConsentText,
    Consultation,
    ConsultationEdition,
    GuideQuestion,
    RespondentGroup,
    default_channels,
    random_id,
)
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
_FIELDS = (
    "title", "intro", "audience", "policy", "moderation", "moderation_days", "mode",
    "external_url", "channels", "consent_text", "keep_months",
)  # fmt: skip


@transaction.atomic
def create_consultation(
    *, actor, agency, title, editions, opens, closes, reading_level, groups=(), intro="",
    audience=Consultation.Audience.MEMBERS, policy=Consultation.Policy.COUNTS,
    mode=Consultation.Mode.COLLECTED, external_url="", consent_text="", reading_min_members=50,
    questions=(), channels=None, moderation=Consultation.Moderation.BEFORE, keep_months=24,
    audience_units=(), new_groups=(), moderation_days=2,
):  # fmt: skip
    """Create a consultation that is being prepared; nobody but its staff sees it.

    Args:
        editions: published editions of public (or signed-in) documents, in reading order.
        opens, closes: boundary specs (`campaigns.boundaries`); the closing day is included.
        groups: RespondentGroups to choose from; new_groups: names of further ones.
        questions: (edition, block or None, text) of guiding questions, in order.
        channels: values of Channel that are announced; the usual ones where None.
        audience_units: Agencies, for the audience "units"; they and all below them write.
        keep_months: identities are kept for so many months after the end.
        moderation_days: working days within which moderation decides.

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
            moderation=moderation,
            moderation_days=moderation_days,
            mode=mode,
            external_url=external_url,
            channels=default_channels() if channels is None else list(channels),
            keep_months=keep_months,
            reading_level=reading_level,
            reading_min_members=reading_min_members,
            consent_text=clean(consent_text) or DEFAULT_CONSENT,
            opens=graph.create(side="start", owner_kind=OWNER_KIND, spec=opens),
            closes=graph.create(side="end", owner_kind=OWNER_KIND, spec=closes),
            created_by=actor,
        )
        consultation.groups.set([*groups, *_named_groups(new_groups)])
        consultation.audience_units.set(audience_units)
        _set_editions(consultation, editions, questions)
    record(acting, "create_consultation", consultation)
    return fresh(consultation)


@transaction.atomic
def edit_consultation(*, actor, consultation, expected_version, editions, opens, closes,
                      groups, questions=None, new_groups=(), **fields):  # fmt: skip
    """Edit a consultation that is being prepared. Once announced its terms stand, because people
    answered under them: dates change by `change_dates`, questions and units are only added, the
    consent text gets another version.

    Raises:
        StaleVersion: somebody else saved since the form was made.
    """
    consultation = lock(consultation)
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
    consultation.groups.set([*groups, *_named_groups(new_groups)])
    if questions is None:
        questions = [
            (q.consultation_edition.edition, q.block, q.text)
            for q in GuideQuestion.objects.filter(
                consultation_edition__consultation=consultation,
                consultation_edition__edition__in=editions,
            ).select_related("consultation_edition__edition", "block")
        ]
    _set_editions(consultation, editions, questions)
    record(acting, "edit_consultation", consultation,
        audit.diff(before, audit.snapshot(consultation, names)),
    )  # fmt: skip
    return fresh(consultation)


@transaction.atomic
def announce(*, actor, consultation, now=None):
    """Announce a consultation to the public and make the key of its identities.

    Raises:
        Refused: a cell, or the first of what stands in the way (`feedback.readiness`).
    """
    now = now or clock.now()
    consultation = lock(consultation)
    acting = require(actor, MANAGING_ROLES, consultation.agency)
    state = LIFECYCLE.target("announce", consultation.state)
    _check_agency(consultation.agency)
    readiness.check(consultation, now)
    consultation.state = state
    consultation.announced_at = now
    if consultation.mode == Consultation.Mode.COLLECTED:
        consultation.key_id = keys.create()
    consultation.lock_version += 1
    consultation.save(update_fields=["state", "announced_at", "key_id", "lock_version"])
    ConsentText.objects.create(
        consultation=consultation,
        version=consultation.consent_version,
        text=consultation.consent_text,
        since=clock.today(now),
    )
    record(acting, "announce", consultation)
    notify.announced(consultation, now)
    if phase_of(consultation, now) == "open":
        _copy_ladder(consultation, now)
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
        problem = readiness.problem_of(edition)
        if problem is not None:
            raise Refused(problem.text, code=problem.code)


def _named_groups(names):
    """RespondentGroups of these names: those there are, new ones at the end of the list."""
    found = []
    for name in names:
        group = RespondentGroup.objects.filter(name__iexact=name).first()
        if group is None:
            last = RespondentGroup.objects.aggregate(last=Max("order"))["last"] or 0
            slug = f"{slugify_vi(name)[:28]}-{random_id() % 10**8}"
            group = RespondentGroup.objects.create(name=name, slug=slug, order=last + 1)
        found.append(group)
    return found


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


def lock(consultation):
    """The consultation as it stands, locked until the transaction ends."""
    return (
        Consultation.objects.select_for_update(of=("self",))
        .select_related("agency", "opens", "closes", "reading_level")
        .get(pk=consultation.pk)
    )


def fresh(consultation):
    """The consultation read anew, with what every page shows."""
    return Consultation.objects.select_related("agency", "opens", "closes", "reading_level").get(
        pk=consultation.pk
    )


def record(acting, verb, consultation, changes=None):
    """Write the audit row of a verb."""
    audit.record(
        actor=acting.actor,
        verb=verb,
        obj=consultation,
        agency=consultation.agency_id,
        changes=changes,
        on_behalf_of=acting.on_behalf_of,
    )
