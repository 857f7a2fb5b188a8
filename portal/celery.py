"""The Celery application. Queues: `deadlines`, `mail`, `exports` (DESIGN: tasks are thin)."""

import os

from celery import Celery
from celery.signals import setup_logging, task_postrun, task_prerun

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def keep_our_logging(**kwargs):
    """A receiver of this signal keeps Celery from putting its own handlers in place of ours."""


@task_prerun.connect
def name_the_lines_of_a_task(task_id=None, **kwargs):
    from portal.common.logs import request_id

    request_id.set(task_id or "")


@task_postrun.connect
def end_the_lines_of_a_task(**kwargs):
    from portal.common.logs import request_id

    request_id.set("")
