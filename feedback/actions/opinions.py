"""Receiving, revising and withdrawing opinions.

No audit row is written per opinion: its time beside a sign-in would be a path from a person to an
opinion (DESIGN section 5). What an opinion was before is in its revisions.
"""

import hashlib
import json
from contextlib import nullcontext
from dataclasses import dataclass

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feedback import attachments, intake, keys, ladder, queries, rules, totals
from feedback.authors import name_of, naming_of, origin_of
from feedback.models import (
    Identity,
    Opinion,
    OpinionRevision,
)
from portal.agencies.rules import own_grants_of
from portal.common import clock
from portal.common.errors import Refused, StaleVersion
from portal.common.text import clean, one_line

_NOT_ASKED = gettext_lazy("Đoạn được góp ý không thuộc đợt lấy ý kiến này.")

MAX_TEXT = 20_000
MAX_PROPOSED = 20_000


@dataclass(frozen=True)
class Receipt:
    """What the author gets: the code, shown now and never stored, and the opinion's public id.

    `repeated` is True when the same form had been sent before: nothing new was stored. `naming` is
    what was kept of the author, which for a guest may be less than was chosen.
    """

    code: str
    public_id: str
    repeated: bool
    naming: str = ""


class SentBefore(Refused):
    """The author's own opinion with the same words stands at this place; `public_id` finds it."""

    def __init__(self, public_id):
        super().__init__(
            _(
                "Đồng chí đã gửi ý kiến với đúng câu chữ này ở cùng chỗ; ý kiến giống hệt chỉ tính "
                "một lần. Muốn đổi quan điểm hay câu chữ, hãy sửa ý kiến đã gửi."
            ),
            code="sent_before",
        )
        self.public_id = str(public_id)


def submit_opinion(
    *,
    author,
    consultation,
    edition,
    block,
    submission_key,
    stance,
    text="",
    reason="",
    proposed="",
    question=None,
    group=None,
    route=Opinion.Route.UNIT,
    naming=Opinion.Naming.UNNAMED,
    quote="",
    consented=False,
    consent_version=None,
    draft="",
    standing=None,
    now=None,
):
    """Receive one opinion and give its receipt; at most three inserts.

    Args:
        author: the signed-in User or a `feedback.authors.Guest`; reaches the database only as an
            HMAC (and, if `naming` is "named", as a sealed name). For "anonymous", and for a guest
            without an address who is not named, nothing of the author is stored at all.
        block: the Block it is about (a paragraph or a heading), or None for the whole document.
        submission_key: random text made with the form; sending it again with the same content
            gives the same receipt and stores nothing, with other content is refused. Files
            uploaded with the form go to the opinion.
        question: the GuideQuestion it answers; its heading is the place then.
        quote: words selected inside the block; the whole block's text where empty.
        consented: the author agreed to the consent text of the consultation.
        consent_version: which version of it the author read; None for the one of now.
        draft: the place (`feedback.about.Place.key`) of a draft of the author that is now sent.
        standing: the `queries.Standing` of consultation and edition, where the request has just
            read it.

    Raises:
        SentBefore: the same words of the same account stand at this place already. Guests are not
            told so: an address is only typed, and the answer would tell what its owner thinks.
        Refused: closed or not open yet, not in the audience, no stance, no consent, a place or
            question that is not part of the consultation, a key used with other content.
    """
    now = now or clock.now()
    text, reason, proposed = clean(text), clean(reason), clean(proposed)
    standing = standing or queries.standing(consultation.pk, edition.pk)
    if standing is None:
        raise Refused(_NOT_ASKED, code="place")
    consultation = standing.consultation
    key = _key(consultation)
    code = key.receipt(submission_key)
    naming = naming_of(author, naming)
    if question is not None and block is None:
        block = question.block
    place = (edition.pk, block and block.pk, question and question.pk, quote)
    content = _digest(*place, stance, text, reason, proposed, group and group.pk, route, naming)
    submission = submission_digest(consultation, submission_key)
    try:
        opinion = _checked(
            author, standing, edition, block, question, group, consented, consent_version,
            now, quote=quote, stance=stance, text=text, reason=reason, proposed=proposed,
            route=route, naming=naming, submission_digest=submission,
            content_digest=content, receipt_hmac=keys.receipt_hmac(code),
        )  # fmt: skip
    except Refused:
        # a form that was received keeps its receipt, whatever has changed since
        repeated = _repeated(submission, content, code)
        if repeated:
            return repeated
        raise
    once = _once(key, author, opinion)
    try:
        _store(opinion, author, key, once, draft, now)
    except IntegrityError:
        # the form was received before, or the same words stand already
        repeated = _repeated(submission, content, code)
        if repeated:
            return repeated
        _refuse_same(once)
        raise
    return Receipt(code, str(opinion.public_id), repeated=False, naming=naming)


def _checked(author, standing, edition, block, question, group, consented, consent_version,
             now, *, quote, stance, text, reason, proposed, route, naming, **digests):  # fmt: skip
    """The Opinion to be stored, without its nodes; refuses what may not be received."""
    consultation = standing.consultation
    _check_open(consultation, now)
    if not rules.may_write(author, consultation):
        raise Refused(
            _("Đợt lấy ý kiến này dành cho đối tượng khác nên chưa nhận được ý kiến của đồng chí."),
            code="audience",
        )
    if not consented:
        raise Refused(
            _("Cần đồng ý cho xử lý dữ liệu thì cổng mới được phép lưu ý kiến."), code="no_consent"
        )
    if consent_version not in (None, consultation.consent_version):
        raise Refused(
            _(
                "Nội dung đồng ý xử lý dữ liệu vừa được sửa. Hãy đọc lại nội dung mới ở dưới rồi "
                "đánh dấu đồng ý lần nữa."
            ),
            code="consent_changed",
        )
    if naming == Opinion.Naming.NAMED and not name_of(author):
        raise Refused(_("Đã chọn nêu tên thì cần ghi họ tên."), code="no_name")
    _check_words(stance, text, reason, proposed)
    _check_place(standing, block, question, quote)
    if group is not None and group not in standing.groups:
        raise Refused(_("Đối tượng góp ý không thuộc đợt này."), code="group")
    return Opinion(
        consultation=consultation,
        edition=edition,
        block=block,
        question=question,
        quote=quote or (block.plain if block else ""),
        stance=stance,
        text=text,
        reason=reason,
        proposed=proposed,
        group=group,
        route=route,
        naming=naming,
        origin=origin_of(author),
        display=rules.display_of(consultation, has_words=bool(text or reason or proposed)),
        consent_version=consultation.consent_version,
        received_on=clock.today(now),
        **digests,
    )


def submission_digest(consultation, submission_key):
    """What is stored of the key of a form; files uploaded with the form carry it too."""
    return hashlib.sha256(f"{consultation.pk}:{submission_key}".encode()).digest()


@transaction.atomic
def revise_opinion(*, author, opinion, stance, text, reason, proposed, expected_version, now=None):
    """Change the words of an own opinion while the consultation is open; the old words are kept.

    Raises:
        Refused: not the author's, closed, withdrawn, or no stance.
        SentBefore: another own opinion says the same at this place.
        StaleVersion: changed elsewhere (another window) since the form was made.
    """
    now = now or clock.now()
    opinion = _own(author, opinion, now)
    if opinion.lock_version != expected_version:
        raise StaleVersion(_("Ý kiến này đã được sửa ở một cửa sổ khác."), current=opinion)
    if replace_words(opinion, stance=stance, text=text, reason=reason, proposed=proposed, now=now):
        _set_once(author, opinion)
    return opinion


def replace_words(opinion, *, stance, text, reason, proposed, now):
    """Put other words into a locked opinion and keep what it said; whether anything changed.

    The caller has found out that whoever asks is its author. Refused: no stance, too long.
    """
    text, reason, proposed = clean(text), clean(reason), clean(proposed)
    _check_words(stance, text, reason, proposed)
    before = (opinion.stance, opinion.text, opinion.reason, opinion.proposed)
    if before == (stance, text, reason, proposed):
        return False
    OpinionRevision.objects.create(
        opinion=opinion,
        n=opinion.revisions.count() + 1,
        stance=opinion.stance,
        text=opinion.text,
        reason=opinion.reason,
        proposed=opinion.proposed,
        replaced_on=clock.today(now),
    )
    opinion.stance, opinion.text, opinion.reason, opinion.proposed = stance, text, reason, proposed
    if before[1:] != (text, reason, proposed):
        # another stance alone shows nothing new to anybody
        opinion.cased = False
        opinion.display = rules.display_after(
            opinion, opinion.consultation, has_words=bool(text or reason or proposed)
        )
    opinion.lock_version += 1
    opinion.save(
        update_fields=[
            "stance", "text", "reason", "proposed", "display", "cased", "lock_version"
        ]
    )  # fmt: skip
    return True


@transaction.atomic
def withdraw_opinion(*, author, opinion, now=None):
    """Withdraw an own opinion while the consultation is open; it no longer counts."""
    opinion = _own(author, opinion, now or clock.now())
    return take_back(opinion, now=now)


def take_back(opinion, *, now):
    """Take a locked opinion out of the count, with its files; its words stay. Returns it.

    The caller has found out that whoever asks is its author.
    """
    opinion.state = Opinion.State.WITHDRAWN
    opinion.cased = False
    opinion.lock_version += 1
    opinion.save(update_fields=["state", "cased", "lock_version"])
    # taken back, the same words may be sent again
    Identity.objects.filter(opinion=opinion).update(once=None)
    totals.changed(opinion, -1)
    attachments.forget(opinion, now=now)
    return opinion


def _store(opinion, author, key, once, draft, now):
    """At most three inserts, in one round trip: the opinion, its delta, what finds its author."""
    consultation = opinion.consultation
    if not consultation.ladder_copied_at:
        with transaction.atomic():
            ladder.copy_ladder(consultation, now=now, on=opinion.received_on)
    entry = ladder.entry_node_for(consultation, own_grants_of(author))
    direct = opinion.route == Opinion.Route.DIRECT
    # of nobody's opinion the cell is not kept either: see Opinion
    anonymous = opinion.naming == Opinion.Naming.ANONYMOUS
    opinion.entry_node_id = entry.reader_id if anonymous else entry.pk
    opinion.reading_node_id = entry.reader_above_id if direct else entry.reader_id
    rows = [opinion, totals.delta_of(opinion, 1)]
    if opinion.naming != Opinion.Naming.ANONYMOUS:
        named = opinion.naming == Opinion.Naming.NAMED
        rows.append(
            Identity(
                opinion=opinion,
                key_id=key.key_id,
                lookup=key.lookup(author),
                ciphertext=key.seal(opinion.pk, name_of(author)) if named else b"",
                once=once,
            )
        )
    kept = None
    if draft and author.is_authenticated:
        kept = (consultation.pk, key.lookup(author), draft)
    # one statement is a transaction of its own; inside another one it may fail by itself
    with transaction.atomic() if connection.in_atomic_block else nullcontext():
        intake.insert(*rows, files_of=opinion, draft=kept)


def _once(key, author, opinion):
    """The keyed digest of who says what where; None where repeats are not looked for.

    The stance is left out: who says the same words again with another one changes their mind.
    """
    if not author.is_authenticated or opinion.naming == Opinion.Naming.ANONYMOUS:
        return None
    words = [
        " ".join(part.split()).casefold()
        for part in (opinion.text, opinion.reason, opinion.proposed)
    ]
    place = (opinion.edition_id, opinion.block_id, opinion.question_id, opinion.quote)
    return key.once(author, _digest(*place, *words))


def _set_once(author, opinion):
    once = _once(_key(opinion.consultation), author, opinion)
    try:
        with transaction.atomic():
            Identity.objects.filter(opinion=opinion).update(once=once)
    except IntegrityError:
        _refuse_same(once)
        raise


def _refuse_same(once):
    row = Identity.objects.filter(once=once).values_list("opinion__public_id").first()
    if once is not None and row is not None:
        raise SentBefore(row[0]) from None


def _repeated(submission, content, code):
    row = (
        Opinion.objects.filter(submission_digest=submission)
        .values_list("content_digest", "public_id", "naming")
        .first()
    )
    if row is None:
        return None
    if bytes(row[0]) != content:
        raise Refused(
            _(
                "Biểu mẫu này đã được gửi với nội dung khác; ý kiến đã gửi vẫn còn nguyên. "
                "Muốn sửa thì mở “Ý kiến của tôi”; muốn gửi nội dung dưới đây thành một ý kiến "
                "nữa thì bấm Gửi lần nữa."
            ),
            code="replayed",
        )
    return Receipt(code, str(row[1]), repeated=True, naming=row[2])


def _own(author, opinion, now):
    """The locked opinion if it is `author`'s, of an open consultation and still standing."""
    opinion = (
        Opinion.objects.select_for_update(of=("self",))
        .select_related("consultation__opens", "consultation__closes")
        .get(pk=opinion.pk)
    )
    lookup = _key(opinion.consultation).lookup(author)
    if not Identity.objects.filter(opinion=opinion, lookup=lookup).exists():
        raise Refused(_("Không tìm thấy ý kiến này trong “Ý kiến của tôi”."), code="not_own")
    _check_open(opinion.consultation, now)
    if opinion.state != Opinion.State.RECEIVED:
        raise Refused(_("Ý kiến này đã được rút."), code="withdrawn")
    return opinion


def _key(consultation):
    try:
        return keys.of(consultation)
    except keys.KeyUnavailable:
        raise Refused(
            _("Đợt lấy ý kiến này hiện không nhận ý kiến (khóa bảo mật không sẵn sàng)."),
            code="key",
        ) from None


def _check_open(consultation, now):
    phase = rules.phase_of(consultation, now)
    if phase == "open" and rules.takes_online(consultation):
        return
    messages = {
        "upcoming": _("Chưa đến ngày bắt đầu nhận ý kiến. Nội dung đồng chí viết vẫn còn ở dưới."),
        "closed": _("Đã hết thời gian nhận ý kiến. Nội dung đồng chí viết vẫn còn ở dưới."),
    }
    raise Refused(
        messages.get(phase, _("Đợt lấy ý kiến này không nhận ý kiến trực tiếp trên cổng.")),
        code=f"not_open:{phase}",
    )


def _check_words(stance, text, reason, proposed):
    if stance not in Opinion.Stance.values:
        raise Refused(_("Hãy chọn một quan điểm."), code="stance")
    if max(len(text), len(reason)) > MAX_TEXT or len(proposed) > MAX_PROPOSED:
        raise Refused(
            _("Mỗi ô nhận tối đa %d ký tự. Hãy chia thành nhiều ý kiến.") % MAX_TEXT, code="long"
        )


def _check_place(standing, block, question, quote):
    if block is not None and block.edition_id != standing.edition.pk:
        raise Refused(_NOT_ASKED, code="place")
    if quote and (block is None or one_line(quote) not in one_line(block.plain)):
        raise Refused(_("Câu chữ được chọn không có trong đoạn này."), code="quote")
    if question is not None and (
        question.consultation_edition_id != standing.asked_id
        or (block and block.pk != question.block_id)
    ):
        raise Refused(_("Câu hỏi gợi ý không thuộc đợt lấy ý kiến này."), code="question")


def _digest(*parts):
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).digest()
