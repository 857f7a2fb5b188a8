"""The parts of a consultation that have pages of their own: units, questions, consent, order.

While it is being prepared everything may change. Once announced, units and questions are only
added and the consent text gets another version: people answered under what stood there.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from documents.models import Block
from feedback.actions.consultations import lock, record
from feedback.models import ConsentText, Consultation, GuideQuestion
from feedback.rules import MANAGING_ROLES, phase_of
from portal.agencies.queries import reachable
from portal.agencies.rules import require
from portal.common import clock
from portal.common.errors import Refused, StaleVersion
from portal.common.text import clean, one_line

#: Guiding questions of one document.
MOST_QUESTIONS = 100
QUESTION = GuideQuestion._meta.get_field("text").max_length


def _open_for(actor, consultation, *, adding=False, now=None):
    """(locked consultation, Acting) for a change of terms; refuses what may not change any more."""
    consultation = lock(consultation)
    acting = require(actor, MANAGING_ROLES, consultation.agency)
    if consultation.state == Consultation.State.WITHDRAWN:
        raise Refused(_("Đợt lấy ý kiến đã hủy."), code="withdrawn")
    if consultation.state == Consultation.State.EDITING:
        return consultation, acting
    if not adding:
        raise Refused(
            _("Đợt lấy ý kiến đã công bố nên chỉ thêm được, không sửa hay bỏ."), code="announced"
        )
    if phase_of(consultation, now or clock.now()) == "closed":
        raise Refused(_("Đợt lấy ý kiến đã kết thúc."), code="closed")
    return consultation, acting


# --- Units ----------------------------------------------------------------------------------


@transaction.atomic
def add_units(*, actor, consultation, agencies):
    """Let these units (and all below them) write, if the audience is "units". Returns how many
    were new.

    Raises:
        Refused: "not_reached" (a unit that the agency does not reach), "no_units".
    """
    consultation, acting = _open_for(actor, consultation, adding=True)
    wanted = {agency.pk for agency in agencies}
    if not wanted:
        raise Refused(_("Chưa chọn đơn vị nào."), code="no_units")
    reached = set(reachable(consultation.agency).filter(pk__in=wanted).values_list("pk", flat=True))
    if wanted - reached - {consultation.agency_id}:
        raise Refused(_("Có đơn vị không thuộc %s.") % consultation.agency.name, code="not_reached")
    before = consultation.audience_units.count()
    consultation.audience_units.add(*wanted)
    new = consultation.audience_units.count() - before
    record(acting, "add_units", consultation, {"audience_units": [before, before + new]})
    return new


@transaction.atomic
def remove_units(*, actor, consultation, ids=None):
    """Take units (all where `ids` is None) out of the audience. Returns how many went.

    Raises:
        Refused: "announced".
    """
    consultation, acting = _open_for(actor, consultation)
    rows = Consultation.audience_units.through.objects.filter(consultation=consultation)
    before = rows.count()
    gone = (rows if ids is None else rows.filter(agency__in=ids)).delete()[0]
    record(acting, "remove_units", consultation, {"audience_units": [before, before - gone]})
    return gone


# --- Documents and their questions ----------------------------------------------------------


@transaction.atomic
def move_edition(*, actor, consultation, row, up):
    """Move a document one place up or down among those of the consultation."""
    consultation, acting = _open_for(actor, consultation)
    rows = list(consultation.consultation_editions.select_for_update())
    _swap(rows, row.pk, up)
    record(acting, "move_edition", consultation)


@transaction.atomic
def add_questions(*, actor, consultation, row, block, texts, now=None):
    """Add guiding questions to a document (`row`, a ConsultationEdition), for the whole of it or
    below one heading. Returns how many were new; what is asked there already is left out.

    Raises:
        Refused: "no_text", "long", "many", "block" (not a heading of this document).
    """
    consultation, acting = _open_for(actor, consultation, adding=True, now=now)
    row = _row_of(consultation, row)
    if block is not None and (
        block.edition_id != row.edition_id or block.kind != Block.Kind.HEADING
    ):
        raise Refused(_("Đề mục được chọn không thuộc văn kiện này."), code="block")
    texts = list(dict.fromkeys(filter(None, map(one_line, texts))))
    if not texts:
        raise Refused(_("Hãy viết ít nhất một câu hỏi."), code="no_text")
    if max(map(len, texts)) > QUESTION:
        raise Refused(_("Mỗi câu hỏi dài tối đa %d ký tự.") % QUESTION, code="long")
    there = list(row.questions.all())
    asked = {q.text for q in there if q.block_id == (block and block.pk)}
    texts = [text for text in texts if text not in asked]
    if len(there) + len(texts) > MOST_QUESTIONS:
        raise Refused(_("Mỗi văn kiện có tối đa %d câu hỏi gợi ý.") % MOST_QUESTIONS, code="many")
    first = max((q.position for q in there), default=-1) + 1
    GuideQuestion.objects.bulk_create(
        GuideQuestion(consultation_edition=row, block=block, position=first + n, text=text)
        for n, text in enumerate(texts)
    )
    record(acting, "add_questions", consultation, {"questions": [None, texts]})
    return len(texts)


@transaction.atomic
def edit_question(*, actor, consultation, question, text):
    """Word a guiding question anew, while the consultation is being prepared."""
    consultation, acting = _open_for(actor, consultation)
    text = one_line(text)
    if not text:
        raise Refused(_("Hãy viết câu hỏi."), code="no_text")
    if len(text) > QUESTION:
        raise Refused(_("Mỗi câu hỏi dài tối đa %d ký tự.") % QUESTION, code="long")
    before, question.text = question.text, text
    question.save(update_fields=["text"])
    record(acting, "edit_question", consultation, {"question": [before, text]})


@transaction.atomic
def remove_question(*, actor, consultation, question):
    """Take a guiding question back, while the consultation is being prepared."""
    consultation, acting = _open_for(actor, consultation)
    text = question.text
    question.delete()
    record(acting, "remove_question", consultation, {"question": [text, None]})


@transaction.atomic
def move_question(*, actor, consultation, question, up):
    """Move a guiding question one place up or down among those of the same heading."""
    consultation, acting = _open_for(actor, consultation)
    rows = list(
        GuideQuestion.objects.select_for_update()
        .filter(consultation_edition=question.consultation_edition_id, block=question.block_id)
        .order_by("position", "id")
    )
    _swap(rows, question.pk, up)
    record(acting, "move_question", consultation)


def _row_of(consultation, row):
    return consultation.consultation_editions.get(pk=row.pk)


def _swap(rows, pk, up):
    """Move the row `pk` one place; the positions that the rows have are dealt out anew."""
    places = sorted(row.position for row in rows)
    if len(set(places)) < len(places):
        places = list(range(len(rows)))
    at = next(n for n, row in enumerate(rows) if row.pk == pk)
    other = at - 1 if up else at + 1
    if 0 <= other < len(rows):
        rows[at], rows[other] = rows[other], rows[at]
    for row, place in zip(rows, places, strict=True):
        if row.position != place:
            row.position = place
            row.save(update_fields=["position"])


# --- Consent --------------------------------------------------------------------------------


@transaction.atomic
def change_consent(*, actor, consultation, text, expected_version, now=None):
    """Another consent text. Before the announcement it is simply replaced; after it there is a new
    version, and the old ones stay: each opinion keeps the version its author agreed to.

    Raises:
        Refused: "no_text", "same", "closed", "withdrawn".
        StaleVersion: somebody else saved since the form was made.
    """
    consultation, acting = _open_for(actor, consultation, adding=True, now=now)
    if consultation.lock_version != expected_version:
        raise StaleVersion(
            _("Đợt lấy ý kiến đã được người khác sửa trong lúc này."), current=consultation
        )
    text = clean(text)
    if not text:
        raise Refused(_("Hãy viết nội dung đồng ý."), code="no_text")
    if text == consultation.consent_text:
        raise Refused(_("Nội dung không có gì thay đổi."), code="same")
    before = consultation.consent_version
    consultation.consent_text = text
    if consultation.state == Consultation.State.ANNOUNCED:
        consultation.consent_version += 1
        ConsentText.objects.create(
            consultation=consultation,
            version=consultation.consent_version,
            text=text,
            since=clock.today(now),
        )
    consultation.lock_version += 1
    consultation.save(update_fields=["consent_text", "consent_version", "lock_version"])
    versions = [before, consultation.consent_version]
    record(acting, "change_consent", consultation, {"consent_version": versions})
    return consultation
