"""What beat starts for news. All work is in actions."""

from celery import shared_task

from portal.news import actions


@shared_task(name="news.flush_visits", ignore_result=True)
def flush_visits():
    """Bring the counters of readers to PostgreSQL; idempotent."""
    actions.flush_visits()
