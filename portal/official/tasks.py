"""What beat starts for the register. All work is in actions."""

from celery import shared_task

from . import actions


@shared_task(name="official.purge_removed", ignore_result=True)
def purge_removed():
    """Forget what has been in "Đã xóa" for 30 days; idempotent."""
    actions.purge_removed()
