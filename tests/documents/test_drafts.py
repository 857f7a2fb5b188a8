"""Autosave of the working text, who has it open, and what comes back."""

import datetime as dt
import uuid

import pytest
from django.urls import reverse

from documents import actions, blocks, sections
from documents.actions.drafts import DRAFT_LIMIT, MOST_PAGES
from documents.models import EditionDraft
from documents.tasks import clean_up_drafts
from documents.views.drafts import room
from portal.agencies.models import Role
from portal.common import clock, presence, store
from tests.accounts.factories import UserFactory
from tests.agencies.factories import give
from tests.documents.factories import TEXT, make_document, office

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return office(name="Đảng bộ tỉnh Mẫu", kind="party")


@pytest.fixture
def staff(world, client):
    client.force_login(world[1])
    return world[1]


@pytest.fixture
def edition(world):
    edition = make_document(world[1], world[0]).editions.get()
    store.client().delete(room(edition))
    return edition


def address(name, edition, query=""):
    return reverse(f"documents:{name}", args=[edition.document_id, edition.n]) + query


def sent(person, html="<p>Đang gõ.</p>", key=None, **fields):
    """What autosave.js sends."""
    hidden = {"ban_tu_luu": str(key or uuid.uuid4()), "nguoi_soan": person.pk}
    return {**hidden, "html": html, "note": "", "lock_version": 0, **fields}


def kept(client, person, edition, query="", **fields):
    key = uuid.uuid4()
    response = client.post(address("autosave", edition, query), sent(person, key=key, **fields))
    assert response.status_code == 200
    return key


def test_what_is_typed_is_kept_beside_the_text_not_in_it(staff, edition, client):
    key = uuid.uuid4()
    response = client.post(address("autosave", edition), sent(staff, key=key))
    draft = EditionDraft.objects.get()
    assert response.json() == {"at": f"{clock.local(draft.changed_at):%H:%M}"}
    assert (draft.key, draft.person, draft.edition, draft.section) == (key, staff, edition, "")
    assert draft.fields == {
        "html": ["<p>Đang gõ.</p>"], "note": [""], "lock_version": ["0"]
    }  # fmt: skip
    edition.refresh_from_db()
    assert (edition.source.strip() == "", edition.lock_version) == (False, 0)
    client.post(address("autosave", edition), sent(staff, html="<p>Thêm.</p>", key=key))
    assert EditionDraft.objects.get().fields["html"] == ["<p>Thêm.</p>"]


def test_autosave_answers_the_script_and_never_leads_to_a_sign_in_page(world, edition, client):
    staff, approver = world[1], world[2]
    where, data = address("autosave", edition), sent(staff)
    assert client.post(where, data).status_code == 401
    outsider, colleague = UserFactory(), UserFactory()
    give(colleague, Role.STAFF, world[0])
    for person, status in ((outsider, 404), (approver, 403)):
        client.force_login(person)
        assert client.post(where, {**data, "nguoi_soan": person.pk}).status_code == status
    client.force_login(colleague)
    assert client.post(where, data).status_code == 409
    client.force_login(staff)
    for wrong in ({"ban_tu_luu": "x"}, {"lock_version": "-1"}, {"lock_version": "²"}):
        assert client.post(where, {**data, **wrong}).status_code == 422
    assert client.post(where + "?muc=x", data).status_code == 422
    long = client.post(where, {**data, "note": "x" * (DRAFT_LIMIT + 1)})
    assert (long.status_code, long.json()["message"][:15]) == (422, "Văn bản quá dài")
    assert not EditionDraft.objects.exists()
    key = kept(client, staff, edition)
    client.force_login(colleague)
    taken = client.post(where, sent(colleague, key=key))
    assert taken.json() == {"message": "Trang này thuộc về người khác."}
    client.force_login(staff)
    actions.submit(actor=staff, edition=edition)
    assert "không còn ở trạng thái đang soạn" in client.post(where, data).json()["message"]


def test_the_editor_offers_what_was_left_and_takes_it_up(staff, edition, client):
    key = kept(client, staff, edition, html=TEXT.replace("6,8%", "7,2%"))
    where = reverse("documents:draft", args=[key])
    assert where in client.get(address("edit", edition)).content.decode()
    page = client.get(where)
    html = page.content.decode()
    assert "7" in html
    assert "<del>" in html
    page = client.get(page.context["take_up"])
    form = page.context["form"]
    assert "7,2%" in form["html"].value()
    assert not form.errors
    assert f'value="{key}"' in page.content.decode()
    data = sent(staff, html=form["html"].value(), key=key)
    assert client.post(address("edit", edition), data).status_code == 302
    edition.refresh_from_db()
    assert "7,2%" in edition.source
    assert not EditionDraft.objects.exists()


def test_a_draft_of_a_section_comes_back_into_its_section(staff, edition, client):
    cut = blocks.cut(edition.source)
    section = sections.section_at(cut, 5)
    html = sections.html_of(cut, section)
    fields = {
        "pos": 5,
        "base": sections.digest(html),
        "number": section.number,
        "title": section.title,
    }
    key = kept(client, staff, edition, "?muc=5", html=html + "<p>Gõ dở.</p>", **fields)
    draft = EditionDraft.objects.get()
    assert (draft.section, draft.title) == ("5", "II. Kết quả")
    page = client.get(reverse("documents:draft", args=[key]))
    assert "<ins>" in page.content.decode()
    assert "<del>" not in page.content.decode()
    assert "muc=5" in page.context["take_up"]
    page = client.get(page.context["take_up"])
    assert "Gõ dở." in page.context["form"]["html"].value()
    sent_on = {n: page.context["form"][n].value() for n in ("html", "pos", "base", "lock_version")}
    response = client.post(address("edit", edition, "?muc=5"), {**sent(staff, key=key), **sent_on})
    assert response.status_code == 302
    assert not EditionDraft.objects.exists()


def test_an_old_draft_does_not_write_over_what_was_saved_since(staff, edition, client):
    key = kept(client, staff, edition, html="<p>Bản tự lưu.</p>")
    actions.save_text(
        actor=staff, edition=edition, html="<p>Bản mới.</p>", note="", expected_version=0
    )
    page = client.get(reverse("documents:draft", args=[key]))
    assert "Văn bản đã thay đổi sau bản tự lưu này" in page.content.decode()
    form = client.get(page.context["take_up"]).context["form"]
    sent_on = {**sent(staff, key=key), "html": form["html"].value()}
    page = client.post(address("edit", edition), sent_on).content.decode()
    assert "Bản tự lưu." in page
    assert "Bản mới." in page
    edition.refresh_from_db()
    assert edition.source == "<p>Bản mới.</p>"


def test_a_draft_is_its_persons_alone_and_is_dropped_by_hand(world, staff, edition, client):
    key = kept(client, staff, edition)
    where = reverse("documents:draft", args=[key])
    colleague = UserFactory()
    give(colleague, Role.STAFF, world[0])
    client.force_login(colleague)
    assert client.get(where).status_code == 404
    assert where not in client.get(address("edit", edition)).content.decode()
    client.force_login(staff)
    assert client.post(where).status_code == 302
    assert not EditionDraft.objects.exists()
    assert client.get(where).status_code == 404


def test_the_oldest_page_gives_way_and_old_drafts_go(staff, edition):
    start = clock.now() - dt.timedelta(days=31)
    for n in range(MOST_PAGES + 2):
        actions.keep_draft(
            actor=staff,
            edition=edition,
            key=uuid.uuid4(),
            fields={"note": [str(n)]},
            base_version=0,
            now=start + dt.timedelta(days=n),
        )
    notes = [d.fields["note"][0] for d in EditionDraft.objects.order_by("changed_at")]
    assert notes == [str(n) for n in range(2, MOST_PAGES + 2)]
    actions.clean_up_drafts(now=start + dt.timedelta(days=33))
    assert EditionDraft.objects.count() == MOST_PAGES - 1
    clean_up_drafts()
    assert EditionDraft.objects.count() == MOST_PAGES - 1


def test_a_page_made_for_somebody_else_asks_before_it_saves(world, staff, edition, client):
    colleague = UserFactory()
    give(colleague, Role.STAFF, world[0])
    data = sent(staff)
    client.force_login(colleague)
    page = client.post(address("edit", edition), data)
    assert "Trang này do người khác mở" in page.content.decode()
    edition.refresh_from_db()
    assert edition.lock_version == 0
    assert client.post(address("edit", edition), sent(colleague)).status_code == 302


def test_colleagues_see_who_has_the_text_open(world, staff, edition, client):
    colleague = UserFactory()
    give(colleague, Role.STAFF, world[0])
    client.get(address("edit", edition))
    client.force_login(colleague)
    html = " ".join(client.get(address("edit", edition)).content.decode().split())
    assert f"Đồng chí {staff.full_name} đang mở văn bản này để sửa" in html
    where = address("presence", edition)
    assert staff.full_name in client.get(where).content.decode()
    client.force_login(staff)
    assert client.post(where, {"roi": "1"}).status_code == 204
    client.force_login(world[2])
    assert client.get(where).status_code == 200
    assert client.post(where).status_code == 403
    client.logout()
    assert client.get(where).status_code == 204
    assert [p.name for p in presence.others(room(edition), world[2].pk)][-1] == colleague.full_name


def test_pasted_text_of_old_fonts_is_read(world, staff, client):
    where = reverse("documents:pasted")
    told = client.post(where, {"text": "Ñaïi hoäi chi boä"}).json()
    assert (told["kind"], told["text"]) == ("VNI", "Đại hội chi bộ")
    client.force_login(world[2])
    assert client.post(where, {"text": "x"}).status_code == 403
