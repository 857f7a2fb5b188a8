"""Reading jobs: mine, and how far one is."""

import datetime as dt
from dataclasses import dataclass

from portal.common import clock, display
from portal.common.models import Job

from . import progress
from .registry import kinds

#: The list shows so many days.
SHOWN_DAYS = 14


@dataclass(frozen=True)
class JobView:
    """A job as its page shows it. `pct` is None while nobody can tell how much there is."""

    job: Job
    done: int
    total: int | None
    step: str
    advice: str
    may_retry: bool

    @property
    def pct(self):
        if self.total is None:
            return None
        return min(100, display.share(self.done, self.total)) if self.total else 100

    @property
    def downloadable(self):
        return bool(self.job.file) and (
            self.job.expires_at is None or self.job.expires_at > clock.now()
        )

    @property
    def expired(self):
        return bool(self.job.file_name) and not self.downloadable


def mine(user, *, now=None):
    """Jobs `user` asked for in the last days, newest first."""
    since = (now or clock.now()) - dt.timedelta(days=SHOWN_DAYS)
    return Job.objects.filter(actor=user, created_at__gte=since)


def view_of(job):
    """The JobView of a row; asks the cache only while the job is open."""
    told = (progress.read(job.public_id) if job.is_open else None) or {}
    entry = kinds.get(job.kind)
    return JobView(
        job=job,
        done=told.get("done", job.done),
        total=told.get("total", job.total),
        step=told.get("step", ""),
        advice=str(entry.advice) if entry else "",
        may_retry=entry is not None and entry.retry,
    )
