"""What beat starts for news. All work is in actions."""

from celery import shared_task

from portal.news import actions
from portal.news.queries import sites


@shared_task(name="news.flush_visits", ignore_result=True)
def flush_visits():
    """Bring the counters of readers to PostgreSQL, feet of pages to Redis; idempotent."""
    sites.keep_portal_foot()
    actions.flush_visits()


@shared_task(name="news.publish_due", ignore_result=True)
def publish_due():
    """Settle the scheduled articles whose minute has come."""
    actions.publish_due()


@shared_task(name="news.erase_contacts", ignore_result=True)
def erase_contacts():
    """Erase the addresses of readers who sent a response, when their time is over."""
    actions.erase_contacts()


@shared_task(name="news.clean_up_drafts", ignore_result=True)
def clean_up_drafts():
    """Forget autosaved pages nobody came back to; idempotent."""
    actions.clean_up_drafts()
