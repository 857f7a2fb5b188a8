"""The legal basis as an indented list both ways: circles, hidden documents, hundreds of them."""

import datetime as dt
import itertools

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns import actions as campaigns
from portal.official.actions import set_links
from portal.official.models import DocumentLink, OfficialDocument
from portal.official.queries import MOST_LINKS, basis_chain, links_of
from tests.agencies.factories import AgencyFactory
from tests.campaigns.factories import PlanFactory

from .factories import a_document

pytestmark = pytest.mark.django_db

ANYBODY = AnonymousUser()


def shape(nodes):
    return [(n.document.symbol, n.kind, shape(n.children)) for n in nodes]


def link(source, kind, *targets):
    set_links(actor=None, source=source, kind=kind, targets=targets)


def papers(*symbols):
    return [a_document(symbol) for symbol in symbols]


def test_carrying_out_is_said_once_where_it_is_a_basis_as_well():
    top, plan = papers("1-KH/TU", "2-KH/HU")
    link(plan, "basis", top)
    link(plan, "implements", top)
    assert shape(basis_chain(plan, ANYBODY)) == [("1-KH/TU", "implements", [])]
    (group,) = [g for g in links_of(top, ANYBODY) if not g.outgoing]
    assert (group.kind, group.documents) == ("implements", [plan])


def test_a_circle_of_different_links_ends():
    a, b, c = papers("1-KH/TU", "2-KH/TU", "3-KH/TU")
    link(a, "basis", b)
    link(b, "basis", c)
    link(c, "implements", b)  # no circle of one kind, but one of both
    link(b, "implements", a)
    assert shape(basis_chain(a, ANYBODY)) == [
        ("2-KH/TU", "basis", [("3-KH/TU", "basis", [])]),
    ]
    assert [n.document for n in basis_chain(c, ANYBODY)] == [b]


def test_many_ways_to_the_same_documents_are_few_rows():
    """Twelve layers of four, each standing on all of the next: 4^6 paths, 28 documents at most."""
    layers = [papers(*(f"{10 * n + i + 1}-KH/TU" for i in range(4))) for n in range(8)]
    for above, below in itertools.pairwise(layers):
        for document in above:
            link(document, "basis", *below)
    with CaptureQueriesContext(connection) as seen:
        chain = basis_chain(layers[0][0], ANYBODY)

    def count(nodes):
        return sum(1 + count(n.children) for n in nodes)

    assert count(chain) == 6 * 4
    assert len(seen) == 4  # the chain, the documents, their plans, their drafts


def test_what_hangs_below_a_hidden_document_shows_only_by_another_way(client):
    hidden = PlanFactory(issuer=AgencyFactory(), symbol="9-KH/TU")  # being drafted
    root, deep, shared = papers("1-KH/TU", "2-KH/TU", "3-KH/TU")
    open_way = a_document("4-KH/TU")
    link(root, "basis", hidden.document, open_way)
    link(hidden.document, "basis", deep, shared)
    link(open_way, "basis", shared)
    assert shape(basis_chain(root, ANYBODY)) == [
        ("4-KH/TU", "basis", [("3-KH/TU", "basis", [])]),
    ]
    page = client.get(reverse("official:document", args=[root.pk])).content.decode()
    assert "9-KH/TU" not in page
    assert "2-KH/TU" not in page


@pytest.fixture
def hundreds():
    """A plan of the province and 130 of communes that carry it out, one of them still a draft."""
    above = PlanFactory(symbol="12-KH/TU", issued=True)
    documents = OfficialDocument.objects.bulk_create(
        OfficialDocument(
            symbol=f"{n}-KH/ĐU",
            title=f"Văn bản {n}",
            issued_on=dt.date(2026, 1, 1) + dt.timedelta(n),
        )
        for n in range(1, 130)
    )
    DocumentLink.objects.bulk_create(
        DocumentLink(source=document, target=above.document, kind="implements")
        for document in documents
    )
    draft = AgencyFactory(name="Đảng bộ xã đang soạn")
    campaigns.derive_plan(actor=None, above=above, issuer=draft, title="Kế hoạch đang soạn")
    return above


def test_hundreds_that_carry_it_out_are_shown_by_pages(hundreds, client):
    url = reverse("official:document", args=[hundreds.document_id])
    (group,) = links_of(hundreds.document, ANYBODY)
    assert (len(group.documents), group.more) == (MOST_LINKS, True)
    assert [d.symbol for d in group.documents[:2]] == ["1-KH/ĐU", "2-KH/ĐU"]
    every = reverse("official:linked", args=[hundreds.document_id, "trien-khai"])
    assert every in client.get(url).content.decode()
    page = client.get(every)
    assert page.context["page"].count == 129  # the draft is not counted
    assert "Kế hoạch đang soạn" not in page.content.decode()
    last = client.get(every, {"trang": 3}).content.decode()
    assert "129-KH/ĐU" in last
    other = reverse("official:linked", args=[hundreds.document_id, "khong-co"])
    assert client.get(other).status_code == 404


def test_the_page_costs_the_same_for_one_and_hundreds(hundreds, client):
    url = reverse("official:document", args=[hundreds.document_id])

    def queries():
        with CaptureQueriesContext(connection) as seen:
            client.get(url)
        return len(seen)

    many = queries()
    DocumentLink.objects.exclude(source__symbol="1-KH/ĐU").delete()
    assert queries() == many


def test_the_plan_page_shows_the_first_and_leads_to_all(client):
    above = PlanFactory(symbol="12-KH/TU", issued=True)
    higher = a_document("1-CT/TW")
    link(above.document, "basis", higher)
    for n in range(22):
        plan = PlanFactory(issuer=AgencyFactory(name=f"Xã {n:02}"), implements=above)
        campaigns.submit_plan(actor=None, plan=plan)
        campaigns.issue_plan(actor=None, plan=plan)
    page = client.get(above.get_absolute_url())
    html = page.content.decode()
    assert len(page.context["p"].derived) == 20
    assert reverse("official:linked", args=[above.document_id, "trien-khai"]) in html
    assert shape(page.context["chain"]) == [("1-CT/TW", "basis", [])]
    below = client.get(plan.get_absolute_url())
    assert shape(below.context["chain"]) == [
        ("12-KH/TU", "implements", [("1-CT/TW", "basis", [])]),
    ]
    assert above.get_absolute_url() in below.content.decode()
    # a superior's plan that was withdrawn is no basis readers are shown
    campaigns.withdraw_plan(actor=None, plan=above, note="Thay bằng kế hoạch khác")
    assert "12-KH/TU" not in client.get(plan.get_absolute_url()).content.decode()
