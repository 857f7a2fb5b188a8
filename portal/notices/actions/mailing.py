"""Mails: deliveries of one person become one mail, and every mail goes out once.

`form_mails` groups what may go and gives each mail its Message-ID for ever; `send_mails` claims a
mail by a conditional update, sends, and marks it. A sender that died between claim and mark leaves
a mail "sending"; after ten minutes it goes once more with the same Message-ID, so that a mailbox
that got it already knows it for the same mail. After a second uncertain end it has failed, visibly.
"""

import datetime as dt
import logging
import smtplib
import uuid
from dataclasses import dataclass
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import get_connection
from django.db import DatabaseError, connection, transaction
from django.db.models import F, Q

from portal.common import clock
from portal.common.locks import advisory_lock
from portal.notices import queries, registry, rules
from portal.notices.actions.scheduling import hurry
from portal.notices.letters import compose, compose_letter
from portal.notices.models import Delivery, Letter, Mail

logger = logging.getLogger(__name__)

#: A mail that has been "sending" for so long lost its sender (a mail server answers in seconds).
UNCERTAIN_AFTER = dt.timedelta(minutes=10)
#: Pauses after a refusal; when they are used up the mail has failed. Together about a day.
PAUSES = [dt.timedelta(minutes=m) for m in (1, 5, 15, 60, 240, 1080)]
PEOPLE_PER_BATCH = 200
MAILS_PER_BATCH = 100


@dataclass
class MailResult:
    """The numbers of one run: mails formed, sent, put off, failed; deliveries not sent at all."""

    formed: int = 0
    skipped: int = 0
    sent: int = 0
    retried: int = 0
    failed: int = 0


class _Refused(Exception):
    """The mail server certainly did not take the mail; `final` when it never will."""

    def __init__(self, reason, *, final=False):
        super().__init__(reason)
        self.final = final


class _Uncertain(Exception):
    """Nobody can tell whether the mail went out."""


def send_mails(*, now=None):
    """Form the mails that may go at `now` and send what is open. Returns a MailResult."""
    now = now or clock.now()
    result = form_mails(now=now)
    server = _Server()
    try:
        for mail in _open_mails(Mail.objects.select_related("person"), now):
            _send_one(mail, server, result)
        for letter in _open_mails(Letter.objects.all(), now):
            _send_one(letter, server, result)
    finally:
        server.close()
    return result


# --- Forming --------------------------------------------------------------------------------


def form_mails(*, now):
    """Group mail deliveries whose time has come into one Mail per person.

    What is too late or no longer true, and what is for a person without an address by now, is
    skipped: it stays in the inbox.
    """
    result = MailResult()
    waiting = Delivery.objects.filter(
        channel=Delivery.Channel.MAIL,
        state=Delivery.State.PENDING,
        mail=None,
        send_after__lte=now,
    )
    done = 0
    while True:
        people = list(
            waiting.filter(person_id__gt=done)
            .order_by("person_id")
            .values_list("person_id", flat=True)
            .distinct()[:PEOPLE_PER_BATCH]
        )
        if not people:
            return result
        done = people[-1]
        with transaction.atomic():
            # One at a time: two runs that skip each other's rows would each make a letter of
            # one half of a person's deliveries.
            advisory_lock("notices.form_mails")
            rows = (
                waiting.filter(person_id__in=people)
                .select_related("person", "notice")
                .select_for_update(skip_locked=True, of=("self",))
                .order_by("person_id", "id")
            )
            _group(list(rows), now, result)


def _group(deliveries, now, result):
    holds = _still_true({d.notice_id: d.notice for d in deliveries}, now)
    by_person, skipped = {}, []
    for delivery in deliveries:
        person = delivery.person
        if delivery.notice_id not in holds:
            continue
        if holds[delivery.notice_id] and person.is_active and person.email:
            by_person.setdefault(delivery.person_id, []).append(delivery)
        else:
            skipped.append(delivery.pk)
    if skipped:
        Delivery.objects.filter(pk__in=skipped).update(state=Delivery.State.SKIPPED)
        result.skipped += len(skipped)
    if not by_person:
        return
    mails = Mail.objects.bulk_create(
        [Mail(person_id=person_id, message_id=_new_message_id()) for person_id in by_person]
    )
    ids = {mail.person_id: mail.pk for mail in mails}
    pairs = [(d.pk, ids[d.person_id]) for rows in by_person.values() for d in rows]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE notices_delivery d SET mail_id = v.mail_id "
            "FROM unnest(%s::bigint[], %s::bigint[]) AS v(id, mail_id) WHERE d.id = v.id",
            [[pk for pk, _ in pairs], [mail_id for _, mail_id in pairs]],
        )
    result.formed += len(mails)


def _still_true(notices, now):
    """{notice id: whether its mail may still go}; without those that cannot be told yet."""
    holds = {}
    for notice in queries.load_what_can_be(list(notices.values())):
        pk = notice.pk
        try:
            holds[pk] = not rules.is_too_late(notice, now) and registry.kinds[
                notice.subject_kind
            ].still_due(notice, now)
        except DatabaseError:
            raise
        except Exception:  # one bad notice must not hold up the mails of others
            logger.exception("notice %s: cannot tell whether its mail may go", pk)
    return holds


def _new_message_id():
    """`uuid@domain`, without brackets; the domain is that of the sender's address."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"{uuid.uuid4()}@{domain}"


def post_letter(*, kind, subject_kind, subject_id, revision=0):
    """Write once to somebody without an account about a subject; a second call changes nothing.

    Args:
        kind: what the letter is about, for its writer.
        subject_kind: a name of `registry.writers`, which gives address and words when it goes.
        revision: another one to tell the same kind of thing anew.

    Returns True when the letter is new.
    """
    registry.writers[subject_kind]  # a misspelt one would never go
    _letter, new = Letter.objects.get_or_create(
        kind=kind,
        subject_kind=subject_kind,
        subject_id=subject_id,
        revision=revision,
        defaults={"message_id": _new_message_id()},
    )
    if new:
        hurry("notices.mail")
    return new


# --- Sending --------------------------------------------------------------------------------


def _open_mails(mails, now):
    """Those of `mails` to try, each once in this run: waiting ones, and whose sender is lost."""
    last = 0
    while True:
        rows = list(
            mails.filter(
                Q(state=Mail.State.PENDING) & (Q(retry_at=None) | Q(retry_at__lte=now))
                | Q(state=Mail.State.SENDING, claimed_at__lt=now - UNCERTAIN_AFTER),
                pk__gt=last,
            ).order_by("pk")[:MAILS_PER_BATCH]
        )
        yield from rows
        if len(rows) < MAILS_PER_BATCH:
            return
        last = rows[-1].pk


def _send_one(mail, server, result):
    if mail.state == Mail.State.SENDING and mail.uncertain >= 1:
        lost = type(mail).objects.filter(pk=mail.pk, claimed_at=mail.claimed_at)
        if _finish(lost, Mail.State.FAILED, "Không rõ đã gửi được hay chưa (hai lần)"):
            result.failed += 1
        return
    if not _claim(mail):
        return
    mine = type(mail).objects.filter(pk=mail.pk, claimed_at=mail.claimed_at)
    try:
        letter = _letter(mail)
        server.send(letter)
    except _Uncertain as error:
        # Left as it is: after the pause it counts as lost and goes once more.
        mine.update(error=str(error)[:300])
        logger.warning("mail %s: uncertain whether it went out", mail.pk)
    except _Refused as error:
        pause = None if error.final or mail.attempts > len(PAUSES) else PAUSES[mail.attempts - 1]
        if pause is None:
            result.failed += _finish(mine, Mail.State.FAILED, str(error))
        else:
            result.retried += mine.filter(state=Mail.State.SENDING).update(
                state=Mail.State.PENDING,
                retry_at=clock.now() + pause,
                claimed_at=None,
                error=str(error)[:300],
            )
    else:
        # It is out, whoever holds the claim by now.
        result.sent += _finish(type(mail).objects.filter(pk=mail.pk), Mail.State.SENT, "")


def _claim(mail):
    """Take the mail if nobody was quicker; True when it is ours."""
    lost = mail.state == Mail.State.SENDING
    # The clock and not the start of the run: a long run must not look lost to another one.
    at = clock.now()
    same = type(mail).objects.filter(pk=mail.pk, state=mail.state, claimed_at=mail.claimed_at)
    mine = same.update(
        state=Mail.State.SENDING,
        claimed_at=at,
        attempts=F("attempts") + 1,
        uncertain=F("uncertain") + (1 if lost else 0),
        retry_at=None,
    )
    mail.claimed_at = at
    mail.attempts += 1
    return mine == 1


def _finish(mails, state, error):
    """Settle a mail and its deliveries together. Returns 1, or 0 when it was settled already."""
    delivery_state = Delivery.State.SENT if state == Mail.State.SENT else Delivery.State.FAILED
    with transaction.atomic():
        ids = list(
            mails.filter(state__in=[Mail.State.SENDING, Mail.State.FAILED])
            .exclude(state=state)
            .select_for_update()
            .values_list("pk", flat=True)
        )
        mails.model.objects.filter(pk__in=ids).update(
            state=state,
            error=error[:300],
            sent_at=clock.now() if state == Mail.State.SENT else None,
        )
        if mails.model is Mail:
            Delivery.objects.filter(mail_id__in=ids).update(state=delivery_state)
        else:
            # mail servers log Message-IDs beside addresses; here they would lead to the subject
            for pk in ids:
                Letter.objects.filter(pk=pk).update(message_id=_new_message_id())
    return len(ids)


def _letter(mail):
    if isinstance(mail, Letter):
        return _written(lambda: compose_letter(mail), mail)
    if not mail.person.is_active or not mail.person.email:
        raise _Refused("Người nhận không còn địa chỉ thư", final=True)
    rows = list(mail.deliveries.select_related("notice").order_by("id"))
    return _written(lambda: compose(mail, rows), mail)


def _written(write, mail):
    try:
        letter = write()
    except DatabaseError:
        raise
    except Exception as error:  # nothing has left the house yet
        logger.exception("mail %s cannot be written", mail.pk)
        raise _Refused(f"Không soạn được thư: {type(error).__name__}") from error
    if letter is None:
        raise _Refused("Không còn nơi gửi hoặc tin không còn đúng", final=True)
    return letter


class _Server:
    """One connection to the mail server for a run, opened at the first mail."""

    def __init__(self):
        self._connection = None

    def send(self, letter):
        try:
            if self._connection is None:
                self._connection = get_connection()
                self._connection.open()
        except (smtplib.SMTPException, OSError) as error:
            self._connection = None
            raise _Refused(f"Không nối được máy chủ thư: {error}") from error
        try:
            self._connection.send_messages([letter])
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            raise _Refused(
                f"Máy chủ thư không nhận địa chỉ ({', '.join(map(str, codes))})",
                final=all(code >= 500 for code in codes),
            ) from error
        except smtplib.SMTPResponseException as error:
            self.close()
            raise _Refused(f"Máy chủ thư từ chối ({error.smtp_code})") from error
        except (ValueError, TypeError) as error:  # an address or header no server would take
            raise _Refused(f"Thư không hợp lệ: {type(error).__name__}", final=True) from error
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise _Uncertain(f"Đứt kết nối khi đang gửi: {type(error).__name__}") from error

    def close(self):
        if self._connection is not None:
            try:
                self._connection.close()
            except (smtplib.SMTPException, OSError):
                logger.info("the mail server was gone before goodbye")
            self._connection = None
