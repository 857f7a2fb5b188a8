"""Verbs of jobs: start, run, do again, pick up what was left lying, throw away what is old."""

import datetime as dt
import hashlib
import json
import logging
import time
from pathlib import Path

from celery import current_app
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError as BrokerError

from portal.common import audit, clock
from portal.common.errors import Refused
from portal.common.models import Job
from portal.common.uploads.actions import clean_name

from . import progress
from .holding import held, held_ids
from .registry import Result, kinds

logger = logging.getLogger(__name__)

#: How often a job is begun when its worker dies; a third time would only kill a third worker.
MAX_ATTEMPTS = 2
#: So many jobs of one person may be open at a time.
MOST_OPEN = 10
#: Rows of jobs are kept so long after their end.
KEEP_ROWS = dt.timedelta(days=30)
#: Younger ones are on their way to a worker; the sweep leaves them alone.
PATIENCE = dt.timedelta(seconds=45)
_EXPIRES = 55  # seconds; the next sweep asks again
_BROKER_PAUSE = 30
_broker_down_until = 0.0

State = Job.State
OPEN = (State.QUEUED, State.RUNNING)


def address(job):
    """Where the person sees how far the job is."""
    return reverse("jobs:job", args=[job.public_id])


def start(*, kind, actor, title, params=None, back_url="", agency=None):
    """Put a job into the queue; a worker takes it up after the commit.

    Asked for the same thing (kind, actor, params) while the first is still open, the first is
    given back.

    Args:
        kind: a name registered in `kinds`.
        actor: the User who asks and alone may see and fetch it; None for the portal itself.
        title: what the person reads, a short line.
        params: plain JSON: ids and choices, never a name or the words of anybody.
        back_url: the page to return to, a local path.
        agency: the Agency (or its id) in whose affairs it happens, for the audit log.

    Raises:
        Refused: "no_right"; "many_jobs" when the person has too many open.
    """
    entry = kinds[kind]
    params = params or {}
    if not entry.may(actor, params):
        raise Refused(_("Đồng chí không có quyền làm việc này."), code="no_right")
    fingerprint = _fingerprint(kind, params)
    mine = Job.objects.filter(actor=actor, state__in=OPEN)
    if (same := mine.filter(fingerprint=fingerprint).first()) is not None:
        return same
    if actor is not None and mine.count() >= MOST_OPEN:
        raise Refused(
            _("Đồng chí đang có %d việc chưa xong. Hãy chờ một việc xong rồi yêu cầu tiếp.")
            % MOST_OPEN,
            code="many_jobs",
        )
    local = back_url.startswith("/") and not back_url.startswith(("//", "/\\"))
    try:
        with transaction.atomic():
            job = Job.objects.create(
                kind=kind,
                actor=actor,
                title=str(title)[:300],
                params=params,
                fingerprint=fingerprint,
                back_url=back_url if local and len(back_url) <= 500 else "",
                created_at=clock.now(),
            )
            audit.record(actor=actor, verb="start_job", obj=job, agency=agency)
            _hurry(job)
    except IntegrityError:  # asked twice at the same moment
        same = mine.filter(fingerprint=fingerprint).first()
        if same is None:
            raise
        return same
    return job


def retry(*, actor, job):
    """Start a job that failed anew, as a new one.

    Raises:
        Refused: "not_yours", "not_failed", "kind_gone", and those of `start`.
    """
    if job.actor_id is None or job.actor_id != actor.pk:
        raise Refused(_("Việc này không phải của đồng chí."), code="not_yours")
    if job.state != State.FAILED:
        raise Refused(_("Việc này không bị lỗi nên không cần làm lại."), code="not_failed")
    entry = kinds.get(job.kind)
    if entry is None or not entry.retry:
        raise Refused(_("Việc này không làm lại được từ đây."), code="kind_gone")
    return start(
        kind=job.kind, actor=actor, title=job.title, params=job.params, back_url=job.back_url
    )


def run(job_id):
    """Do the job, if it waits or if the worker that had it is gone. For tasks.

    Never run by two at a time; begun at most `MAX_ATTEMPTS` times.

    Returns the state of the row afterwards, None when somebody else has it or there is none.
    """
    with held(job_id) as mine:
        if not mine:
            return None
        job = Job.objects.filter(pk=job_id, state__in=OPEN).select_related("actor").first()
        if job is None:
            return None
        if job.attempts >= MAX_ATTEMPTS:
            return _fail(
                job,
                _("Việc này đã hai lần bị dừng giữa chừng, có thể vì máy chủ thiếu bộ nhớ."),
            )
        job.state, job.attempts, job.started_at = State.RUNNING, job.attempts + 1, clock.now()
        job.save(update_fields=["state", "attempts", "started_at"])
        return _work(job)


def _work(job):
    report = progress.Reporter(job.public_id)
    report(0)
    result = None
    try:
        entry = kinds.get(job.kind)
        if entry is None:
            raise Refused(_("Bản này của cổng không còn làm loại việc đó."), code="kind_gone")
        if job.actor is not None and not (job.actor.is_active and entry.may(job.actor, job.params)):
            raise Refused(_("Đồng chí không còn quyền làm việc này."), code="no_right")
        result = entry.run(job, report) or Result()
        return _finish(job, result, report, entry.keep_days)
    except Refused as refused:
        return _fail(job, refused.message, report)
    except (OperationalError, InterfaceError):
        # The database went away, or ended the work: the sweep begins it once more.
        logger.exception("job %s (%s) lost the database", job.pk, job.kind)
        raise
    except Exception:
        logger.exception("job %s (%s) failed", job.pk, job.kind)
        return _fail(job, _("Có lỗi trong lúc thực hiện. Không có gì bị thay đổi dở dang."), report)
    finally:
        if result is not None and result.path is not None:
            Path(result.path).unlink(missing_ok=True)


def _finish(job, result, report, keep_days):
    now = clock.now()
    changes = {
        "state": State.DONE,
        "finished_at": now,
        "note": str(result.note)[:500],
        "error": "",
        "done": report.total if report.total is not None else report.done,
        "total": report.total,
    }
    if result.path is not None:
        source = Path(result.path)
        name = clean_name((result.name or source.name).replace("/", "-"))
        with source.open("rb") as opened:
            job.file.save(name, File(opened), save=False)
        changes |= {
            "file": job.file.name,
            "file_name": name,
            "content_type": result.content_type,
            "size": source.stat().st_size,
            "expires_at": now + dt.timedelta(days=keep_days),
        }
    # `attempts` fences off a worker that was given up for dead and came back.
    mine = Job.objects.filter(pk=job.pk, state=State.RUNNING, attempts=job.attempts)
    if not mine.update(**changes):
        if job.file:
            default_storage.delete(job.file.name)
        return None
    progress.forget(job.public_id)
    return State.DONE


def _fail(job, sentence, report=None):
    changes = {"state": State.FAILED, "finished_at": clock.now(), "error": str(sentence)[:500]}
    if report is not None:
        changes |= {"done": report.done, "total": report.total}
    Job.objects.filter(pk=job.pk, state__in=OPEN, attempts=job.attempts).update(**changes)
    progress.forget(job.public_id)
    return State.FAILED


def sweep(*, now=None):
    """Ask again for every job that waits or whose worker is gone. For beat.

    Returns the ids asked for.
    """
    now = now or clock.now()
    rows = list(Job.objects.filter(state__in=OPEN, created_at__lt=now - PATIENCE).order_by("id"))
    if not rows:
        return []
    busy = held_ids([job.pk for job in rows])
    left = [job for job in rows if job.pk not in busy]
    for job in left:
        _hurry(job)
    return [job.pk for job in left]


def clean_up(*, now=None):
    """Throw away files whose time is over, and rows of jobs that ended long ago. For beat.

    Returns (files, rows) that went.
    """
    now = now or clock.now()
    files = 0
    for job in Job.objects.filter(expires_at__lte=now).exclude(file="").iterator():
        # The file first: a crash in between leaves a row that is found again, never a lost file.
        default_storage.delete(job.file.name)
        files += Job.objects.filter(pk=job.pk).update(file="")
    old = Job.objects.filter(finished_at__lt=now - KEEP_ROWS, file="")
    rows, _by_model = old.delete()
    return files, rows


def _fingerprint(kind, params):
    text = json.dumps([kind, params], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _hurry(job):
    """Hand the job to a worker after the commit; a lost request costs a minute."""
    entry = kinds.get(job.kind)
    queue = entry.queue if entry else "exports"

    def send():
        global _broker_down_until
        if time.monotonic() < _broker_down_until:
            return
        try:
            current_app.send_task(
                "jobs.run", args=[job.pk], queue=queue, expires=_EXPIRES, retry=False
            )
        except (BrokerError, OSError):
            _broker_down_until = time.monotonic() + _BROKER_PAUSE
            logger.warning("could not hurry job %s; the next minute will run it", job.pk)

    transaction.on_commit(send, robust=True)
