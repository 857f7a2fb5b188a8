"""The Celery application. Queues: `deadlines`, `mail`, `exports` (DESIGN: tasks are thin)."""

import ctypes
import os
import signal
import sys

from celery import Celery
from celery.signals import setup_logging, task_postrun, task_prerun, worker_process_init

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


@worker_process_init.connect
def end_with_the_worker(**kwargs):
    """A process of the pool whose worker was killed would wait for work for ever."""
    if sys.platform.startswith("linux"):
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL, 0, 0, 0)
