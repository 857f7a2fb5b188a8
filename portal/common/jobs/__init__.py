"""Long work in the background: exports, re-resolves. The row is the queue (ADR 0004, 0008).

An app names its kinds in `AppConfig.ready()` and starts a job from a view:

    jobs.kinds.register("campaigns.progress_xlsx", JobKind(run=write, queue="exports", may=may))

    job = jobs.start(kind="campaigns.progress_xlsx", actor=request.user, params={"plan": 7},
                     title=_("Tiến độ Kế hoạch 12-KH/TU"), back_url=request.path)
    return redirect(jobs.address(job))

`run(job, report)` does the work in a worker: it reads `job.params` and `job.actor`, says how far it
is by `report(done, total, step)`, and returns a `Result` or None. It may be run a second time after
a crash, so what it writes belongs in one transaction.
"""

from .actions import address, clean_up, retry, run, start, sweep
from .progress import Reporter
from .registry import JobKind, Result, kinds

__all__ = [
    "JobKind",
    "Reporter",
    "Result",
    "address",
    "clean_up",
    "kinds",
    "retry",
    "run",
    "start",
    "sweep",
]
