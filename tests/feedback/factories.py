"""Consultations and opinions for tests, made through the actions that the portal uses."""

import datetime as dt
import secrets
from dataclasses import dataclass

from campaigns.boundaries import date_spec
from feedback import actions
from feedback.models import Consultation, Opinion, RespondentGroup
from portal.accounts.models import User
from portal.agencies.models import Agency, Role
from portal.common import clock
from tests.accounts.factories import UserFactory
from tests.agencies.factories import AgencyFactory, CellFactory, LevelFactory, give
from tests.documents.factories import make_document, publish

NOW = dt.datetime(2025, 8, 20, 9, 0, tzinfo=clock.TZ)


@dataclass
class World:
    """A province with one commune (two cells), a document and an open consultation."""

    province: Agency
    commune: Agency
    cell: Agency
    other_cell: Agency
    staff: User
    approver: User
    member: User
    secretary: User
    rapporteur: User
    top_rapporteur: User
    edition: object
    consultation: Consultation
    group: RespondentGroup

    def block(self, para_no):
        return self.edition.blocks.get(para_no=para_no)


def make_world(*, opens="2025-08-10", closes="2025-08-31", announced=True, **fields):
    """A World; `fields` go to `actions.create_consultation`."""
    tinh = LevelFactory(slug="tinh", name="Cấp tỉnh", order=30)
    xa = LevelFactory(slug="xa", name="Cấp xã", order=45)
    province = AgencyFactory(name="Đảng bộ tỉnh Mẫu", kind="party", level=tinh)
    commune = AgencyFactory(name="Đảng bộ xã Hòa Bình", kind="party", level=xa, parent=province)
    cell = CellFactory(name="Chi bộ Văn phòng", parent=commune)
    other_cell = CellFactory(name="Chi bộ Bến Thượng", parent=commune)
    people = {name: UserFactory(full_name=name) for name in _PEOPLE}
    give(people["staff"], Role.STAFF, province)
    give(people["approver"], Role.APPROVER, province)
    give(people["member"], Role.MEMBER, cell)
    give(people["secretary"], Role.SECRETARY, cell)
    give(people["rapporteur"], Role.RAPPORTEUR, commune)
    give(people["top_rapporteur"], Role.RAPPORTEUR, province)
    document = make_document(people["staff"], province)
    edition = publish(document, people["staff"], people["approver"])
    group, _ = RespondentGroup.objects.get_or_create(slug="dang-vien", name="Đảng viên")
    if announced and fields.get("audience") == Consultation.Audience.UNITS:
        fields.setdefault("audience_units", [commune])
    consultation = actions.create_consultation(
        **{
            "actor": people["staff"],
            "agency": province,
            "title": "Lấy ý kiến Báo cáo chính trị",
            "editions": [edition],
            "opens": date_spec(opens),
            "closes": date_spec(closes),
            "reading_level": xa,
            "reading_min_members": 2,
            "groups": [group],
        }
        | fields
    )
    if announced:
        consultation = actions.announce(
            actor=people["staff"],
            consultation=consultation,
            now=dt.datetime(2025, 8, 1, 9, 0, tzinfo=clock.TZ),
        )
    return World(
        province, commune, cell, other_cell, edition=edition, consultation=consultation,
        group=group, **people,
    )  # fmt: skip


_PEOPLE = ("staff", "approver", "member", "secretary", "rapporteur", "top_rapporteur")


WORDS = "Đề nghị bồi dưỡng hai lần mỗi năm."


def send(world, **fields):
    """Submit one opinion of `world.member`; returns its Receipt.

    Words that are not given differ from opinion to opinion, for the same words of one person stand
    once; those of the first are WORDS. A form that is sent again says the same again.
    """
    key = fields.setdefault("submission_key", secrets.token_urlsafe(24))
    digest = actions.submission_digest(world.consultation, key)
    made = Opinion.objects.exclude(submission_digest=digest).count()
    return actions.submit_opinion(
        **{
            "author": world.member,
            "consultation": world.consultation,
            "edition": world.edition,
            "block": world.block(2),
            "stance": Opinion.Stance.PARTLY,
            "text": f"{WORDS} ({made})" if made else WORDS,
            "consented": True,
            "now": NOW,
        }
        | fields
    )
