import datetime as dt

import pytest

from portal.agencies import loading, queries
from portal.agencies.models import Agency, AgencyEdge, AgencyName, AgencyNode, Level, Succession
from portal.common.models import AuditEntry
from portal.demo import content

pytestmark = pytest.mark.django_db

DATA = {
    "levels": [{"slug": "tinh", "name": "Cấp tỉnh", "order": 30}],
    "agencies": [
        # the child before its parent, on purpose
        {
            "slug": "so-van-hoa",
            "name": "Sở Văn hóa",
            "kind": "state",
            "level": "tinh",
            "parent": "ubnd",
            "code": "SVH",
            "names": [
                {"name": "Ty Văn hóa", "from": dt.date(2004, 1, 1), "to": dt.date(2008, 4, 30)}
            ],
        },
        {
            "slug": "ubnd",
            "name": "Ủy ban nhân dân tỉnh",
            "kind": "state",
            "level": "tinh",
            "parent": None,
            "valid_from": dt.date(2005, 7, 1),
            "members": 120,
        },
        {
            "slug": "so-cu",
            "name": "Sở cũ",
            "kind": "state",
            "level": "tinh",
            "parent": "ubnd",
            "valid_to": dt.date(2025, 2, 28),
        },
    ],
    "successions": [
        {
            "from": ["so-cu"],
            "to": ["so-van-hoa"],
            "kind": "merge",
            "decision": "214/QĐ-UBND",
            "on": dt.date(2025, 3, 1),
        }
    ],
}


def counts():
    models = (Level, Agency, AgencyName, AgencyEdge, AgencyNode, Succession, AuditEntry)
    return [model.objects.count() for model in models]


def test_a_file_becomes_agencies_over_time():
    found = loading.load(**DATA)
    assert set(found) == {"so-van-hoa", "ubnd", "so-cu"}
    culture = found["so-van-hoa"]
    assert str(queries.name_on(culture, dt.date(2008, 4, 30))) == "Ty Văn hóa"
    assert str(queries.name_on(culture, dt.date(2008, 5, 1))) == "Sở Văn hóa"
    edge = AgencyEdge.objects.get(child=culture)
    assert edge.valid.lower == dt.date(2005, 7, 1)  # not before its parent existed
    assert found["ubnd"].member_count == 120
    assert [a.slug for a in queries.in_tree_order()] == ["ubnd", "so-van-hoa"]
    assert Succession.objects.get().target == culture


def test_loading_twice_changes_nothing_and_a_changed_setting_is_brought_in_line():
    loading.load(**DATA)
    before = counts()
    loading.load(**DATA)
    assert counts() == before
    changed = [{**DATA["agencies"][0], "code": "SVHTT"}]
    loading.load(levels=DATA["levels"], agencies=changed)
    assert Agency.objects.get(slug="so-van-hoa").code == "SVHTT"


def test_the_demo_province_loads():
    data = content.load("tinh_mau.yaml", dt.date(2026, 11, 22))
    found = loading.load(
        levels=data["levels"], agencies=data["agencies"], successions=data["successions"]
    )
    assert len(found) == len(data["agencies"])
    assert AgencyNode.objects.find_problems() == ([], [], [], [], [])
    alive = Agency.objects.filter(valid__contains=dt.date(2026, 11, 22)).count()
    assert AgencyNode.objects.count() == alive
    merged = found["dang-bo-tinh-mau-tay"].successions.get()
    assert merged.target == found["dang-bo-tinh-mau"]
    before = counts()
    loading.load(levels=data["levels"], agencies=data["agencies"], successions=data["successions"])
    assert counts() == before
