import datetime as dt

from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from celery import shared_task
from django.conf import settings
from django.core.management import call_command

from portal.common import clock


@shared_task(name="accounts.clean_up")
def clean_up():
    """Drop sessions that ended, counts of wrong passwords that no longer lock, old sign-in logs."""
    call_command("clearsessions")
    AccessAttempt.objects.filter(
        attempt_time__lt=clock.now() - settings.AXES_COOLOFF_TIME - dt.timedelta(days=1)
    ).delete()
    AxesProxyHandler.reset_logs(age_days=settings.SIGN_IN_LOG_DAYS)
