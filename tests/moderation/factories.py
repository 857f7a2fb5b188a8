"""A kind of case for tests, and an agency whose people decide."""

import datetime as dt
from dataclasses import dataclass, field

from portal.agencies.models import Role
from portal.common import clock
from portal.moderation import actions, registry
from portal.moderation.models import ReasonCode
from tests.accounts.factories import UserFactory
from tests.agencies.factories import AgencyFactory, give

KIND = "tests.note"


def at(text):
    """An instant from "2026-09-24 07:30", Vietnam time."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=clock.TZ)


class Notes(registry.Handler):
    """Notes of readers; `texts` are what there is, `applied` what was done."""

    label = "Ghi chú"
    roles = frozenset({Role.MODERATOR, Role.APPROVER})

    def __init__(self):
        self.texts = {}
        self.applied = []
        self.fail = False

    def load(self, subject_ids):
        return {
            pk: registry.Shown(text=self.texts[pk], name="Lan", answers="Một câu hỏi")
            for pk in subject_ids
            if pk in self.texts
        }

    def apply(self, case, outcome, *, decision, now):
        if self.fail:
            raise RuntimeError("the subject could not be changed")
        self.applied.append((case.subject_id, outcome, decision.told))


@dataclass
class Desk:
    """An agency under another one, with two moderators, an approver, and people without a say."""

    agency: object
    moderator: object
    colleague: object
    approver: object
    superior: object
    staff: object
    outsider: object
    notes: Notes = field(repr=False, default=None)

    def case(self, text="Bài viết rất hay.", *, subject="1", when="2026-09-20 08:00", **more):
        self.notes.texts[subject] = text
        return actions.put_in_queue(
            kind=KIND,
            subject_id=subject,
            agency=more.pop("agency", self.agency),
            context_label="Đảng bộ xã lấy ý kiến từng chi bộ",
            context_url="/tin-tuc/",
            submitted_at=at(when),
            **more,
        )


def desk(notes):
    above = AgencyFactory(name="Đảng bộ tỉnh Mẫu")
    own = AgencyFactory(name="Đảng bộ xã Hòa Bình", parent=above)
    elsewhere = AgencyFactory()
    # the kind of the tests is given the reasons of every other kind
    ReasonCode.objects.all().update(kinds=[])
    made = Desk(
        agency=own,
        moderator=UserFactory(full_name="Đặng Kiểm Duyệt"),
        colleague=UserFactory(full_name="Hồ Xem Lại"),
        approver=UserFactory(full_name="Lê Hồng Vân"),
        superior=UserFactory(full_name="Trần Cấp Trên"),
        staff=UserFactory(full_name="Bùi Kế Hoạch"),
        outsider=UserFactory(full_name="Vũ Khách"),
        notes=notes,
    )
    for person, role, agency in [
        (made.moderator, Role.MODERATOR, own),
        (made.colleague, Role.MODERATOR, own),
        (made.approver, Role.APPROVER, own),
        (made.superior, Role.APPROVER, above),
        (made.staff, Role.STAFF, own),
        (made.outsider, Role.MODERATOR, elsewhere),
    ]:
        give(person, role, agency)
    return made
