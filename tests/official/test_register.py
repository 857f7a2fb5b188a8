"""The register: uniqueness per issuer, term or year; finding by symbol; links and chains."""

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction

from portal.common.errors import Refused, StaleVersion
from portal.common.models import AuditEntry
from portal.official import registry
from portal.official.actions import (
    link_documents,
    register_document,
    set_links,
    unlink_documents,
    update_document,
)
from portal.official.models import DocumentLink, DocumentType, OfficialDocument
from portal.official.queries import (
    AmbiguousSymbol,
    basis_chain,
    document_type,
    find_by_symbol,
    links_of,
)

from .factories import a_document, a_user, an_agency

pytestmark = pytest.mark.django_db
GUEST = AnonymousUser()


def test_the_parts_stand_beside_the_raw_symbol():
    mai = a_user()
    so_noi_vu = an_agency("so-noi-vu")
    plan = a_document(
        "107 / KH-SNV",
        actor=mai,
        issuer=so_noi_vu,
        issued_on=dt.date(2020, 2, 5),
        title="Kế  hoạch",
    )
    plan.refresh_from_db()
    assert (plan.symbol, plan.canonical, plan.kind) == ("107 / KH-SNV", "107/KH-SNV", "state")
    assert (plan.number, plan.type_abbreviation, plan.issuer_code) == (107, "KH", "SNV")
    assert (plan.scope_key, plan.type.name, plan.title) == ("2020", "Kế hoạch", "Kế hoạch")
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.actor, entry.agency_id) == ("register_document", mai, so_noi_vu.pk)


def test_symbol_and_date_are_optional():
    first = a_document(title="Kế hoạch tuyên truyền đại hội")
    second = a_document(title="Kế hoạch tuyên truyền đại hội")
    assert (first.number, first.kind, first.canonical) == (None, "", "")
    assert second.pk != first.pk
    assert find_by_symbol("") is None


def test_the_same_number_returns_every_year_and_every_term():
    tinh_uy = an_agency(kind="party", name="Đảng bộ tỉnh")
    old = a_document("135-KH/TU", issuer=tinh_uy, scope_key="2015-2020")
    new = a_document("135-KH/TU", issuer=tinh_uy, scope_key="2020-2025")
    assert {old.scope_key, new.scope_key} == {"2015-2020", "2020-2025"}
    with pytest.raises(Refused) as refused:
        a_document("135 - KH/TU", issuer=tinh_uy, scope_key="2020-2025")
    assert refused.value.code == "duplicate"
    assert "135 - KH/TU" in str(refused.value)
    assert OfficialDocument.objects.count() == 2


def test_the_number_alone_is_not_unique():
    agency = an_agency()
    on = dt.date(2020, 1, 15)
    for symbol in ("375/UBND-NV", "375/KH-UBND", "375/UBND-TH", "375a/UBND-NV"):
        a_document(symbol, issuer=agency, issued_on=on)
    a_document("375/UBND-NV", issuer=an_agency(), issued_on=on)
    assert OfficialDocument.objects.filter(number=375).count() == 5


def test_a_derived_year_follows_the_date():
    agency = an_agency()
    document = a_document("107/KH-SNV", issuer=agency, issued_on=dt.date(2020, 2, 5))
    changed = update_document(actor=None, document=document, issued_on=dt.date(2021, 2, 5))
    assert changed.scope_key == "2021"
    party = a_document("5-KH/TU", issuer=agency, scope_key="2020-2025")
    assert update_document(actor=None, document=party, issued_on=dt.date(2021, 1, 1)).scope_key == (
        "2020-2025"
    )


def test_the_type_follows_the_symbol_unless_it_was_chosen():
    document = a_document("5-KH/TU")
    assert update_document(actor=None, document=document, symbol="5-BC/TU").type.name == "Báo cáo"
    rule = DocumentType.objects.get(family="party", name="Quy định")
    document = update_document(actor=None, document=document, symbol="5-QĐ/TU", type=rule)
    assert document.type == rule
    assert update_document(actor=None, document=document, title="Tên mới").type == rule


def test_party_qd_can_be_either_type():
    assert document_type("QĐ", "party").name == "Quyết định"
    rule = DocumentType.objects.get(family="party", name="Quy định")
    document = a_document("399-QĐ/TW", type=rule)
    assert (document.type.name, document.type_abbreviation) == ("Quy định", "QĐ")


def test_a_stale_update_is_refused_and_names_the_stored_row():
    document = a_document("135-KH/TU", title="Bản thứ nhất")
    update_document(actor=None, document=document, lock_version=0, title="Bản thứ hai")
    with pytest.raises(StaleVersion) as stale:
        update_document(actor=None, document=document, lock_version=0, title="Bản thứ ba")
    assert stale.value.current.title == "Bản thứ hai"
    document.refresh_from_db()
    assert (document.title, document.lock_version) == ("Bản thứ hai", 1)


def test_an_update_without_change_writes_nothing():
    document = a_document("135-KH/TU", title="Như cũ")
    update_document(actor=None, document=document, title="Như cũ")
    assert AuditEntry.objects.filter(verb="update_document").count() == 0
    document.refresh_from_db()
    assert document.lock_version == 0


def test_an_unknown_field_is_a_programming_error():
    with pytest.raises(TypeError):
        register_document(actor=None, number=5)


def test_a_symbol_too_long_is_refused():
    with pytest.raises(Refused) as refused:
        a_document("1-KH/" + "A" * 90)
    assert refused.value.code == "symbol_long"


def test_find_by_symbol_joins_spellings_and_reports_ambiguity():
    tinh_a, tinh_b = an_agency(name="Tỉnh ủy A"), an_agency(name="Tỉnh ủy B")
    a = a_document("135-KH/TU", issuer=tinh_a, issued_on=dt.date(2019, 12, 31))
    b = a_document("135 -KH/TU", issuer=tinh_b, issued_on=dt.date(2024, 1, 1))
    assert find_by_symbol("135–kh/tu", issuer=tinh_a) == a
    assert find_by_symbol("135-KH/TU", issued_on=dt.date(2024, 1, 1)) == b
    assert find_by_symbol("136-KH/TU") is None
    with pytest.raises(AmbiguousSymbol) as several:
        find_by_symbol("135-KH/TU")
    assert several.value.candidates == [b, a]


def test_links_are_set_in_order_and_idempotent():
    plan, party, state = (
        a_document("107/KH-SNV"),
        a_document("135-KH/TU"),
        a_document("375/UBND-NV"),
    )
    for _again in range(2):
        set_links(actor=None, source=plan, kind="basis", targets=[party, state])
    rows = DocumentLink.objects.filter(source=plan).values_list("target__symbol", "position")
    assert list(rows) == [("135-KH/TU", 0), ("375/UBND-NV", 1)]
    assert AuditEntry.objects.filter(verb="link_documents").count() == 1
    set_links(actor=None, source=plan, kind="basis", targets=[state])
    assert [link.target for link in plan.links_out.all()] == [state]
    link_documents(actor=None, source=plan, target=party, kind="basis")
    unlink_documents(actor=None, source=plan, target=state, kind="basis")
    assert [link.target for link in plan.links_out.all()] == [party]


def test_self_links_and_cycles_are_refused():
    a, b, c = (a_document(s) for s in ("1-KH/TU", "2-KH/TU", "3-KH/TU"))
    with pytest.raises(Refused) as itself:
        link_documents(actor=None, source=a, target=a, kind="basis")
    assert itself.value.code == "link_self"
    with pytest.raises(IntegrityError), transaction.atomic():
        DocumentLink.objects.create(source=a, target=a, kind="basis")
    link_documents(actor=None, source=a, target=b, kind="basis")
    link_documents(actor=None, source=b, target=c, kind="basis")
    with pytest.raises(Refused) as cycle:
        link_documents(actor=None, source=c, target=a, kind="basis")
    assert cycle.value.code == "link_cycle"
    assert DocumentLink.objects.count() == 2
    link_documents(actor=None, source=c, target=a, kind="amends")  # another kind is another graph


def test_chain_and_links_in_a_constant_number_of_queries(django_assert_num_queries):
    plan, party, state, top = (
        a_document(s) for s in ("107/KH-SNV", "135-KH/TU", "375/UBND-NV", "35-CT/TW")
    )
    set_links(actor=None, source=plan, kind="basis", targets=[party, state])
    set_links(actor=None, source=state, kind="basis", targets=[party])
    set_links(actor=None, source=party, kind="basis", targets=[top])
    with django_assert_num_queries(4):  # the chain, the documents, their plans, their drafts
        chain = basis_chain(plan, GUEST)
    shape = [(n.document, [(m.document, m.children) for m in n.children]) for n in chain]
    assert shape == [(party, [(top, [])]), (state, [])]
    with django_assert_num_queries(3):
        groups = links_of(party, GUEST)
    assert [(g.kind, g.outgoing, g.documents) for g in groups] == [
        ("basis", True, [top]),
        ("basis", False, [plan, state]),
    ]


def test_a_registered_filter_hides_documents(monkeypatch):
    plan, secret, top = (a_document(s) for s in ("107/KH-SNV", "9-KH/TU", "35-CT/TW"))
    set_links(actor=None, source=plan, kind="basis", targets=[secret])
    set_links(actor=None, source=secret, kind="basis", targets=[top])
    monkeypatch.setitem(
        registry.visibility._entries, "test", lambda qs, user: qs.exclude(pk=secret.pk)
    )
    assert basis_chain(plan, GUEST) == []
    assert links_of(plan, GUEST) == []
    assert links_of(top, GUEST) == []
