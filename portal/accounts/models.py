import uuid

from django.conf import settings
from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from portal.common.sqltext import SortKeyField


class User(AbstractUser):
    """A person with an account. Mail is optional: many members have none.

    Membership of the Party is never stored here; it shows only as a `Membership` of a cell, which
    only the unit's administrator may list. `public_id` is what other keys are derived from, never
    the row number; it changes when somebody else opened a way into the account.
    """

    first_name = None
    last_name = None
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    full_name = models.CharField(_("Họ và tên"), max_length=120)
    sort_key = SortKeyField(max_length=300)
    phone = models.CharField(_("Số điện thoại"), max_length=15, unique=True, null=True, blank=True)
    must_change_password = models.BooleanField(default=False)

    REQUIRED_FIELDS = ["full_name"]
    objects = UserManager()

    class Meta:
        verbose_name = _("Người dùng")
        verbose_name_plural = _("Người dùng")
        ordering = ["sort_key", "id"]
        constraints = [
            models.UniqueConstraint(Lower("username"), name="accounts_username_ci"),
        ]

    def __str__(self):
        return self.full_name or self.username

    def get_full_name(self):
        return self.full_name

    def get_short_name(self):
        return self.full_name.split()[-1] if self.full_name else self.username


# `username__lower`: the unique index on LOWER(username) answers, iexact would read the table.
User._meta.get_field("username").register_lookup(Lower)


class SignInSlip(models.Model):
    """A printed slip with a one-time sign-in link, for people without mail.

    Only the hash of its secret is stored. Good for seven days and one use; a new slip for the same
    person ends the old ones.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="slips")
    token_hash = models.CharField(max_length=64, unique=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    issued_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("Phiếu đăng nhập")
        verbose_name_plural = _("Phiếu đăng nhập")
        indexes = [models.Index(fields=["user", "-issued_at"], name="accounts_slip_user")]

    def __str__(self):
        return f"slip {self.pk}"
