"""The guarded place that knows a person, and what belongs to the keyed token of one.

A keyed token (`lookup`) is an HMAC of a person under the key of one consultation.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from feedback.models.consultations import Consultation
from feedback.models.opinions import Opinion, random_id


class Identity(models.Model):
    """The one guarded place. `lookup` is HMAC(key of the consultation, person); `ciphertext` holds
    the name only where the author chose to be named, else it is empty. `once` is a keyed digest of
    person, place and words, so that the same words of one person stand once; null for guests, whose
    address is only typed, and where the opinion no longer stands. Anonymous opinions have no row
    here at all.
    """

    opinion = models.OneToOneField(
        Opinion, on_delete=models.PROTECT, primary_key=True, related_name="identity"
    )
    key_id = models.CharField(max_length=40)
    lookup = models.BinaryField(max_length=32)
    ciphertext = models.BinaryField(blank=True, default=b"")
    once = models.BinaryField(max_length=32, null=True, unique=True)

    class Meta:
        verbose_name = _("Danh tính")
        verbose_name_plural = _("Danh tính")
        indexes = [models.Index(fields=["lookup"], name="feedback_identity_lookup")]

    def __str__(self):
        return str(self.opinion_id)


class IdentityLook(models.Model):
    """Each look at a name: which reader, why, when. Shown to the author.

    Rows are only added (by a trigger); they may go once the key of the consultation is destroyed.
    """

    opinion = models.ForeignKey(Opinion, on_delete=models.PROTECT, related_name="looks")
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("Lý do"), max_length=300)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("Lượt xem danh tính")
        verbose_name_plural = _("Lượt xem danh tính")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="feedback_look_has_reason"),
        ]

    def __str__(self):
        return f"{self.opinion_id} {self.at:%Y-%m-%d}"


class ConsentWithdrawal(models.Model):
    """Somebody withdrew the consent given in one consultation, by their keyed token.

    `opinions_withdrawn`: their choice was to take the opinions back, not only the identity.
    """

    id = models.BigIntegerField(primary_key=True, default=random_id, editable=False)
    consultation = models.ForeignKey(
        Consultation, on_delete=models.PROTECT, related_name="consent_withdrawals"
    )
    lookup = models.BinaryField(max_length=32)
    opinions_withdrawn = models.BooleanField(default=False)
    withdrawn_on = models.DateField()

    class Meta:
        verbose_name = _("Rút đồng ý xử lý dữ liệu cá nhân")
        verbose_name_plural = _("Rút đồng ý xử lý dữ liệu cá nhân")
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "lookup"], name="feedback_consentwithdrawal_once"
            ),
        ]

    def __str__(self):
        return str(self.pk)


class GuestContact(models.Model):
    """Where a guest wants to be told of answers: sealed, of a keyed token, never of an opinion.

    The token of a guest is the HMAC of the e-mail address; nothing is sent to it, but the link
    that confirms it, before `confirmed_on`.
    """

    id = models.BigIntegerField(primary_key=True, default=random_id, editable=False)
    consultation = models.ForeignKey(
        Consultation, on_delete=models.PROTECT, related_name="guest_contacts"
    )
    lookup = models.BinaryField(max_length=32)
    ciphertext = models.BinaryField()
    asked_on = models.DateField()
    confirmed_on = models.DateField(null=True)

    class Meta:
        verbose_name = _("Nơi nhận tin của khách")
        verbose_name_plural = _("Nơi nhận tin của khách")
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "lookup"], name="feedback_guestcontact_once"
            ),
        ]

    def __str__(self):
        return str(self.pk)


class Erasure(models.Model):
    """The ledger of what was erased, replayed after a restore from an older backup.

    It is copied out to a file that outlives the backups, so a line may not bring together what the
    erasure parted: `subject` is the id of an opinion, **or** the token of a person in a
    consultation ("token:<consultation>:<hex>"), **or** the id of a key, **or** the number of an
    account, **or** the random id of a file; whatever is erased together is written under one of
    them only. Ids are random and only the day is kept, for the same reason.
    """

    class Kind(models.TextChoices):
        IDENTITY = "identity", _("Danh tính của một ý kiến")
        TOKEN = "token", _("Danh tính của một người trong một đợt")
        CONTACT = "contact", _("Nơi nhận tin của khách")
        KEY = "key", _("Khóa của một đợt lấy ý kiến")
        ACCOUNT = "account", _("Tài khoản")
        FILE = "file", _("Tệp kèm ý kiến đã rút")

    id = models.BigIntegerField(primary_key=True, default=random_id, editable=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    subject = models.CharField(max_length=100)
    on = models.DateField()

    class Meta:
        verbose_name = _("Sổ xóa dữ liệu")
        verbose_name_plural = _("Sổ xóa dữ liệu")
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject"], name="feedback_erasure_once"),
        ]

    def __str__(self):
        return f"{self.kind} {self.subject}"
