"""Numbers that units and other systems declare; they stand beside the counted ones."""

from django.db import transaction
from django.utils.translation import gettext as _

from feedback import rules
from feedback.models import DeclaredNumber
from portal.agencies.rules import require
from portal.common import audit, clock
from portal.common.errors import Refused
from portal.common.text import clean

_FIELDS = ("source", "channel", "measure", "edition", "n", "as_of", "note", "node")


@transaction.atomic
def declare_number(
    *, actor, consultation, source, channel, measure, n, as_of, edition=None, node=None, note="",
    now=None,
):  # fmt: skip
    """Record a number that somebody else reports, under its source and day.

    Args:
        source: who declares it, as printed. n: a count, not added to anything.
        as_of: the day until which it was counted, not after today.
        edition: of the consultation, or None for all. node: the LadderNode that reports, or None.

    Raises:
        Refused: no right, a day to come, an edition of another consultation, the same source,
            channel, measure and day twice.
    """
    acting = require(actor, rules.MANAGING_ROLES, consultation.agency)
    _check(consultation, edition, node, as_of, clock.today(now))
    values = {
        "source": clean(source), "channel": channel, "measure": measure, "n": n, "as_of": as_of,
        "edition": edition, "node": node, "note": clean(note),
    }  # fmt: skip
    _check_twice(consultation, values)
    row = DeclaredNumber.objects.create(consultation=consultation, entered_by=actor, **values)
    _audit(acting, "declare_number", row, audit.diff({}, audit.snapshot(row, _FIELDS)))
    return row


@transaction.atomic
def remove_declared(*, actor, row):
    """Take back a number that was entered by mistake; the audit log keeps what it said."""
    row = DeclaredNumber.objects.select_for_update().get(pk=row.pk)
    acting = require(actor, rules.MANAGING_ROLES, row.consultation.agency)
    before = audit.snapshot(row, _FIELDS)
    _audit(acting, "remove_declared", row, {name: [old, None] for name, old in before.items()})
    row.delete()


def _check(consultation, edition, node, as_of, today):
    if as_of > today:
        raise Refused(_("Ngày chốt số không thể sau hôm nay."), code="future")
    if edition is not None:
        rows = consultation.consultation_editions.filter(edition=edition)
        if not rows.exists():
            raise Refused(_("Văn kiện này không thuộc đợt lấy ý kiến."), code="edition")
    if node is not None and node.consultation_id != consultation.pk:
        raise Refused(_("Đơn vị này không thuộc đợt lấy ý kiến."), code="node")


def _check_twice(consultation, values):
    same = {k: values[k] for k in ("source", "channel", "measure", "edition", "as_of")}
    if DeclaredNumber.objects.filter(consultation=consultation, **same).exists():
        raise Refused(
            _("Nguồn này đã có số cùng loại đến ngày đó. Hãy xóa số cũ trước khi ghi số mới."),
            code="twice",
        )


def _audit(acting, verb, row, changes):
    audit.record(
        actor=acting.actor,
        verb=verb,
        obj=row.consultation,
        agency=row.consultation.agency_id,
        changes=changes,
        on_behalf_of=acting.on_behalf_of,
    )
