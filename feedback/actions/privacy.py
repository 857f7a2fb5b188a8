"""What people do with their own data: erase an identity, withdraw consent; and the end of a key.

No audit row is written here: it would put a person beside an opinion. The ledger (`Erasure`) keeps
what is needed to erase again after a restore, and never two things that the erasure parted.
"""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from feedback import attachments, keys, rules
from feedback.actions.opinions import withdraw_opinion
from feedback.models import (
    ConsentWithdrawal,
    Consultation,
    Erasure,
    GuestContact,
    Identity,
    IdentityLook,
    Opinion,
    OpinionDraft,
)
from portal.common import clock
from portal.common.errors import Refused

#: Staff is told so many days before a key is destroyed, and it is destroyed no sooner.
TOLD_BEFORE = dt.timedelta(days=30)
#: Who looked at which name is kept so long after the key is gone.
LOOKS_KEPT = dt.timedelta(days=365)


@transaction.atomic
def erase_identity(*, author, opinion, now=None):
    """Cut an own opinion off from its author; the words stay and stay counted.

    It is not found in "Ý kiến của tôi" any more, cannot be revised, and nobody can look at its
    name; the receipt still works. Cannot be undone.

    Raises:
        Refused: not the author's, or the key cannot be used.
    """
    lookup = _lookup(opinion.consultation, author)
    found = Identity.objects.filter(opinion=opinion, lookup=lookup)
    if not found.exists():
        raise Refused(_("Không tìm thấy ý kiến này trong “Ý kiến của tôi”."), code="not_own")
    found.delete()
    _write(Erasure.Kind.IDENTITY, str(opinion.pk), clock.today(now))


@transaction.atomic
def erase_identity_by_receipt(*, code, now=None):
    """The same for whoever holds the receipt, with or without an account.

    The answer is the same where there was nothing to erase. Raises Refused for an unknown receipt.
    """
    opinion = Opinion.objects.filter(receipt_hmac=keys.receipt_hmac(code)).only("pk").first()
    if opinion is None:
        raise Refused(_("Không có ý kiến nào mang mã này."), code="receipt")
    if Identity.objects.filter(pk=opinion.pk).delete()[0]:
        _write(Erasure.Kind.IDENTITY, str(opinion.pk), clock.today(now))


def withdraw_consent(*, author, consultation, take_back=False, now=None):
    """Withdraw the consent given in one consultation: everything that ties the person to it goes.

    The identities, drafts and the guest's address of the person's token are erased. The opinions
    stay counted, as words of nobody; with `take_back` they are withdrawn before, while the
    consultation is open. Anonymous opinions cannot be found and are not touched.

    What touches opinions and what touches the token are separate transactions on purpose: rows of
    one transaction carry the same number in PostgreSQL, and would stay tied by it. Interrupted
    between the two, doing it again finishes it.

    Raises:
        Refused: nothing of this person is here; `take_back` after closing; no key.
    """
    now = now or clock.now()
    lookup = _lookup(consultation, author)
    mine = Identity.objects.filter(lookup=lookup, opinion__consultation=consultation)
    drafts = OpinionDraft.objects.filter(consultation=consultation, lookup=lookup)
    if not mine.exists() and not drafts.exists():
        raise Refused(
            _("Không có dữ liệu nào của đồng chí trong đợt lấy ý kiến này."), code="nothing"
        )
    if take_back:
        if not rules.is_open(consultation, now):
            raise Refused(
                _(
                    "Đợt lấy ý kiến đã kết thúc nên không rút ý kiến được nữa. Vẫn xóa được danh "
                    "tính, ý kiến được tính không kèm danh tính."
                ),
                code="closed",
            )
        standing = Opinion.objects.filter(identity__lookup=lookup, consultation=consultation)
        for opinion in standing.filter(state=Opinion.State.RECEIVED).order_by("id"):
            withdraw_opinion(author=author, opinion=opinion, now=now)
    with transaction.atomic():
        erase_token(consultation=consultation, lookup=lookup, now=now)
        ConsentWithdrawal.objects.update_or_create(
            consultation=consultation,
            lookup=lookup,
            defaults={"withdrawn_on": clock.today(now), "opinions_withdrawn": take_back},
        )


@transaction.atomic
def erase_token(*, consultation, lookup, now=None):
    """Erase all that stands under a person's token in a consultation, and enter it in the ledger.

    For the person, for the link in a guest's mail, for an account that is erased. Returns the
    number of opinions that were cut off.
    """
    erased, _by_model = Identity.objects.filter(
        lookup=lookup, opinion__consultation=consultation
    ).delete()
    OpinionDraft.objects.filter(consultation=consultation, lookup=lookup).delete()
    GuestContact.objects.filter(consultation=consultation, lookup=lookup).delete()
    subject = token_subject(consultation.pk, lookup)
    # the same person may write, and erase, again: the latest day counts
    Erasure.objects.update_or_create(
        kind=Erasure.Kind.TOKEN, subject=subject, defaults={"on": clock.today(now)}
    )
    return erased


@transaction.atomic
def erase_person(*, user):
    """Cut an account off from all its opinions, in every consultation whose key is still there.

    The ledger knows the account alone (`accounts.actions.erase_account` is done again after a
    restore, and this with it), not the tokens beside it.
    """
    tokens = {}
    for consultation in Consultation.objects.exclude(key_id="").filter(key_destroyed_at=None):
        try:
            tokens[consultation.pk] = keys.ConsultationKey(consultation.key_id).lookup(user)
        except keys.KeyUnavailable:
            continue
    lookups = list(tokens.values())
    Identity.objects.filter(lookup__in=lookups).delete()
    OpinionDraft.objects.filter(lookup__in=lookups).delete()
    ConsentWithdrawal.objects.filter(lookup__in=lookups).delete()
    _write(Erasure.Kind.ACCOUNT, str(user.pk), clock.today())


@transaction.atomic
def destroy_key(*, consultation, now=None):
    """End the identities of a consultation for good; idempotent.

    With the key go what it alone opens: identities, drafts, addresses of guests, withdrawals of
    consent; and the files that came with opinions, in which a hand or a face may be known. Words,
    counts, answers and receipts stay.
    """
    now = now or clock.now()
    consultation = Consultation.objects.select_for_update().get(pk=consultation.pk)
    if not consultation.key_id:
        return  # never announced: there was no key
    _forget_all(consultation)
    _write(Erasure.Kind.KEY, consultation.key_id, clock.today(now))
    if consultation.key_destroyed_at is None:
        consultation.key_destroyed_at = now
        consultation.save(update_fields=["key_destroyed_at"])
    # the file goes when the ledger is safe: a ledger without the deed is done again, never the
    # other way round
    transaction.on_commit(lambda: keys.destroy(consultation.key_id))


def _forget_all(consultation):
    Identity.objects.filter(opinion__consultation=consultation).delete()
    for model in (OpinionDraft, GuestContact, ConsentWithdrawal):
        model.objects.filter(consultation=consultation).delete()
    attachments.forget_all(consultation)


def drop_old_looks(*, now=None):
    """Delete looks of consultations whose key was destroyed `LOOKS_KEPT` ago; returns how many."""
    over = Consultation.objects.filter(key_destroyed_at__lt=(now or clock.now()) - LOOKS_KEPT)
    return IdentityLook.objects.filter(opinion__consultation__in=over).delete()[0]


def token_subject(consultation_id, lookup):
    """How the ledger names a person's token."""
    return f"token:{consultation_id}:{bytes(lookup).hex()}"


def _write(kind, subject, on):
    Erasure.objects.get_or_create(kind=kind, subject=subject, defaults={"on": on})


def _lookup(consultation, author):
    try:
        return keys.ConsultationKey(consultation.key_id).lookup(author)
    except keys.KeyUnavailable:
        raise Refused(
            _("Khóa danh tính của đợt này đã được hủy: không còn gì gắn với đồng chí."), code="key"
        ) from None
