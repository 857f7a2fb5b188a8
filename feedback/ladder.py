"""Copying the ladder of units for a consultation, once, at its opening."""

from functools import lru_cache

from django.db.models import F

from feedback.models import Consultation, LadderNode
from feedback.rules import readers_of, reads_at
from portal.agencies.models import Agency, AgencyNode, Membership, Role
from portal.common.locks import advisory_lock


def copy_ladder(consultation, *, now, on):
    """Copy the tree of `on` below the consulting agency into LadderNode rows, once.

    Members of a node are the distinct people who hold any role at it or below it, or the number the
    unit declared if that is larger. Idempotent; the caller holds a transaction.
    """
    if consultation.ladder_copied_at:
        return
    advisory_lock(f"feedback.ladder.{consultation.pk}")
    if Consultation.objects.values_list("ladder_copied_at", flat=True).get(pk=consultation.pk):
        return
    _insert(planned_nodes(consultation, on=on))
    Consultation.objects.filter(pk=consultation.pk).update(ladder_copied_at=now)
    consultation.ladder_copied_at = now


def planned_nodes(consultation, *, on):
    """The LadderNodes of the tree of `on`, in order and not saved: what opening would copy.

    Each has its `agency` with `level_order`, and `parent_draft`, the node above it or None.
    """
    root = AgencyNode.objects.filter(agency_id=consultation.agency_id).first()
    agencies = (
        Agency.objects.filter(node__path__startswith=root.path)
        if root
        else Agency.objects.filter(pk=consultation.agency_id)
    )
    rows = list(
        agencies.filter(kind__in=_kinds(consultation))
        .annotate(path=F("node__path"), level_order=F("level__order"))
        .order_by("path")
    )
    members = _members({row.pk: row.path or "" for row in rows}, on)
    steplen = AgencyNode.steplen
    by_path, nodes = {}, []
    for position, agency in enumerate(rows):
        path = agency.path or ""
        parent = _nearest(by_path, path, steplen)
        count = max(members.get(agency.pk, 0), agency.member_count or 0)
        node = LadderNode(
            consultation=consultation,
            agency=agency,
            handled_by=agency,
            name=agency.name,
            depth=parent.depth + 1 if parent else 0,
            position=position,
            members=count,
            reads=reads_at(
                members=count,
                level_order=agency.level_order,
                is_cell=agency.is_cell,
                reading_level_order=consultation.reading_level.order,
                minimum=consultation.reading_min_members,
                is_root=parent is None,
            ),
        )
        node.parent_draft = parent
        by_path[path] = node
        nodes.append(node)
    return nodes


def reader_above(node):
    """The lowest node at or above a planned `node` that reads."""
    while not node.reads and node.parent_draft is not None:
        node = node.parent_draft
    return node


def _kinds(consultation):
    """A Party unit consults its Party units; anybody else all units below."""
    if consultation.agency.kind == Agency.Kind.PARTY:
        return [Agency.Kind.PARTY]
    return [kind for kind, _label in Agency.Kind.choices]


def _nearest(by_path, path, steplen):
    while path:
        path = path[:-steplen]
        if path in by_path:
            return by_path[path]
    return None


def _members(paths, on):
    """{agency id: distinct people at or below it}; one query for the whole tree."""
    steplen = AgencyNode.steplen
    people = {}
    held = Membership.objects.filter(
        valid__contains=on, user__is_active=True, role__in=[Role.MEMBER, Role.SECRETARY]
    ).values_list("agency__node__path", "user_id")
    for path, user_id in held:
        while path:
            people.setdefault(path, set()).add(user_id)
            path = path[:-steplen]
    return {pk: len(people.get(path, ())) for pk, path in paths.items()}


def _insert(nodes):
    """Insert level by level, so that each row knows the id of its parent and readers."""
    for depth in sorted({node.depth for node in nodes}):
        level = [node for node in nodes if node.depth == depth]
        for node in level:
            node.parent = node.parent_draft
        LadderNode.objects.bulk_create(level, batch_size=2000)
    # unsaved rows are not hashable, saved ones are: the readers are found in a second round
    parents = {node: node.parent_draft for node in nodes}
    for node in nodes:
        node.reader, node.reader_above = readers_of(node, parents)
    LadderNode.objects.bulk_update(nodes, ["reader", "reader_above"], batch_size=2000)


def entry_node_for(consultation, grants):
    """The node where a person enters: the lowest unit where they belong, else the root.

    A copied ladder never changes: a process keeps what it found. The node is shared, not to be
    written to.

    Args:
        grants: the Grants of the person; only own memberships count, never delegated roles.
    """
    mine = frozenset(
        g.agency_id
        for g in grants
        if g.on_behalf_of_id is None and g.role in {Role.MEMBER, Role.SECRETARY}
    )
    # by the moment of copying too: a copy that was rolled back is not the one that stands
    copied = (consultation.public_id, consultation.ladder_copied_at)
    find = _entry_node if consultation.ladder_copied_at else _entry_node.__wrapped__
    return find(consultation.pk, copied, mine)


@lru_cache(maxsize=20_000)
def _entry_node(consultation_id, copied, agency_ids):
    nodes = LadderNode.objects.filter(consultation_id=consultation_id)
    entry = nodes.filter(agency_id__in=agency_ids).order_by("-depth", "position").first()
    return entry or nodes.get(parent=None)
