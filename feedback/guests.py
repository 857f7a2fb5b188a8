"""Guests who left an e-mail address: asked once to confirm it, written to only after that.

The address is sealed under the consultation's key and found by the guest's keyed token; no row, job
or letter holds it beside an opinion, and nothing here knows one. A link in a mail carries the
token sealed and signed; it says neither the address nor what was written, and a mailbox beside the
database leads from one to the other only with the key.
"""

import base64
import binascii
import datetime as dt

from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from feedback import keys, participants
from feedback.actions.privacy import erase_token, token_subject
from feedback.authors import Guest
from feedback.models import Consultation, Erasure, GuestContact
from portal.common import clock, limits
from portal.common.addresses import absolute
from portal.notices import actions as notices
from portal.notices.registry import LetterWords

CONFIRM = "confirm"
#: A link to confirm holds so long; one to stop holds as long as the contact.
CONFIRM_DAYS = 30
#: An address that did not answer is asked no sooner again.
ASKED_AGAIN = dt.timedelta(days=7)
#: What `ask_to_confirm` says.
ASKED, LIMITED, NOTHING = "asked", "limited", ""
#: Mails that ask to confirm, whatever the consultation: to one address, from one network.
TO_ADDRESS = limits.Allowance("guest.mail.to", 5, 60)
FROM_NETWORK = limits.Allowance("guest.mail.from", 30, 60)
_SALT = "feedback.guest"


def ask_to_confirm(*, consultation, email, name="", network="", now=None):
    """Send a guest the link that confirms the address, at most once a week and consultation, never
    again once its owner said stop: anybody may type anybody's address.

    The mail names the consultation and says nothing of an opinion. Call it outside the transaction
    that stores the opinion.

    Args:
        network: where the form came from (`limits.network_of`); kept nowhere.

    Returns ASKED when a mail will go, LIMITED where too many go to this address or from this
    network, else NOTHING. Show nobody more than whether it is LIMITED, which is found out before
    the address is looked for: the rest would tell whether its owner wrote.
    """
    guest = Guest(name=name, email=email)
    if not guest.email:
        return NOTHING
    if not (TO_ADDRESS.left(guest.email) and FROM_NETWORK.left(network)):
        return LIMITED
    key = keys.of(consultation)
    today = clock.today(now or clock.now())
    lookup = key.lookup(guest)
    if _stopped(consultation, lookup):
        return NOTHING
    with transaction.atomic():
        contact, new = GuestContact.objects.get_or_create(
            consultation=consultation,
            lookup=lookup,
            defaults={"ciphertext": b"", "asked_on": today},
        )
        if contact.confirmed_on is not None:
            return NOTHING
        if not new and contact.asked_on > today - ASKED_AGAIN:
            return NOTHING
        contact.ciphertext = key.seal(_bound(contact), guest.email)
        contact.asked_on = today
        contact.save(update_fields=["ciphertext", "asked_on"])
        notices.post_letter(
            kind=CONFIRM,
            subject_kind=participants.GUEST,
            subject_id=contact.pk,
            revision=today.toordinal(),
        )
    TO_ADDRESS.take(guest.email)
    FROM_NETWORK.take(network)
    return ASKED


def _stopped(consultation, lookup):
    """Whether the owner of an address said that nothing is to be sent any more."""
    kinds = (Erasure.Kind.CONTACT, Erasure.Kind.TOKEN)
    subject = token_subject(consultation.pk, lookup)
    return Erasure.objects.filter(kind__in=kinds, subject=subject).exists()


def token_of(contact):
    """What a link carries: the consultation and the keyed token, sealed and signed."""
    key = keys.ConsultationKey(contact.consultation.key_id)
    token = base64.urlsafe_b64encode(key.seal_link(contact.lookup)).decode().rstrip("=")
    return signing.dumps([contact.consultation_id, token], salt=_SALT)


def contact_of(link, *, fresh=False):
    """The GuestContact of a link, or None: forged, too old (`fresh`), or stopped meanwhile."""
    age = CONFIRM_DAYS * 86_400 if fresh else None
    try:
        consultation_id, token = signing.loads(link, salt=_SALT, max_age=age)
        sealed = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        consultation = Consultation.objects.only("key_id").get(pk=consultation_id)
        lookup = keys.of(consultation).open_link(sealed)
    except (signing.BadSignature, ValueError, TypeError, binascii.Error):
        return None
    except (Consultation.DoesNotExist, keys.KeyUnavailable):
        return None
    rows = GuestContact.objects.select_related("consultation__agency")
    return rows.filter(consultation=consultation_id, lookup=lookup).first()


def confirm(contact, *, now=None):
    """The owner of the address wants to be told. Doing it twice changes nothing."""
    if contact.confirmed_on is None:
        contact.confirmed_on = clock.today(now or clock.now())
        contact.save(update_fields=["confirmed_on"])


@transaction.atomic
def stop(contact, *, now=None):
    """Forget the address and ask it never again; the ledger says so, and keeps a restore from
    bringing it back."""
    # by its token, as the replay looks for it; stopped once more, the latest day counts
    Erasure.objects.update_or_create(
        kind=Erasure.Kind.CONTACT,
        subject=token_subject(contact.consultation_id, contact.lookup),
        defaults={"on": clock.today(now or clock.now())},
    )
    GuestContact.objects.filter(pk=contact.pk).delete()


def erase(contact, *, now=None):
    """Forget the address, and whatever else stands under it: names and the way back to opinions.

    The words stay counted and their receipts work. Who typed the address is not known, so nothing
    is withdrawn and nothing shown by a link in a mail (docs/adr/0015).
    """
    erase_token(consultation=contact.consultation, lookup=contact.lookup, now=now)


def drop_unconfirmed(*, now=None):
    """Delete addresses whose link to confirm has run out: nobody said that they are theirs.

    Returns how many."""
    before = clock.today(now or clock.now()) - dt.timedelta(days=CONFIRM_DAYS)
    return GuestContact.objects.filter(confirmed_on=None, asked_on__lt=before).delete()[0]


def write_letter(letter):
    """The LetterWords of a Letter to a guest; None where there is nobody to write to any more."""
    contact = (
        GuestContact.objects.select_related("consultation__agency")
        .filter(pk=letter.subject_id)
        .first()
    )
    if contact is None or contact.consultation.state != Consultation.State.ANNOUNCED:
        return None
    try:
        to = keys.ConsultationKey(contact.consultation.key_id).open(
            _bound(contact), contact.ciphertext
        )
    except keys.KeyUnavailable:
        return None
    stop_path = reverse("feedback:guest_stop", args=[token_of(contact)])
    footer = _("Không muốn nhận thư nữa: %(url)s") % {"url": absolute(stop_path)}
    if letter.kind == CONFIRM:
        if contact.confirmed_on is not None:
            return None
        return LetterWords(
            to=to,
            subject=_("Xác nhận nhận tin về đợt lấy ý kiến"),
            paragraphs=(
                _("Có người đã để lại địa chỉ này để nhận tin về “%(title)s” của %(agency)s.")
                % {
                    "title": contact.consultation.title,
                    "agency": contact.consultation.agency.name,
                },
                _("Nếu đúng là ông, bà, hãy mở liên kết và xác nhận trong %d ngày.") % CONFIRM_DAYS,
                _(
                    "Nếu không, cứ bỏ qua thư này. Chỉ khi có người để lại địa chỉ này lần nữa thì "
                    "cổng hỏi lại, nhiều nhất mỗi tuần một thư; bấm “không muốn nhận thư nữa” ở "
                    "dưới thì đợt này không gửi gì thêm."
                ),
            ),
            path=reverse("feedback:guest_confirm", args=[token_of(contact)]),
            link_label=_("Xác nhận nhận tin"),
            footer=footer,
        )
    if contact.confirmed_on is None:
        return None
    subject, text = participants.words(letter.kind, contact.consultation)
    answered = letter.kind == participants.ANSWERED
    consultation = contact.consultation
    return LetterWords(
        to=to,
        subject=subject,
        paragraphs=(text,)
        if answered
        else (text, _("Xem bằng mã tiếp nhận; không có mã thì không tra cứu được ý kiến.")),
        path=reverse("feedback:answers", args=[consultation.pk, consultation.slug])
        if answered
        else reverse("feedback:receipt"),
        link_label=_("Xem trả lời") if answered else _("Tra cứu mã tiếp nhận"),
        footer=footer,
    )


def _bound(contact):
    return f"contact:{contact.pk}"
