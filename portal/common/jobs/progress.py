"""How far a job is, told outside its transaction: numbers in the cache, the truth in the row.

A job that writes works in one transaction, and nobody else sees that transaction before its end;
an UPDATE of the job's row inside it would be as invisible. So the numbers go through the cache,
which may lose them: the page then says that the work goes on, without a bar.
"""

import logging
import time

from django.core.cache import cache

logger = logging.getLogger(__name__)

#: At most so often are numbers handed on; a job may report each row.
EVERY_SECONDS = 0.4
_KEEP_SECONDS = 6 * 3600


def _key(public_id):
    return f"jobs:{public_id}"


class Reporter:
    """`report(done, total, step)`: every argument is optional and stays until told anew."""

    def __init__(self, public_id):
        self._key = _key(public_id)
        self._told = 0.0
        self.done, self.total, self.step = 0, None, ""

    def __call__(self, done=None, total=None, step=None):
        """Say how far the work is.

        Args:
            done: how many of `total` are done.
            total: how many there are; None while unknown.
            step: what is being done, in words ("Đang ghi bảng phân công").
        """
        urgent = step is not None and step != self.step
        if done is not None:
            self.done = done
        if total is not None:
            self.total = total
        if step is not None:
            self.step = str(step)
        if urgent or time.monotonic() - self._told >= EVERY_SECONDS:
            self._tell()

    def _tell(self):
        self._told = time.monotonic()
        told = {"done": self.done, "total": self.total, "step": self.step}
        try:
            cache.set(self._key, told, _KEEP_SECONDS)
        except Exception as error:  # the work matters, its numbers do not
            logger.warning("progress of a job could not be told: %s", error)


def read(public_id):
    """{"done", "total", "step"} as last told, or None."""
    try:
        return cache.get(_key(public_id))
    except Exception as error:
        logger.warning("progress of a job could not be read: %s", error)
        return None


def forget(public_id):
    try:
        cache.delete(_key(public_id))
    except Exception as error:
        logger.warning("progress of a job could not be dropped: %s", error)
