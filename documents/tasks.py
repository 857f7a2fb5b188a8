"""What beat starts for documents. All work is in actions."""

from celery import shared_task

from documents import actions


@shared_task(name="documents.publish_due", ignore_result=True)
def publish_due():
    """Publish the scheduled editions whose minute has come."""
    actions.publish_due()


@shared_task(name="documents.clean_up_imports", ignore_result=True)
def clean_up_imports():
    """Throw away staged texts nobody came back to; idempotent."""
    actions.clean_up_imports()


@shared_task(name="documents.clean_up_drafts", ignore_result=True)
def clean_up_drafts():
    """Forget autosaved pages nobody came back to; idempotent."""
    actions.clean_up_drafts()
