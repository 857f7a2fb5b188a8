"""Tasks of notices: beat calls them each minute, actions hurry them. All work is in actions."""

from celery import shared_task

from portal.notices import actions


@shared_task(name="notices.sweep", ignore_result=True)
def sweep():
    """Settle every notice that is due."""
    actions.sweep()


@shared_task(name="notices.mail", ignore_result=True)
def send_mails():
    """Form and send the mails whose time has come."""
    actions.send_mails()
