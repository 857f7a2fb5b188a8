"""Scheduled notices and their deliveries. The row is the queue.

A `ScheduledNotice` says that something about a subject is due at an instant; who gets it is
resolved when it is claimed. A `Delivery` is one notice to one person on one channel and has its own
state. Mails group deliveries of one person (a digest) and carry one Message-ID for ever, so that a
second sending after an uncertain first is recognised as the same mail.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.agencies.models import Agency


class ScheduledNotice(models.Model):
    """One thing to tell, once.

    `subject_kind` names an entry of the registry `notices.kinds` filled by upper apps
    ("campaigns.phase"); `boundary_id` is the boundary it hangs on (a plain number: this app does
    not know boundaries). `offset_days` is negative before the boundary. `revision` is the
    revision of the boundary it was made for. A moved date supersedes pending rows and makes new
    ones; what is expanded is never touched again. `agency` is the one in whose affairs it is: its
    staff see the row in the list of notices; who is told is the handler's audience. `error` tells
    why the last sweep could not handle a row that is still pending.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("Chờ gửi")
        EXPANDED = "expanded", _("Đã gửi đi")
        SUPERSEDED = "superseded", _("Đã thay bằng ngày mới")
        CANCELLED = "cancelled", _("Không còn đúng")
        MISSED = "missed", _("Bỏ lỡ, đã quá muộn")

    kind = models.CharField(_("Loại nhắc"), max_length=40)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    boundary_id = models.BigIntegerField(null=True)
    offset_days = models.SmallIntegerField(default=0)
    revision = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField(_("Đến hạn gửi"))
    useful_until = models.DateTimeField(_("Còn ích đến"), null=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.PENDING)
    agency = models.ForeignKey(
        Agency,
        verbose_name=_("Cơ quan"),
        on_delete=models.PROTECT,
        null=True,
        related_name="scheduled_notices",
    )
    payload = models.JSONField(default=dict)
    error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("Nhắc việc theo lịch")
        verbose_name_plural = _("Nhắc việc theo lịch")
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "kind",
                    "subject_kind",
                    "subject_id",
                    "boundary_id",
                    "offset_days",
                    "revision",
                ],
                name="notices_scheduled_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(state="pending", settled_at=None)
                | (~Q(state="pending") & Q(settled_at__isnull=False)),
                name="notices_scheduled_settled",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"], condition=Q(state="pending"), name="notices_scheduled_due"
            ),
            models.Index(
                fields=["boundary_id"],
                condition=Q(state="pending"),
                name="notices_scheduled_boundary",
            ),
            models.Index(fields=["subject_kind", "subject_id"], name="notices_scheduled_subject"),
            models.Index(fields=["agency", "-due_at"], name="notices_scheduled_agency"),
        ]

    def __str__(self):
        return f"{self.kind} {self.subject_kind} {self.subject_id} @ {self.due_at:%Y-%m-%d %H:%M}"


class Outgoing(models.Model):
    """What goes out once, as far as that can be known.

    A claim is the change from pending to sending with `claimed_at`. `uncertain` counts the times
    when nobody can tell whether it went out (the sender died, the line broke after the text): then
    it goes once more with the same Message-ID, then it has failed. A refusal of the mail server is
    certain: it waits until `retry_at`, each time longer.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("Chờ gửi")
        SENDING = "sending", _("Đang gửi")
        SENT = "sent", _("Đã gửi")
        FAILED = "failed", _("Không gửi được")

    message_id = models.CharField(max_length=200, unique=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    uncertain = models.PositiveSmallIntegerField(default=0)
    retry_at = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True

    def __str__(self):
        return self.message_id


class Mail(Outgoing):
    """One mail to one person, holding one delivery or a digest of several."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notice_mails"
    )

    class Meta:
        verbose_name = _("Thư nhắc việc")
        verbose_name_plural = _("Thư nhắc việc")
        indexes = [
            models.Index(
                fields=["id"],
                condition=Q(state__in=["pending", "sending"]),
                name="notices_mail_open",
            ),
        ]


class Letter(Outgoing):
    """One mail to somebody without an account, about a row of an upper app.

    Neither the address nor the words stand here: the writer registered for `subject_kind`
    (`registry.writers`) gives both when the letter goes, so that what was erased meanwhile is
    not sent and nothing personal is kept twice.
    """

    kind = models.CharField(max_length=20)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    revision = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("Thư cho người không có tài khoản")
        verbose_name_plural = _("Thư cho người không có tài khoản")
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id", "kind", "revision"],
                name="notices_letter_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"],
                condition=Q(state__in=["pending", "sending"]),
                name="notices_letter_open",
            ),
        ]


class Delivery(models.Model):
    """One notice to one person on one channel.

    The inbox delivery is done when it is made; the mail delivery waits for `send_after` (the next
    digest, or at once) and goes with a `Mail`. Title, text, link and `why` (the role or the
    delegation it came through) are written when expanded, so that the inbox tells what was true
    then.
    """

    class Channel(models.TextChoices):
        INBOX = "inbox", _("Hộp thông báo")
        MAIL = "mail", _("Thư điện tử")

    class State(models.TextChoices):
        PENDING = "pending", _("Chờ gửi")
        SENT = "sent", _("Đã gửi")
        SKIPPED = "skipped", _("Không gửi")
        FAILED = "failed", _("Không gửi được")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    notice = models.ForeignKey(ScheduledNotice, on_delete=models.PROTECT, related_name="deliveries")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="deliveries"
    )
    channel = models.CharField(max_length=8, choices=Channel.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.PENDING)
    title = models.CharField(max_length=300)
    text = models.TextField(blank=True)
    url = models.CharField(max_length=300, blank=True)
    why = models.CharField(max_length=400, blank=True)
    send_after = models.DateTimeField(null=True)
    mail = models.ForeignKey(Mail, on_delete=models.PROTECT, null=True, related_name="deliveries")
    read_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("Thông báo")
        verbose_name_plural = _("Thông báo")
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "person", "channel"], name="notices_delivery_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["person", "-id"],
                condition=Q(channel="inbox"),
                name="notices_delivery_inbox",
            ),
            models.Index(
                fields=["person"],
                condition=Q(channel="inbox", read_at=None),
                name="notices_delivery_unread",
            ),
            models.Index(
                fields=["send_after", "person"],
                condition=Q(channel="mail", state="pending", mail=None),
                name="notices_delivery_to_mail",
            ),
            models.Index(
                fields=["notice"],
                condition=Q(channel="mail", state="failed"),
                name="notices_delivery_failed",
            ),
        ]

    def __str__(self):
        return self.title


class Preference(models.Model):
    """How one person wants to be told of one kind of notice, where it is not the kind's own way.

    The inbox always has everything; this is about mail. Kinds that are mandatory are never
    silenced: for them `INBOX` is not offered and would not be followed.
    """

    class Mode(models.TextChoices):
        INBOX = "inbox", _("Chỉ trong hộp thông báo")
        DIGEST = "digest", _("Trong thư gộp 7 giờ 30")
        AT_ONCE = "at_once", _("Thư riêng, gửi ngay")

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notice_preferences"
    )
    kind = models.CharField(max_length=40)
    mode = models.CharField(max_length=8, choices=Mode.choices)

    class Meta:
        verbose_name = _("Cách nhận thông báo")
        verbose_name_plural = _("Cách nhận thông báo")
        constraints = [
            models.UniqueConstraint(fields=["person", "kind"], name="notices_preference_once"),
        ]

    def __str__(self):
        return f"{self.person_id} {self.kind} {self.mode}"
