"""Kinds of jobs, filled by the apps in `AppConfig.ready()`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.common.registry import Registry

#: kind of job -> JobKind
kinds: Registry = Registry("job kind")


@dataclass(frozen=True)
class Result:
    """What a job leaves behind: a file to fetch, a sentence, or both.

    Args:
        path: a file on this machine's disk; it is moved into the storage and removed here.
        name: what the person's computer calls it ("Tien-do-12-KH-TU.xlsx").
        note: one sentence about the outcome ("1.234 lượt phân công.").
    """

    path: Any = None
    name: str = ""
    content_type: str = "application/octet-stream"
    note: str = ""


_ADVICE = _("Hãy thử lại; nếu vẫn không được, báo quản trị viên kèm mã việc ở dưới.")


def _anybody(user, params):
    return True


@dataclass(frozen=True)
class JobKind:
    """How one kind of job is done.

    Args:
        run: callable(job, report) -> Result or None; may raise `Refused` with a sentence.
        queue: "exports" for what a person waits for, "deadlines" for what others wait for.
        may: callable(user, params): whether that person may still have it; asked when the job
            starts, again when a worker takes it up, and at each download.
        advice: a sentence for the page of a failure: what the person can do.
        keep_days: how long the file is kept.
        retry: whether the page of a failure offers to do it again.
    """

    run: Callable
    queue: str = "exports"
    may: Callable = _anybody
    advice: Any = _ADVICE
    keep_days: int = 7
    retry: bool = True
