"""When a meeting about the drafts is entered, what becomes of it, and who does what.

The SECRETARY (or the office, STAFF) of the unit that met enters it; where a unit has neither, STAFF
of a unit above do so from the minutes. Minutes that come as photos are keyed in by a clerk
above (`entering`) and count once the unit has confirmed them.
"""

import datetime as dt
import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from feedback.models import Channel, Consultation, Meeting
from feedback.rules import entering
from portal.agencies.models import Membership, Role
from portal.agencies.rules import Acting, grants_of, path_of, person_behind
from portal.common import clock
from portal.common.display import date_vi
from portal.common.errors import Refused
from portal.common.transitions import Lifecycle, transition

#: A meeting held in time may still be entered so many days after the closing day.
GRACE_DAYS = 3
GRACE = dt.timedelta(days=GRACE_DAYS)
#: Drafts are out before the consultation opens: meetings of so many days before it count.
EARLY_DAYS = 14
#: Photos of one set of minutes.
MOST_PHOTOS = 10
#: A PDF of minutes: no more pages and bytes than a clerk can be asked to read.
MOST_PDF_PAGES = 60
MOST_PDF_MB = 20
#: Photos go so many days after what they say was confirmed.
KEEP_PHOTOS_DAYS = 30
KEEP_PHOTOS = dt.timedelta(days=KEEP_PHOTOS_DAYS)
#: A clerk who took minutes and types nothing more holds them so long.
CLAIM_MINUTES = 30
CLAIM = dt.timedelta(minutes=CLAIM_MINUTES)

#: Who enters for their own unit.
OWN_ROLES = frozenset({Role.SECRETARY, Role.STAFF})

S = Meeting.State

LIFECYCLE = Lifecycle(
    transition("send", {S.ENTERING}, S.SENT, "Hội nghị này đã gửi hoặc đã hủy."),
    transition("hand_in", {S.ENTERING}, S.KEYING, "Biên bản này đã gửi hoặc hội nghị đã hủy."),
    transition("take_back", {S.KEYING}, S.ENTERING, "Biên bản này không còn chờ nhập."),
    transition("finish", {S.KEYING}, S.CONFIRMING, "Biên bản này không còn chờ nhập."),
    transition("give_back", {S.CONFIRMING}, S.KEYING, "Biên bản này không chờ xác nhận."),
    transition("confirm", {S.CONFIRMING}, S.SENT, "Biên bản này không chờ xác nhận."),
    transition("reopen", {S.SENT}, S.ENTERING, "Chỉ sửa được hội nghị đã gửi."),
    transition(
        "undo", {S.ENTERING, S.KEYING, S.CONFIRMING, S.SENT}, S.UNDONE, "Hội nghị này đã hủy."
    ),
)


# --- When -----------------------------------------------------------------------------------


def offered(consultation):
    """Whether meetings are a channel of the consultation, whatever the time."""
    return (
        consultation.state == Consultation.State.ANNOUNCED
        and consultation.mode == Consultation.Mode.COLLECTED
        and Channel.MEETING in consultation.channels
    )


def last_moment(consultation):
    """The instant from which no meeting is entered any more, or None without a closing day."""
    closes = consultation.closes.at
    return closes and closes + GRACE


def last_day(consultation):
    """The last day on which a meeting may be entered and corrected, or None."""
    last = last_moment(consultation)
    return last and clock.today(last - dt.timedelta(seconds=1))


def check_takes(consultation, now):
    """Refuse where no meeting may be entered, corrected or taken back at `now`.

    Args:
        consultation: with `opens` and `closes`.
    """
    if not offered(consultation):
        raise Refused(_("Đợt lấy ý kiến này không nhận ý kiến qua hội nghị."), code="channel")
    entering.check_takes_entries(consultation, now)
    last = last_moment(consultation)
    if last is not None and now >= last:
        raise Refused(
            _("Đã quá %d ngày từ ngày kết thúc lấy ý kiến nên không nhập, sửa, hủy được nữa.")
            % GRACE_DAYS,
            code="over",
        )


def takes(consultation, now):
    """Whether a meeting may be entered at `now`."""
    try:
        check_takes(consultation, now)
    except Refused:
        return False
    return True


def days_of(consultation, today):
    """(first, last) day on which a meeting that is entered today may have been held."""
    first = clock.today(consultation.opens.at) - dt.timedelta(days=EARLY_DAYS)
    return first, min(today, _closing_day(consultation) or today)


def arrival_day(consultation, today):
    """The day of arrival of opinions entered today: at the latest the closing day."""
    return min(today, _closing_day(consultation) or today)


def _closing_day(consultation):
    closes = consultation.closes.at
    return closes and clock.today(closes - dt.timedelta(seconds=1))


def check_numbers(consultation, *, held_on, present, speakers, today):
    """Refuse a day outside `days_of` and numbers that cannot be."""
    first, last = days_of(consultation, today)
    if held_on > today:
        raise Refused(_("Ngày họp không thể sau hôm nay."), code="held_on")
    if not first <= held_on <= last:
        raise Refused(
            _("Ngày họp phải từ %(first)s đến %(last)s.")
            % {"first": date_vi(first), "last": date_vi(last)},
            code="held_on",
        )
    if present < 1:
        raise Refused(_("Phải có ít nhất 1 người dự."), code="present")
    if not 0 <= speakers <= present:
        raise Refused(_("Số người phát biểu không thể nhiều hơn số người dự."), code="speakers")


# --- Who ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Part:
    """What somebody has to do with the meetings of a unit.

    own: enters for the unit as its secretary or office. clerk: keys in minutes from above.
    stands_in: enters for the unit, from above, because nobody does at the unit.
    """

    own: bool = False
    clerk: bool = False
    stands_in: bool = False
    grant: object = None

    def __bool__(self):
        return self.own or self.clerk

    @property
    def enters(self):
        return self.own or self.stands_in

    def acting(self, user):
        """The Acting for audit rows of what `user` does in this part."""
        return Acting(user, person_behind(self.grant))


def part_of(user, node):
    """The Part of `user` in the meetings of a ladder node; false for outsiders."""
    grant = grants_of(user).find(OWN_ROLES, node.handled_by_id)
    if grant is not None:
        return Part(own=True, grant=grant)
    place = entering.place_for(user, node.pk)
    if place is None or not place.is_clerk:
        return Part()
    above = place.node_id != node.pk and place.grant.role == Role.STAFF
    return Part(clerk=True, stands_in=above and not has_somebody(node), grant=place.grant)


def has_somebody(node):
    """Whether anybody at the unit could enter its meetings today."""
    return Membership.objects.filter(
        agency_id=node.handled_by_id,
        role__in=OWN_ROLES,
        valid__contains=clock.today(),
        user__is_active=True,
    ).exists()


def writes_rows(user, meeting, part):
    """Whether `user` adds and changes the opinions of `meeting` in its present state."""
    if meeting.state == S.ENTERING:
        return part.enters and meeting.outcome == Meeting.Outcome.OPINIONS
    if meeting.state == S.KEYING:
        return part.clerk and meeting.claimed_by_id == user.pk
    return False


def confirms(user, meeting, part):
    """Whether `user` says that what was keyed in is what the minutes say: never who keyed it."""
    if meeting.state != S.CONFIRMING or meeting.batch.entered_by_id == user.pk:
        return False
    if part.grant is not None and part.grant.on_behalf_of_id == meeting.batch.entered_by_id:
        return False
    return part.own or (meeting.on_behalf and part.clerk)


def sees_words(meeting, part):
    """Whether the opinions, the photos and the outcome of `meeting` are this person's business.

    The unit's own always; those above only while they key in its minutes, or where they entered it
    for the unit. What was sent they read as everybody who reads there does: without the unit.
    """
    if part.own or meeting.on_behalf:
        return bool(part)
    minutes = meeting.outcome == Meeting.Outcome.MINUTES
    return part.clerk and minutes and meeting.state in (S.KEYING, S.CONFIRMING)


def in_audience(consultation, node):
    """Whether the unit belongs to those that are asked (all, unless units were chosen)."""
    if consultation.audience != Consultation.Audience.UNITS:
        return True
    path = path_of(node.handled_by_id)
    return any(
        unit.pk in (node.agency_id, node.handled_by_id)
        or (path and (above := path_of(unit)) and path.startswith(above))
        for unit in consultation.audience_units.all()
    )


# --- Names of speakers ----------------------------------------------------------------------

_TITLE = re.compile(
    r"(?:[-–+•*]|\d{1,2}[.)])?\s*"
    r"(?:(?:đồng chí|đ/c|đ\.c\.?|đc|ông|bà|anh|chị|cô|chú|bác|thầy)\b\s*)"
    r"(?P<office>(?:phó bí thư|bí thư|chi ủy viên|đảng viên)\b\s*)?",
    re.IGNORECASE,
)
_SAYS = re.compile(
    r"(?:\s*\([^)]{1,60}\))?\s*(?P<colon>:|,|-|–)?\s*"
    r"(?P<verb>(?:có ý kiến|phát biểu|đề nghị|cho rằng|nêu|góp ý|kiến nghị|đề xuất|băn khoăn)\b)?",
    re.IGNORECASE,
)
_NEUTRAL = ("có ý kiến", "phát biểu", "cho rằng", "nêu", "góp ý")


def _speaker(text):
    """(end of the name, match of what follows) where a text starts by naming who spoke."""
    title = _TITLE.match(text)
    if title is None:
        return None
    end, words, last = title.end(), 0, 0
    for word in re.finditer(r"(\w+)\s*", text[end:]):
        if word.start() != last or not word[1][0].isupper() or words == 5:
            break
        words, last = words + 1, word.end()
    if not words and not title["office"]:
        return None
    end += last
    says = _SAYS.match(text, end)
    if not (says["colon"] == ":" or says["verb"]):
        return None
    return says


def names_a_speaker(text):
    """Whether a text starts like "Đồng chí Nguyễn Văn A: …" or "… đề nghị …"."""
    return _speaker(text) is not None


def without_speaker(text):
    """The text without the name it starts with; unchanged where it names nobody."""
    says = _speaker(text)
    if says is None:
        return text
    verb = says["verb"] or ""
    keep = says.start("verb") if verb and verb.lower() not in _NEUTRAL else says.end()
    rest = text[keep:].lstrip(" :,-–")
    return rest[:1].upper() + rest[1:] if rest else text
