"""Batches and units as clerks see them: what lies at their own unit and below it."""

from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils.translation import gettext as _

from feedback.models import (
    Consultation,
    EntryBatch,
    EntryRow,
    LadderNode,
    Opinion,
    RespondentGroup,
)
from feedback.rules.entering import CLERK_ROLES
from portal.agencies.models import Membership, Role
from portal.agencies.rules import grants_of
from portal.common.text import fold

S = EntryBatch.State


@dataclass(frozen=True)
class Reach:
    """A unit of a ladder where somebody works, with the positions from it to the last one below.

    A secretary reaches the own cell alone (`clerk` False).
    """

    consultation_id: int
    node_id: int
    first: int
    last: int
    clerk: bool

    def over(self, prefix=""):
        """Q: a ladder node (at `prefix`, like "desk__") within this reach."""
        return Q(
            **{
                f"{prefix}consultation_id": self.consultation_id,
                f"{prefix}position__gte": self.first,
                f"{prefix}position__lte": self.last,
            }
        )


def reach_of(user):
    """[Reach] of the units where `user` enters, over all consultations. 1 query."""
    grants = grants_of(user)
    clerk = grants.agency_ids(CLERK_ROLES)
    secretary = grants.agency_ids(Role.SECRETARY) - clerk
    if not clerk and not secretary:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT n.consultation_id, n.id, n.position,
              CASE WHEN n.handled_by_id = ANY(%s) THEN coalesce(
                (SELECT min(m.position) - 1 FROM feedback_laddernode m
                 WHERE m.consultation_id = n.consultation_id AND m.position > n.position
                   AND m.depth <= n.depth), 2147483647)
              ELSE n.position END,
              n.handled_by_id = ANY(%s)
            FROM feedback_laddernode n WHERE n.handled_by_id = ANY(%s)
            ORDER BY n.consultation_id, n.position
            """,
            [list(clerk), list(clerk), list(clerk | secretary)],
        )
        return [Reach(*row) for row in cursor.fetchall()]


def batches_seen(reach):
    """Batches that somebody with this `reach` sees (`rules.entering.place_at`), newest first."""
    seen = Q(pk=None)
    for one in reach:
        seen |= one.over("desk__") | (Q(kind=EntryBatch.Kind.MEETING) & one.over("node__"))
    return (
        EntryBatch.objects.filter(seen)
        .exclude(kind=EntryBatch.Kind.MEETING)
        .select_related("consultation", "node", "entered_by", "checked_by")
        .annotate(rows_now=Count("rows", filter=Q(rows__dropped=False)))
        .order_by("-id")
    )


def counts_by_state(batches):
    """{state: number} of a queryset of batches. 1 query."""
    plain = EntryBatch.objects.filter(pk__in=batches.order_by().values("pk"))
    return dict(plain.values_list("state").annotate(n=Count("id")))


def entering_consultations(reach):
    """Announced consultations where somebody with this `reach` enters, newest first."""
    return (
        Consultation.objects.filter(
            pk__in={one.consultation_id for one in reach}, state=Consultation.State.ANNOUNCED
        )
        .select_related("agency", "opens", "closes")
        .order_by("-id")
    )


def units(reach, consultation, words=""):
    """Ladder nodes of a consultation within `reach`, in order; `words` are found in the names."""
    within = Q(pk=None)
    for one in reach:
        if one.consultation_id == consultation.pk:
            within |= one.over()
    nodes = LadderNode.objects.filter(within).order_by("position")
    wanted = fold(words).split()[:8]
    if not wanted:
        return nodes
    names = nodes.values_list("pk", "name")
    keys = [pk for pk, name in names if all(word in fold(name) for word in wanted)]
    return nodes.filter(pk__in=keys)


def rows_of(batch, which=""):
    """Rows of a batch in order: all, "loi" with problems, "xem" to look at, "sua", "bo"."""
    rows = batch.rows.select_related("edition__document", "block", "question", "group")
    rows = rows.defer("block__html", "edition__source").order_by("n")
    if which == "loi":
        return rows.exclude(problems=[]).filter(dropped=False)
    if which == "xem":
        return rows.exclude(warnings=[]).filter(dropped=False)
    if which == "sua":
        return rows.filter(was__isnull=False)
    if which == "bo":
        return rows.filter(dropped=True)
    return rows


def row_counts(batch):
    """Numbers of rows: {"all", "loi", "xem", "sua", "bo", "good"}. 1 query."""
    stays = Q(dropped=False)
    return EntryRow.objects.filter(batch=batch).aggregate(
        all=Count("id"),
        loi=Count("id", filter=stays & ~Q(problems=[])),
        xem=Count("id", filter=stays & ~Q(warnings=[])),
        sua=Count("id", filter=Q(was__isnull=False)),
        bo=Count("id", filter=Q(dropped=True)),
        stays=Count("id", filter=stays),
    )


def waiting_for_check(user, reach, today):
    """Batches that wait for `user`: of the own unit, and of units below that have no second person.

    Args:
        today: the day on which the others must hold their role.
    """
    return (
        _waiting_for(user, reach, today, "entered_by")
        .filter(state=S.CHECKING)
        .order_by(F("submitted_at").asc(nulls_last=True), "id")
    )


def waiting_for_undo(user, reach, today):
    """Accepted batches that somebody else asked to undo; which of them wait for `user` as for
    `waiting_for_check`."""
    return (
        _waiting_for(user, reach, today, "undo_asked_by")
        .filter(state=S.ACCEPTED, undo_asked_by__isnull=False)
        .select_related("undo_asked_by")
        .order_by("undo_asked_at", "id")
    )


def _waiting_for(user, reach, today, first):
    """Batches of paper and files, for the second person beside who `first` names."""
    nodes = [one.node_id for one in reach if one.clerk]
    others = Membership.objects.filter(
        agency_id=OuterRef("desk__handled_by_id"),
        role__in=CLERK_ROLES,
        valid__contains=today,
        user__is_active=True,
    ).exclude(user_id=OuterRef(f"{first}_id"))
    return (
        EntryBatch.objects.exclude(kind=EntryBatch.Kind.MEETING)
        .exclude(**{first: user})
        .filter(Q(desk__in=nodes) | (Q(desk__parent__in=nodes) & ~Exists(others)))
        .select_related("consultation", "node", "entered_by")
        .annotate(rows_now=Count("rows", filter=Q(rows__dropped=False)))
    )


def unfinished(user):
    """Batches that `user` is entering, those that came back first."""
    return (
        EntryBatch.objects.filter(state=S.ENTERING, entered_by=user)
        .exclude(kind=EntryBatch.Kind.MEETING)
        .select_related("consultation__closes", "node")
        .order_by("-returned_note", "-id")
    )


def same_file(consultation, digest):
    """The batch that was made of the file with this SHA-256 and stands, or None."""
    return (
        EntryBatch.objects.filter(consultation=consultation, source_digest=digest)
        .exclude(state__in=[S.DISCARDED, S.UNDONE])
        .first()
    )


def corrections(row):
    """[(label, as typed, as it stands)] of what the check changed in a row. No query but for names
    of groups and editions that were changed."""
    labels = {
        "place_typed": _("Chỗ góp ý"),
        "stance": _("Quan điểm"),
        "text": _("Nội dung góp ý"),
        "reason": _("Lý do"),
        "proposed": _("Đề xuất sửa câu chữ"),
    }
    found = []
    for name, label in labels.items():
        old, new = row.was.get(name, ""), getattr(row, name)
        if name == "stance":
            names = dict(Opinion.Stance.choices)
            old, new = str(names.get(old, "")), str(names.get(new, ""))
        if old != new:
            found.append((label, old, new))
    if row.was.get("group") != row.group_id:
        old = RespondentGroup.objects.filter(pk=row.was.get("group")).first()
        found.append((_("Đối tượng góp ý"), str(old or ""), str(row.group or "")))
    return found


def marked_rows(batch):
    """[({column of `unit_forms.COLUMNS`: text}, [sentences])] of a batch, in order. 1 query."""
    stances = {value: str(label) for value, label in Opinion.Stance.choices}
    for row in rows_of(batch).filter(dropped=False):
        values = {
            "edition": row.edition.document.title if row.edition_id else "",
            "place": row.place_typed,
            "stance": stances.get(row.stance, ""),
            "text": row.text,
            "reason": row.reason,
            "proposed": row.proposed,
            "group": row.group.name if row.group_id else "",
        }
        yield values | row.typed, row.problems + row.warnings
