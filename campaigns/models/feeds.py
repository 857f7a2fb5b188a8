"""Calendars of people outside the portal."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class CalendarFeed(models.Model):
    """The secret address of one person's calendar; only its digest is kept.

    A new address ends the old one; taking it back deletes the row.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_feed"
    )
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    used_on = models.DateField(null=True)

    class Meta:
        verbose_name = _("Địa chỉ lịch cá nhân")
        verbose_name_plural = _("Địa chỉ lịch cá nhân")

    def __str__(self):
        return str(self.person_id)
