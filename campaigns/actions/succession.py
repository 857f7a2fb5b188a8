"""What campaigns keep for an agency that ends: open assignments pass on, plans keep their name."""

from django.db.models import Case, Count, Q, Value, When
from django.utils.translation import gettext as _

from campaigns.models import Assignment, Evidence, Plan, ProgressNote
from portal.agencies.models import Membership
from portal.agencies.registries import Legacy, Share
from portal.common import audit, clock
from portal.common.display import number_vi

State = Assignment.State
#: Plans whose tasks are still to be done.
LIVE = ("editing", "submitted", "issued")
NAME = "campaigns"


def open_assignments(agency):
    """What the unit still has to do: not done, in a plan that is drafted or carried out."""
    rows = Assignment.objects.filter(agency=agency, task__plan__state__in=LIVE)
    return rows.exclude(state=State.DONE)


class CampaignLegacy(Legacy):
    """Open assignments go to the successor, to the one it has already where it has one: evidence
    and notes come along. What is done stays with the name of who did it. Plans stay as they are;
    the successor's staff carry them on (`agencies.rules`).
    """

    def effects(self, *, source, on):
        counts = Assignment.objects.filter(agency=source).aggregate(
            open=Count("pk", filter=~Q(state=State.DONE) & Q(task__plan__state__in=LIVE)),
            done=Count("pk", filter=Q(state=State.DONE)),
        )
        plans = Plan.objects.filter(issuer=source).aggregate(
            live=Count("pk", filter=Q(state__in=LIVE)), all=Count("pk")
        )
        said = []
        if counts["open"]:
            said.append(
                _("%s nhiệm vụ chưa xong chuyển sang nơi kế tục, cùng ghi chú và minh chứng.")
                % number_vi(counts["open"])
            )
        if counts["done"]:
            said.append(
                _("%s nhiệm vụ đã xong vẫn đứng tên cơ quan cũ.") % number_vi(counts["done"])
            )
        if plans["all"]:
            said.append(
                _(
                    "%(all)s kế hoạch giữ tên cơ quan lúc ban hành; %(live)s kế hoạch đang soạn, "
                    "đang thực hiện do cán bộ nơi kế tục theo dõi, sửa, kết thúc."
                )
                % {"all": number_vi(plans["all"]), "live": number_vi(plans["live"])}
            )
        return said or [_("Cơ quan này không có nhiệm vụ, kế hoạch nào.")]

    def divisible(self, *, source):
        rows = open_assignments(source).select_related("task__plan__document")
        return [
            Share(
                str(row.pk), f"{row.task.title} ({row.task.plan.document.symbol or row.task.plan})"
            )
            for row in rows.order_by("task__plan_id", "task__position", "pk")
        ]

    def carry_over(self, *, source, heir, links, shares, on, actor):
        if not any(link.target_id for link in links):
            # Nobody succeeds: whoever stood above sees to it, under the old name.
            left = open_assignments(source).count()
            return [_("%d nhiệm vụ chưa xong do cấp trên theo dõi") % left] if left else []
        rows = list(open_assignments(source).select_for_update(of=("self",)).order_by("pk"))
        by_target = {}
        for row in rows:
            target = shares.get(str(row.pk), heir)
            by_target.setdefault(target.pk, []).append(row)
        moved = merged = 0
        for target_id, mine in by_target.items():
            kept = {
                row.task_id: row
                for row in Assignment.objects.select_for_update(of=("self",)).filter(
                    agency_id=target_id, task__in=[row.task_id for row in mine]
                )
            }
            pairs = [(row, kept[row.task_id]) for row in mine if row.task_id in kept]
            alone = [row for row in mine if row.task_id not in kept]
            words = _words(source, links[0])
            _pass_on(alone, source, target_id, on, words)
            _merge(pairs, words)
            moved += len(alone)
            merged += len(pairs)
        if rows:
            audit.record(
                actor=actor,
                verb="succeed_assignments",
                obj=source,
                agency=source,
                changes={"assignments": [None, [row.pk for row in rows]]},
            )
        phrases = []
        if moved:
            phrases.append(_("%d nhiệm vụ") % moved)
        if merged:
            phrases.append(_("%d nhiệm vụ nhập vào nhiệm vụ cùng loại của nơi kế tục") % merged)
        return phrases


def _words(source, link):
    text = _("Tiếp nhận từ %s") % source.name
    return f"{text} ({link.decision})" if link.decision else text


def _pass_on(rows, source, target_id, on, words):
    """Give assignments to another unit; who answers for one stays only where they work there."""
    if not rows:
        return
    people = {row.responsible_id for row in rows} - {None}
    stay = set(
        Membership.objects.filter(
            agency_id=target_id, user__in=people, valid__contains=on
        ).values_list("user_id", flat=True)
    )
    for row in rows:
        row.agency_id = target_id
        row.received_from_id = source.pk
        row.lock_version += 1
        if row.responsible_id not in stay:
            row.responsible_id = None
    Assignment.objects.bulk_update(
        rows, ["agency", "received_from", "responsible", "lock_version"], batch_size=2000
    )
    _note([(row.pk, words) for row in rows])


def _merge(pairs, words):
    """Put what hangs on the first of each pair onto the second, and take the first away."""
    if not pairs:
        return
    old = [gone.pk for gone, _kept in pairs]
    _drop_twice_recorded(old, {gone.pk: kept.pk for gone, kept in pairs})
    # Whatever points at an assignment, now or in a version to come, follows it.
    for relation in Assignment._meta.related_objects:
        name = relation.field.name
        to = Case(*(When(**{name: gone.pk}, then=Value(kept.pk)) for gone, kept in pairs))
        rows = relation.related_model._base_manager.filter(**{f"{name}__in": old})
        rows.update(**{name: to})
    changed = []
    for gone, kept in pairs:
        if kept.state == State.TODO and gone.state == State.DOING:
            kept.state = State.DOING
        if gone.note:
            kept.note = "\n".join(part for part in (kept.note, f"{words}: {gone.note}") if part)
        kept.lock_version += 1
        changed.append(kept)
    Assignment.objects.bulk_update(changed, ["state", "note", "lock_version"], batch_size=2000)
    _note([(kept.pk, words) for _gone, kept in pairs])
    Assignment.objects.filter(pk__in=old).delete()


def _drop_twice_recorded(old, kept_of):
    """One article may stand as evidence at both units; after the merger it stands once."""
    theirs = {
        (row.assignment_id, row.source_kind, row.source_id): row
        for row in Evidence.objects.filter(assignment__in=set(kept_of.values()))
    }
    twice, again = [], []
    for row in Evidence.objects.filter(assignment__in=old):
        same = theirs.get((kept_of[row.assignment_id], row.source_kind, row.source_id))
        if same is None:
            continue
        twice.append(row.pk)
        if row.retracted_at is None and same.retracted_at is not None:
            again.append(same.pk)
    Evidence.objects.filter(pk__in=again).update(retracted_at=None)
    Evidence.objects.filter(pk__in=twice).delete()


def _note(texts):
    now = clock.now()
    ProgressNote.objects.bulk_create(
        [
            ProgressNote(assignment_id=pk, kind=ProgressNote.Kind.NOTE, text=text, at=now)
            for pk, text in texts
        ],
        batch_size=2000,
    )
