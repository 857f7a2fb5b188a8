"""People, agencies and a kind of subject for the tests of notices."""

import datetime as dt
import itertools
from dataclasses import dataclass, field

from portal.accounts.models import User
from portal.agencies.models import Agency, AgencyNode, Delegation, Level, Membership, Role
from portal.common import clock
from portal.notices import registry

_numbers = itertools.count(1)
ALWAYS = (dt.date(2000, 1, 1), None)
SUBJECT = "tests.subject"


def at(text):
    """An instant from "2025-09-24 07:30", Vietnam time."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=clock.TZ)


def person(name, *, mail=True, active=True):
    n = next(_numbers)
    return User.objects.create(
        username=f"nguoi{n}",
        full_name=name,
        email=f"nguoi{n}@mau.example.vn" if mail else "",
        is_active=active,
    )


def agency(name, *, parent=None, valid=ALWAYS):
    level, _ = Level.objects.get_or_create(slug="xa", defaults={"name": "Cấp xã"})
    row = Agency.objects.create(
        slug=f"co-quan-{next(_numbers)}",
        name=name,
        kind=Agency.Kind.PARTY,
        level=level,
        parent=parent,
        valid=valid,
    )
    if parent is None:
        AgencyNode.objects.add_root({"agency": row})
    else:
        AgencyNode.objects.add_child(AgencyNode.objects.get(agency=parent), {"agency": row})
    return row


def member(user, agency_row, role=Role.STAFF, *, valid=ALWAYS):
    Membership.objects.create(user=user, agency=agency_row, role=role, valid=valid)
    return user


def delegate(giver, to_user, agency_row, role=Role.STAFF, *, valid=ALWAYS):
    return Delegation.objects.create(
        giver=giver, to_user=to_user, agency=agency_row, role=role, valid=valid, created_by=giver
    )


@dataclass
class Subjects(registry.Handler):
    """A handler whose answers the test sets: what is true, who is concerned, what breaks."""

    to: registry.Audience = field(default_factory=registry.Audience)
    untrue: set[int] = field(default_factory=set)
    broken: set[int] = field(default_factory=set)
    before_expanding: object = None
    loads: list = field(default_factory=list)

    def load(self, notices):
        self.loads.append(sorted(n.subject_id for n in notices))

    def still_due(self, notice, now):
        if notice.subject_id in self.broken:
            raise LookupError("no such subject")
        return notice.subject_id not in self.untrue

    def audience(self, notice):
        if self.before_expanding:
            self.before_expanding(notice)
        return self.to

    def render(self, notice):
        return registry.Message(
            title=f"Đợt {notice.subject_id} bắt đầu ngày 24/9/2025",
            text="Từ ngày 24/9/2025 đến ngày 31/10/2025.",
            url=f"/ke-hoach/{notice.subject_id}/",
        )
