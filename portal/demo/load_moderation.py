"""The demo's moderation: opinions that wait, one hidden and asked about again, spam, a file."""

import datetime as dt
import io
import secrets

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

from feedback import actions, attachments, moderation
from feedback.models import Opinion
from portal.common import clock
from portal.moderation import actions as queue
from portal.moderation import rules
from portal.moderation.models import Case

FIRST, SECOND = "lyhongnhung", "ngohoaian"
#: So many of the sample opinions wait; the others are shown.
WAITING = 5
#: Words for the queue, each of an anonymous author: (state, reason, text).
SENT = (
    (
        "appealed",
        "xuc-pham",
        "Cách làm nhà văn hóa ở xã tôi là lãng phí, làm xong khóa cửa. Ai ký thì phải chịu.",
    ),
    (
        "hidden",
        "thong-tin-ca-nhan",
        "Trưởng thôn cũ nhà ở cuối ngõ, số điện thoại tôi có, đang bị bệnh mà vẫn phải đi họp.",
    ),
    ("spam", "", "Vay nhanh trong ngày, không cần giấy tờ, gọi ngay."),
    ("pending", "", "Vay nhanh trong ngày, không cần giấy tờ, gọi ngay."),
    ("pending", "", "Vay nhanh trong ngày, không cần giấy tờ, gọi ngay."),
    (
        "proposed",
        "trai-phap-luat",
        "Ai có đất trong quy hoạch thì cứ xây trước đi, dựng hàng rào lại không cho đo đạc.",
    ),
)
APPEAL = "Tôi phê bình việc làm, không nhắc đến ai, cũng không dùng lời lẽ nào với ai."
CITED = "Điều 11 khoản 2 Luật Đất đai 2024"


def load(world, consultation, edition, on):
    """Moderate the sample opinions of a consultation that publishes words."""
    author = world["users"]["dangvien"]
    paragraphs = list(edition.blocks.filter(kind="paragraph").order_by("pos")[:12])
    made = [
        _send(author, consultation, edition, paragraphs[3 + n], text, on - dt.timedelta(days=2))
        for n, (_state, _reason, text) in enumerate(SENT)
    ]
    _with_file(author, consultation, edition, paragraphs[2], on - dt.timedelta(days=1))
    moderation.sweep()
    first, second = world["users"][FIRST], world["users"][SECOND]
    ids = [opinion.pk for opinion in made]
    plain = Opinion.objects.filter(consultation=consultation, display="pending").exclude(pk__in=ids)
    plain = plain.filter(attachments=None).order_by("received_on", "public_id")
    for opinion in plain[: max(plain.count() - WAITING, 0)]:
        _decide(first, opinion, rules.APPROVED)
    for opinion, (state, reason, _text) in zip(made, SENT, strict=True):
        if state in ("hidden", "appealed"):
            _decide(first, opinion, rules.HIDDEN, [reason])
        elif state == "spam":
            _decide(first, opinion, rules.SPAM)
        elif state == "proposed":
            case = _case(opinion)
            queue.propose(
                actor=second,
                case_id=case.pk,
                expected_version=case.lock_version,
                reasons=[reason],
                cited=CITED,
            )
        if state == "appealed":
            moderation.appeal(opinion, text=APPEAL)


def _send(author, consultation, edition, block, text, on, key=None):
    receipt = actions.submit_opinion(
        author=author,
        consultation=consultation,
        edition=edition,
        block=block,
        submission_key=key or secrets.token_urlsafe(24),
        stance=Opinion.Stance.PARTLY,
        text=text,
        naming=Opinion.Naming.ANONYMOUS,
        consented=True,
        now=clock.start_of_day(on) + dt.timedelta(hours=9),
    )
    return Opinion.objects.get(public_id=receipt.public_id)


def _with_file(author, consultation, edition, block, on):
    """An opinion with a picture: a plan drawn by hand, with nothing of a camera in it."""
    picture = Image.new("RGB", (900, 600), "#faf7f2")
    pen = ImageDraw.Draw(picture)
    for n in range(6):
        pen.rectangle((60 + n * 130, 140, 160 + n * 130, 420 - n * 30), outline="#345878", width=4)
    pen.line((40, 430, 860, 430), fill="#211c17", width=5)
    out = io.BytesIO()
    picture.save(out, "JPEG")
    key = secrets.token_urlsafe(24)
    attachments.add(
        submission_digest=actions.submission_digest(consultation, key),
        file=ContentFile(out.getvalue(), name="so-do.jpg"),
    )
    text = "Gửi kèm sơ đồ sáu điểm giao dịch hiện có; hai điểm cuối cách nhau quá xa với người già."
    return _send(author, consultation, edition, block, text, on, key)


def _case(opinion):
    return Case.objects.get(kind=moderation.KIND, subject_id=str(opinion.pk))


def _decide(who, opinion, outcome, reasons=()):
    case = _case(opinion)
    queue.decide(
        actor=who,
        case_id=case.pk,
        expected_version=case.lock_version,
        outcome=outcome,
        reasons=reasons,
    )
