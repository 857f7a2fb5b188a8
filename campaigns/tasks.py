"""What beat starts for campaigns. All work is in actions and notify."""

from celery import shared_task

from campaigns import actions, notify


@shared_task(name="campaigns.commemorations", ignore_result=True)
def commemorations():
    """Make the events of recurring days that the coming two years lack."""
    actions.generate_occurrences(actor=None)


@shared_task(name="campaigns.top_up_notices", ignore_result=True)
def top_up_notices():
    """Make the reminders of what has come nearer than the horizon; idempotent."""
    notify.top_up()


@shared_task(name="campaigns.periods", ignore_result=True)
def periods():
    """Plan reporting periods ahead, follow the calendar, open the reports of what has begun."""
    actions.keep_periods()
