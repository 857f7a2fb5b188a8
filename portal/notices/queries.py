"""Reading of notices: recipients, the inbox, what waits to be mailed."""

import logging
from collections import defaultdict
from dataclasses import dataclass, field

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from portal.agencies.models import Role
from portal.notices import registry, rules
from portal.notices.models import Delivery, Preference, ScheduledNotice

logger = logging.getLogger(__name__)

#: Counting unread notices stops here; the header then shows "99+".
UNREAD_SHOWN = 99
#: So many of the ways by which a notice came are told by name.
WAYS_SHOWN = 3


@dataclass
class Recipient:
    """One person a notice goes to, and through what."""

    person_id: int
    email: str
    agency_ids: set[int] = field(default_factory=set)
    ways: list[str] = field(default_factory=list)

    @property
    def why(self):
        """All the ways in words, the first few by name."""
        words = " ".join(self.ways[:WAYS_SHOWN])
        if len(self.ways) > WAYS_SHOWN:
            words += " " + _("Và %d vai trò khác.") % (len(self.ways) - WAYS_SHOWN)
        return words


# Every way from a notice to a person, in one statement: a role held at a named agency or below it,
# the same role held by delegation while the giver holds it, and people named one by one.
_RECIPIENTS = """
WITH wanted AS (
    SELECT * FROM unnest(%(notice)s::bigint[], %(agency)s::bigint[], %(role)s::int[],
                         %(below)s::bool[]) AS w(notice_id, agency_id, role, below)
), placed AS (
    SELECT w.notice_id, w.role, w.agency_id FROM wanted w
    UNION
    SELECT w.notice_id, w.role, lower_node.agency_id
    FROM wanted w
    JOIN agencies_agencynode node ON node.agency_id = w.agency_id
    JOIN agencies_agencynode lower_node ON starts_with(lower_node.path, node.path)
    WHERE w.below
), held AS (
    SELECT p.notice_id, m.user_id, p.agency_id, p.role, NULL::bigint AS giver_id
    FROM placed p
    JOIN agencies_membership m ON m.agency_id = p.agency_id AND m.role = p.role
    WHERE m.valid @> %(today)s::date
    UNION ALL
    SELECT p.notice_id, d.to_user_id, p.agency_id, p.role, d.giver_id
    FROM placed p
    JOIN agencies_delegation d ON d.agency_id = p.agency_id AND d.role = p.role
    JOIN agencies_membership m
      ON m.user_id = d.giver_id AND m.agency_id = d.agency_id AND m.role = d.role
    JOIN accounts_user giver ON giver.id = d.giver_id AND giver.is_active
    WHERE d.valid @> %(today)s::date AND m.valid @> %(today)s::date
    UNION ALL
    SELECT notice_id, person_id, NULL, NULL, NULL
    FROM unnest(%(named_notice)s::bigint[], %(named_person)s::bigint[])
      AS named(notice_id, person_id)
)
SELECT h.notice_id, h.user_id, u.email, h.agency_id, h.role, a.name, giver.full_name
FROM held h
JOIN accounts_user u ON u.id = h.user_id AND u.is_active
LEFT JOIN agencies_agency a ON a.id = h.agency_id
LEFT JOIN accounts_user giver ON giver.id = h.giver_id
WHERE a.id IS NULL OR a.valid @> %(today)s::date
ORDER BY h.notice_id, h.user_id, h.giver_id IS NOT NULL, a.protocol_no, a.id, h.role
"""


def recipients(audiences, today):
    """Who gets which notice, in one query.

    Args:
        audiences: {notice id: Audience}.
        today: the date on which roles and delegations have to hold.

    Returns {notice id: [Recipient, …]}; every person once per notice, with all ways in `why` (own
    roles before delegated ones) and all agencies in `agency_ids`.
    """
    wanted, named = [], []
    parts = [(notice_id, part) for notice_id, all_ in audiences.items() for part in all_.parts]
    for notice_id, audience in parts:
        wanted += [
            (notice_id, agency_id, int(role), audience.subtree)
            for agency_id in audience.agency_ids
            for role in audience.roles
        ]
        named += [(notice_id, person_id) for person_id in audience.user_ids]
    found = {notice_id: {} for notice_id in audiences}
    if not wanted and not named:
        return {notice_id: [] for notice_id in audiences}
    columns = list(zip(*wanted, strict=True)) or [(), (), (), ()]
    pairs = list(zip(*named, strict=True)) or [(), ()]
    with connection.cursor() as cursor:
        cursor.execute(
            _RECIPIENTS,
            {
                "notice": list(columns[0]),
                "agency": list(columns[1]),
                "role": list(columns[2]),
                "below": list(columns[3]),
                "named_notice": list(pairs[0]),
                "named_person": list(pairs[1]),
                "today": today,
            },
        )
        for notice_id, person_id, email, agency_id, role, agency, giver in cursor:
            people = found[notice_id]
            if person_id not in people:
                people[person_id] = Recipient(person_id, email or "")
            people[person_id].ways.append(_reason(role, agency, giver))
            if agency_id is not None:
                people[person_id].agency_ids.add(agency_id)
    return {notice_id: list(people.values()) for notice_id, people in found.items()}


def _reason(role, agency, giver):
    if role is None:
        return _("Việc này gửi cho chính bạn.")
    parts = {"role": Role(role).label, "agency": agency, "giver": giver}
    if giver:
        return _("Bạn thay mặt %(giver)s: %(role)s, %(agency)s.") % parts
    return _("Vai trò của bạn: %(role)s, %(agency)s.") % parts


def wishes(kinds, people):
    """{(person id, kind): mode} of what people chose; one query.

    Args:
        kinds: {notice id: kind}; people: {notice id: [Recipient, …]}.
    """
    ids = {r.person_id for recipients_ in people.values() for r in recipients_}
    if not ids:
        return {}
    rows = Preference.objects.filter(person__in=ids, kind__in=set(kinds.values()))
    return {
        (person, kind): mode for person, kind, mode in rows.values_list("person_id", "kind", "mode")
    }


def preferences(user):
    """{kind: mode} that a person chose."""
    return dict(Preference.objects.filter(person=user).values_list("kind", "mode"))


def inbox(user):
    """The inbox of a person, newest first."""
    return (
        Delivery.objects.filter(person=user, channel=Delivery.Channel.INBOX)
        .select_related("notice")
        .order_by("-id")
    )


def unread_count(user):
    """How many notices a person has not read, counted no further than one past UNREAD_SHOWN."""
    rows = Delivery.objects.filter(person=user, channel=Delivery.Channel.INBOX, read_at=None)
    return rows.order_by()[: UNREAD_SHOWN + 1].count()


def due(now):
    """Pending notices due at `now`, oldest first."""
    return ScheduledNotice.objects.filter(
        state=ScheduledNotice.State.PENDING, due_at__lte=now
    ).order_by("due_at", "id")


def scheduled_for(user, grants):
    """The scheduled notices a person may see: those of the agencies whose plans they follow.

    Portal administrators see all; a notice holds no opinion.
    """
    rows = ScheduledNotice.objects.select_related("agency")
    if user.is_superuser:
        return rows
    return rows.filter(agency__in=grants.agencies(rules.FOLLOWING))


def numbers_of(rows):
    """{state: count} of scheduled notices, with "mail_failed" for those with a failed mail."""
    numbers = dict(rows.order_by().values_list("state").annotate(n=Count("pk")))
    failed = Delivery.objects.filter(
        channel=Delivery.Channel.MAIL, state=Delivery.State.FAILED, notice__in=rows
    )
    numbers["mail_failed"] = failed.values("notice_id").distinct().count()
    return numbers


def add_numbers(notices):
    """Put `people` (inboxes reached) and `failed` (mails that did not go) on notices; one query."""
    numbers = Delivery.objects.filter(notice__in=notices).values("notice_id")
    numbers = numbers.annotate(
        people=Count("pk", filter=Q(channel=Delivery.Channel.INBOX)),
        failed=Count("pk", filter=Q(channel=Delivery.Channel.MAIL, state=Delivery.State.FAILED)),
    )
    found = {row["notice_id"]: row for row in numbers}
    for notice in notices:
        row = found.get(notice.pk, {})
        notice.people, notice.failed = row.get("people", 0), row.get("failed", 0)


def load_subjects(notices):
    """Let every handler read its subjects for these notices at one go; see `registry.Handler`."""
    by_kind = defaultdict(list)
    for notice in notices:
        by_kind[notice.subject_kind].append(notice)
    for subject_kind, rows in by_kind.items():
        handler = registry.kinds.get(subject_kind)
        if handler is not None:
            handler.load(rows)


def load_what_can_be(notices):
    """`load_subjects`, one by one where that breaks. Returns the notices that were loaded."""
    try:
        with transaction.atomic():
            load_subjects(notices)
        return list(notices)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        logger.exception("subjects of %s notices could not be read together", len(notices))
    loaded = []
    for notice in notices:
        try:
            with transaction.atomic():
                load_subjects([notice])
            loaded.append(notice)
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            logger.warning("notice %s: its subject cannot be read", notice.pk)
    return loaded
