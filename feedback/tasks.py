from celery import shared_task

from feedback import actions


@shared_task(name="feedback.open_due")
def open_due():
    """Copy the ladders of consultations that opened; beat runs it each minute.

    A first opinion that comes earlier copies the ladder itself, so nobody waits for this.
    """
    actions.open_due()
