import datetime as dt
import time

import pytest
from django.db import IntegrityError, connection, transaction

from portal.agencies import actions, queries, ranges
from portal.agencies.models import Agency, AgencyEdge, AgencyName, AgencyNode, Level, Succession
from portal.common import text
from portal.common.errors import Refused, StaleVersion
from portal.common.models import AuditEntry
from tests.accounts.factories import UserFactory
from tests.agencies.factories import AgencyFactory, LevelFactory

pytestmark = pytest.mark.django_db

JULY = dt.date(2025, 7, 1)


def d(text_):
    return dt.date.fromisoformat(text_)


def tree():
    return [(a.name, a.depth) for a in queries.in_tree_order()]


def test_create_writes_name_edge_projection_and_audit():
    actor = UserFactory()
    top = AgencyFactory(name="Đảng bộ tỉnh Mẫu", committee_name="Tỉnh ủy Mẫu")
    below = AgencyFactory(name="  Sở   Nội vụ ", parent=top, actor=actor, short_name="SNV")
    assert below.name == "Sở Nội vụ"
    assert below.slug == "snv"
    assert below.parent == top
    assert below.sort_key == text.sort_key("Sở Nội vụ")
    assert [(n.name, n.valid.lower) for n in below.names.all()] == [
        ("Sở Nội vụ", dt.date(2000, 1, 1))
    ]
    assert tree() == [("Đảng bộ tỉnh Mẫu", 1), ("Sở Nội vụ", 2)]
    entry = AuditEntry.objects.get(verb="create_agency", agency_id=below.pk)
    assert entry.actor == actor
    assert entry.changes == {
        "name": [None, "Sở Nội vụ"],
        "parent": [None, "Đảng bộ tỉnh Mẫu"],
    }


def test_slugs_are_made_unique_and_a_given_one_that_is_taken_is_refused():
    assert [AgencyFactory(name="Sở Y tế").slug for _ in range(3)] == [
        "so-y-te",
        "so-y-te-2",
        "so-y-te-3",
    ]
    with pytest.raises(Refused) as refusal:
        AgencyFactory(slug="so-y-te")
    assert refusal.value.code == "slug"


def test_siblings_stand_in_protocol_order_then_in_the_vietnamese_alphabet():
    top = AgencyFactory(name="Tỉnh", protocol_no=1)
    for name, number in [("Ủy ban", 20), ("Đoàn", 20), ("Dân vận", 20), ("Văn phòng", 10)]:
        AgencyFactory(name=name, parent=top, protocol_no=number)
    assert tree() == [
        ("Tỉnh", 1),
        ("Văn phòng", 2),
        ("Dân vận", 2),
        ("Đoàn", 2),
        ("Ủy ban", 2),
    ]
    assert [a.name for a in queries.children(top)] == ["Văn phòng", "Dân vận", "Đoàn", "Ủy ban"]


def test_the_tree_is_a_true_treebeard_tree():
    top = AgencyFactory(name="A")
    middle = AgencyFactory(name="B", parent=top)
    for name in "CDE":
        AgencyFactory(name=name, parent=middle)
    assert AgencyNode.objects.find_problems() == ([], [], [], [], [])
    assert [a.name for a in queries.subtree(middle)] == ["B", "C", "D", "E"]
    leaf = Agency.objects.get(name="E")
    assert [a.name for a in queries.ancestors(leaf)] == ["A", "B"]


def test_rename_keeps_the_old_name_and_replaces_a_mistake_of_the_same_day():
    agency = AgencyFactory(name="Sở Lao động")
    actions.rename_agency(actor=None, agency=agency, name="Sở Nội vu", on=JULY)
    actions.rename_agency(actor=None, agency=agency, name="Sở Nội vụ", on=JULY, decision="12-QĐ/TU")
    assert str(queries.name_on(agency, d("2025-06-30"))) == "Sở Lao động"
    assert str(queries.name_on(agency, JULY)) == "Sở Nội vụ"
    assert agency.names.count() == 2
    assert agency.name == "Sở Nội vụ"


def test_a_rename_with_a_new_address_keeps_the_old_one_reserved():
    agency = AgencyFactory(name="Sở Cũ", slug="so-cu")
    actions.rename_agency(actor=None, agency=agency, name="Sở Mới", on=JULY, slug="so-moi")
    assert queries.by_slug("so-cu") == agency
    assert queries.by_slug("so-moi") == agency
    with pytest.raises(Refused):
        AgencyFactory(slug="so-cu")
    actions.rename_agency(actor=None, agency=agency, name="Sở Cũ", on=d("2025-08-01"), slug="so-cu")
    assert list(agency.old_slugs.values_list("slug", flat=True)) == ["so-moi"]


def test_a_rename_that_is_to_come_does_not_show_before_its_day():
    today = d("2026-01-10")
    agency = AgencyFactory(name="Tên cũ")
    actions.rename_agency(actor=None, agency=agency, name="Tên mới", on=d("2026-02-01"))
    actions.project_today(today)
    assert Agency.objects.get().name == "Tên cũ"
    actions.project_today(d("2026-02-01"))
    assert Agency.objects.get().name == "Tên mới"


def test_names_on_takes_one_query_for_many(django_assert_num_queries):
    agencies = [AgencyFactory(name=f"Số {n}") for n in range(5)]
    actions.rename_agency(actor=None, agency=agencies[0], name="Khác", on=JULY)
    with django_assert_num_queries(1):
        names = queries.names_on([a.pk for a in agencies], d("2025-01-01"))
    assert [str(names[a.pk]) for a in agencies] == [f"Số {n}" for n in range(5)]
    assert str(queries.names_on([agencies[0].pk], d("1990-01-01"))[agencies[0].pk]) == "Số 0"


def test_move_changes_the_parent_from_its_day_on():
    old, new = AgencyFactory(name="Cũ"), AgencyFactory(name="Mới")
    child = AgencyFactory(name="Con", parent=old)
    actions.move_agency(actor=None, agency=child, parent=new, on=JULY)
    assert child.parent == new
    edges = AgencyEdge.objects.filter(child=child).order_by("valid")
    assert [(e.parent.name, ranges.as_text(e.valid)) for e in edges] == [
        ("Cũ", "2000-01-01..2025-06-30"),
        ("Mới", "2025-07-01.."),
    ]
    actions.project_today(d("2025-06-30"))
    child.refresh_from_db()
    assert child.parent == old


def test_a_cycle_is_refused_also_when_it_would_exist_for_a_while_only():
    a = AgencyFactory(name="A")
    b = AgencyFactory(name="B", parent=a)
    c = AgencyFactory(name="C", parent=b)
    with pytest.raises(Refused) as refusal:
        actions.move_agency(actor=None, agency=a, parent=c, on=JULY)
    assert refusal.value.code == "cycle"
    # C leaves in 2027; before that A under C would still be a cycle.
    actions.move_agency(actor=None, agency=c, parent=None, on=d("2027-01-01"))
    with pytest.raises(Refused):
        actions.move_agency(actor=None, agency=a, parent=c, on=d("2026-12-31"))
    actions.move_agency(actor=None, agency=a, parent=c, on=d("2027-01-01"))
    actions.project_today(d("2027-01-01"))
    assert tree() == [("C", 1), ("A", 2), ("B", 3)]


def test_merge_ends_the_source_and_takes_its_units_and_roles_along():
    from portal.agencies.models import Role
    from tests.agencies.factories import give

    top = AgencyFactory(name="Tỉnh")
    old = AgencyFactory(name="Sở Cũ", parent=top)
    new = AgencyFactory(name="Sở Mới", parent=top)
    unit = AgencyFactory(name="Trung tâm", parent=old)
    person = UserFactory()
    give(person, Role.EDITOR, old)
    actions.succeed(
        actor=None,
        source=old,
        kind=Succession.Kind.MERGE,
        targets=[new],
        on=JULY,
        decision="7-QĐ/TU",
        carry_roles=True,
    )
    old.refresh_from_db()
    unit.refresh_from_db()
    assert ranges.as_text(old.valid) == "2000-01-01..2025-06-30"
    assert unit.parent == new
    assert tree() == [("Tỉnh", 1), ("Sở Mới", 2), ("Trung tâm", 3)]
    assert old.name == "Sở Cũ"
    roles = [(m.agency.name, ranges.as_text(m.valid)) for m in person.memberships.order_by("id")]
    assert roles == [
        ("Sở Cũ", "2000-01-01..2025-06-30"),
        ("Sở Mới", "2025-07-01.."),
    ]


def test_abolish_is_refused_while_units_hang_below():
    top = AgencyFactory(name="Huyện")
    unit = AgencyFactory(name="Xã", parent=top)
    with pytest.raises(Refused) as refusal:
        actions.succeed(actor=None, source=top, kind=Succession.Kind.ABOLISH, on=JULY)
    assert refusal.value.code == "children_left"
    actions.move_agency(actor=None, agency=unit, parent=None, on=JULY)
    actions.succeed(actor=None, source=top, kind=Succession.Kind.ABOLISH, on=JULY)
    assert tree() == [("Xã", 1)]
    assert Succession.objects.get().target is None


@pytest.mark.parametrize(
    ("kind", "count"),
    [("abolish", 1), ("merge", 0), ("merge", 2), ("rename", 2), ("split", 0)],
)
def test_succession_needs_the_right_number_of_targets(kind, count):
    source = AgencyFactory()
    targets = [AgencyFactory() for _ in range(count)]
    with pytest.raises(Refused) as refusal:
        actions.succeed(actor=None, source=source, kind=kind, targets=targets, on=JULY)
    assert refusal.value.code == "targets"


def test_the_second_of_two_editors_is_told():
    agency = AgencyFactory(name="Sở")
    actions.edit_agency(actor=None, agency=agency, expected_version=0, about="Một")
    with pytest.raises(StaleVersion) as stale:
        actions.edit_agency(actor=None, agency=agency, expected_version=0, about="Hai")
    assert stale.value.current.about == "Một"
    entry = AuditEntry.objects.get(verb="edit_agency")
    assert entry.changes == {"about": ["", "Một"]}


def test_the_database_refuses_two_names_and_two_parents_on_one_day():
    a, b, c = (AgencyFactory(name=n) for n in "ABC")
    AgencyEdge.objects.create(child=c, parent=a, valid=ranges.days(d("2020-01-01"), JULY))
    with pytest.raises(IntegrityError), transaction.atomic():
        AgencyEdge.objects.create(child=c, parent=b, valid=ranges.days(JULY))
    AgencyEdge.objects.create(child=c, parent=b, valid=ranges.days(JULY + ranges.DAY))
    with pytest.raises(IntegrityError), transaction.atomic():
        AgencyName.objects.create(agency=c, name="X", valid=ranges.days(JULY))
    with pytest.raises(IntegrityError), transaction.atomic():
        AgencyEdge.objects.create(child=a, parent=a, valid=ranges.days(JULY))


def test_projection_of_twelve_thousand_agencies_is_quick_and_idempotent():
    level = LevelFactory()
    big_bang(level, provinces=34, communes=88, cells=3)
    started = time.perf_counter()
    changed = actions.project_today(d("2026-01-01"))
    took = time.perf_counter() - started
    assert changed >= 12_000
    assert actions.project_today(d("2026-01-01")) == 0
    assert AgencyNode.objects.count() == Agency.objects.count()
    assert took < 5, f"{took:.2f} s"


def big_bang(level, *, provinces, communes, cells):
    """About 12.000 agencies written at once, as an importer would."""
    assert isinstance(level, Level)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO agencies_agency (public_id, slug, code, kind, level_id, is_cell,
                protocol_no, valid, about, address, phone, lock_version, name, short_name,
                committee_name, sort_key)
            SELECT gen_random_uuid(), 'a' || n, '', 'party', %s, false, 10, '[2000-01-01,)',
                '', '', '', 0, 'A', '', '', ''
            FROM generate_series(1, %s) n
            """,
            [level.pk, provinces * (1 + communes * (1 + cells))],
        )
        cursor.execute("ANALYZE agencies_agency")
        cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute(
            """
            INSERT INTO agencies_agencyname (agency_id, name, short_name, committee_name,
                sort_key, valid, decision)
            SELECT id, 'Đơn vị ' || slug, '', '', slug, valid, '' FROM agencies_agency
            """
        )
        cursor.execute(
            """
            INSERT INTO agencies_agencyedge (child_id, parent_id, valid, decision)
            SELECT c.id, p.id, '[2000-01-01,)', ''
            FROM (SELECT id, row_number() OVER (ORDER BY id) n FROM agencies_agency) c
            JOIN (SELECT id, row_number() OVER (ORDER BY id) n FROM agencies_agency) p
              ON p.n = CASE WHEN c.n <= %(p)s + %(p)s * %(c)s
                            THEN (c.n - %(p)s + %(c)s - 1) / %(c)s
                            ELSE %(p)s + (c.n - %(p)s - %(p)s * %(c)s + %(x)s - 1) / %(x)s END
            WHERE c.n > %(p)s
            """,
            {"p": provinces, "c": communes, "x": cells},
        )
        cursor.execute("SET LOCAL enable_nestloop TO DEFAULT")
