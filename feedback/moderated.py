"""Moderation of a consultation in numbers for everybody: taken once a day, small ones hidden.

Each opinion that was decided on counts once: under "shown", or under the first of its reasons.
Guests stand in a column of their own. No number is about what somebody thinks.
"""

from dataclasses import dataclass

from django.db import connection, transaction
from django.utils.translation import gettext as _

from feedback.models import Consultation, PublishedNumbers
from feedback.moderation import KIND
from feedback.suppression import MINIMUM, suppress
from portal.common import clock
from portal.common.locks import advisory_lock
from portal.moderation import rules
from portal.moderation.models import ReasonCode
from portal.moderation.queries import published_rules

#: Columns of the tables.
OTHERS, GUESTS = "others", "guests"
COLUMNS = (OTHERS, GUESTS)
#: Rows of the table of second looks.
CHANGED, KEPT, WAITING = "changed", "kept", "waiting"
#: A subject of PublishedNumbers.
_SUBJECT = "moderation"


@dataclass(frozen=True)
class Row:
    """A row of a table: its name and the numbers of `COLUMNS` as they may be shown."""

    label: str
    numbers: tuple


@dataclass(frozen=True)
class InNumbers:
    """What is published of the moderation of one consultation.

    decided: [Row] of outcomes and reasons. appeals: [Row] of second looks. median and ninth: days
    within which a half and nine tenths were decided, None where fewer than five were.
    """

    decided: list
    appeals: list
    median: int | None
    ninth: int | None


def of_consultation(consultation, *, day):
    """InNumbers of what was decided until the end of the day before `day`. 4 queries at most."""
    numbers = _kept(consultation, day)
    if numbers is None:
        numbers = _take(consultation, day)
    reasons = published_rules(KIND)
    return InNumbers(
        decided=_decided(numbers["decided"], reasons),
        appeals=_appeals(numbers["appeals"]),
        median=numbers["days"][0],
        ninth=numbers["days"][1],
    )


def take(*, day):
    """Take the numbers of all consultations that were looked at before; for the nightly job."""
    subjects = PublishedNumbers.objects.filter(subject__startswith=f"{_SUBJECT}:").exclude(day=day)
    ids = [subject.partition(":")[2] for subject in subjects.values_list("subject", flat=True)]
    for consultation in Consultation.objects.filter(pk__in=ids):
        _take(consultation, day)
    return len(ids)


def _kept(consultation, day):
    rows = PublishedNumbers.objects.filter(subject=f"{_SUBJECT}:{consultation.pk}", day=day)
    return rows.values_list("numbers", flat=True).first()


@transaction.atomic
def _take(consultation, day):
    advisory_lock(f"feedback.moderated.{consultation.pk}")
    found = _kept(consultation, day)
    if found is not None:
        return found
    numbers = _count(consultation, day)
    PublishedNumbers.objects.update_or_create(
        subject=f"{_SUBJECT}:{consultation.pk}", defaults={"day": day, "numbers": numbers}
    )
    return numbers


_SQL = """
WITH mine AS (
  SELECT c.id, o.origin = 'guest' AS guest, o.received_on
  FROM feedback_opinion o JOIN moderation_case c ON c.kind = %(kind)s AND c.subject_id = o.id::text
  WHERE o.consultation_id = %(consultation)s),
ds AS (
  SELECT m.guest, m.received_on, d.case_id, d.id, d.outcome, d.reasons, d.at, d.looks_at_id,
    row_number() OVER (PARTITION BY d.case_id ORDER BY d.n) AS forth,
    row_number() OVER (PARTITION BY d.case_id ORDER BY d.n DESC) AS back
  FROM mine m JOIN moderation_decision d ON d.case_id = m.id WHERE d.at < %(until)s)
SELECT 'decided', guest,
  CASE WHEN outcome = 'approved' THEN 'approved' ELSE reasons[1] END AS what, count(*)::float
  FROM ds WHERE back = 1 GROUP BY guest, what
UNION ALL
SELECT 'appeals', m.guest,
  CASE WHEN l.id IS NULL THEN 'waiting' WHEN l.outcome = g.outcome THEN 'kept' ELSE 'changed' END
    AS what, count(*)
  FROM mine m JOIN moderation_appeal a ON a.case_id = m.id AND a.at < %(until)s
  JOIN moderation_decision g ON g.id = a.against_id LEFT JOIN ds l ON l.looks_at_id = g.id
  GROUP BY m.guest, what
UNION ALL
SELECT 'days', NULL, share::text, percentile_disc(share) WITHIN GROUP (
    ORDER BY (at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date - received_on)
  FROM ds, unnest(ARRAY[0.5, 0.9]) share WHERE forth = 1
  GROUP BY share HAVING count(*) >= %(least)s
"""


def _count(consultation, day):
    found = {"decided": {}, "appeals": {}, "days": [None, None]}
    with connection.cursor() as cursor:
        cursor.execute(
            _SQL,
            {
                "kind": KIND,
                "consultation": consultation.pk,
                "until": clock.start_of_day(day),
                "least": MINIMUM,
            },
        )
        for what, guest, key, number in cursor.fetchall():
            if what == "days":
                found["days"][key != "0.5"] = int(number)
            else:
                found[what].setdefault(key, {})[GUESTS if guest else OTHERS] = int(number)
    return found


def _decided(numbers, reasons):
    labels = {rules.APPROVED: _("Hiển thị công khai"), **{r.code: r.label for r in reasons}}
    old = [code for code in numbers if code not in labels]
    if old:  # reasons that are out of use now
        named = ReasonCode.objects.filter(code__in=old)
        labels |= dict(named.values_list("code", "label"))
    return _rows(numbers, labels)


def _appeals(numbers):
    labels = {
        CHANGED: _("Quyết định trước được đổi"),
        KEPT: _("Quyết định trước được giữ"),
        WAITING: _("Đang chờ người khác xem lại"),
    }
    return _rows(numbers, labels)


def _rows(numbers, labels):
    """[Row], small numbers hidden, every row there whether it has a number or not."""
    cells = {
        (row, column): numbers.get(row, {}).get(column, 0) for row in labels for column in COLUMNS
    }
    # no sums: beside numbers as small as these they would hide nearly every row
    shown = suppress(cells, total=None)
    return [
        Row(label, tuple(shown[row, column] for column in COLUMNS)) for row, label in labels.items()
    ]
