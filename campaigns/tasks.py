"""What beat starts for campaigns. All work is in actions."""

from celery import shared_task

from campaigns import actions


@shared_task(name="campaigns.commemorations", ignore_result=True)
def commemorations():
    """Make the events of recurring days that the coming two years lack."""
    actions.generate_occurrences(actor=None)
