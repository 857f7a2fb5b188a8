"""Rows whose appointed minute has come, settled once each by whatever sweep is there first."""

import logging
from dataclasses import dataclass

from django.db import InterfaceError, OperationalError, transaction

logger = logging.getLogger(__name__)


@dataclass
class DueResult:
    """What a sweep did: rows published, turned back, and left because of an error."""

    published: int = 0
    turned_back: int = 0
    errors: int = 0


def settle_due(due, settle, *, dry_run=False, report=None):
    """Settle every row of `due`, however long ago its minute came.

    Each is claimed once (a locked row; what another sweep or a person holds is skipped) and in a
    transaction of its own: one that cannot be settled keeps no other back, and comes again with
    the next sweep.

    Args:
        due: an ordered queryset of the rows that are due.
        settle: called with a claimed row; gives (the row as it is now, whether it was published;
            False: turned back).
        dry_run: only `report` what is due, write nothing.
        report: called with (row, True published | False turned back | None error or dry run).
    """
    result, seen = DueResult(), []
    while True:
        try:
            row, published = _settle_next(due.exclude(pk__in=seen), settle, dry_run)
        except _Broken as broken:
            row, published = broken.row, None
            logger.exception("%s %s could not be published", row._meta.model_name, row.pk)
            result.errors += 1
        if row is None:
            return result
        seen.append(row.pk)
        result.published += published is True
        result.turned_back += published is False
        if report is not None:
            report(row, published)


class _Broken(Exception):
    def __init__(self, row):
        super().__init__(f"{row._meta.model_name} {row.pk}")
        self.row = row


def _settle_next(due, settle, dry_run):
    with transaction.atomic():
        if dry_run:
            return due.first(), None
        claimed = due.select_for_update(skip_locked=True).first()
        if claimed is None:
            return None, None
        try:
            with transaction.atomic():
                return settle(claimed)
        except (OperationalError, InterfaceError):  # a lost connection is no fault of the row
            raise
        except Exception as error:
            raise _Broken(claimed) from error
