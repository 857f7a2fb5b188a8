import datetime as dt

from celery import shared_task

from portal.agencies import actions
from portal.agencies.actions.sheets import clean_up_sheets
from portal.common import clock


@shared_task(name="agencies.project_today")
def project_today():
    """Bring today's names and tree in line, pass on what agencies left that ended by today.

    Beat runs it at 00:01 and every half hour after: more often than daily, so that a beat that
    slept over midnight catches up by itself.
    """
    actions.project_today()
    actions.apply_successions()
    clean_up_sheets(before=clock.now() - dt.timedelta(days=2))
