"""Files of the original and the official symbol of an edition."""

import io
import time
import uuid
import zipfile

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from docx import Document as Word

from documents import actions
from documents.models import Edition, EditionFile
from portal.agencies.models import Role
from portal.common.errors import Refused
from portal.official import actions as official
from portal.official.models import OfficialDocument
from tests.accounts.factories import UserFactory
from tests.agencies.factories import AgencyFactory, give
from tests.documents.factories import make_document, office, publish

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 b\xe1\xba\xa3n g\xe1\xbb\x91c %%EOF"


@pytest.fixture
def world():
    return office(name="Đảng bộ tỉnh Mẫu", kind="party")


def refusal(callable_, **kwargs):
    with pytest.raises(Refused) as caught, transaction.atomic():
        callable_(**kwargs)
    return caught.value.code


def pdf(name="bao cao.pdf", data=PDF):
    return ContentFile(data, name=name)


def word(text):
    data = io.BytesIO()
    paper = Word()
    paper.add_paragraph(text)
    paper.save(data)
    return ContentFile(data.getvalue(), name="du thao.docx")


def test_a_file_is_kept_byte_for_byte_and_read_by_the_readers_of_the_document(world, client):
    agency, staff, approver = world
    document = make_document(staff, agency)
    edition = document.editions.get()
    client.force_login(staff)
    url = reverse("documents:files", args=[document.pk, 1])
    page = client.post(url, {"file": pdf(), "title": "Bản gốc có chữ ký", "role": "original"})
    assert page.status_code == 302
    found = EditionFile.objects.get()
    public = reverse("documents:file", args=[document.pk, document.slug, 1, found.pk])
    client.logout()
    assert client.get(public).status_code == 404
    publish(document, staff, approver)
    answer = client.get(public)
    assert b"".join(answer.streaming_content) == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment")
    room = client.get(reverse("documents:edition", args=[document.pk, document.slug, 1]))
    assert "Bản gốc có chữ ký" in room.content.decode()
    other = reverse("documents:file", args=[document.pk, document.slug, 1, uuid.uuid4()])
    assert client.get(other).status_code == 404
    # never changed once it is out
    for verb, arguments in (
        (actions.add_file, {"edition": edition, "file": pdf("khac.pdf", PDF + b"\n")}),
        (actions.remove_file, {"file": found}),
    ):
        assert refusal(verb, actor=staff, **arguments) == "not_editing"
    actions.withdraw(actor=approver, edition=edition, reason="Nhầm bản in.")
    assert client.get(public).status_code == 410


def test_files_of_what_is_internal_are_not_for_others(world, client):
    agency, staff, approver = world
    document = make_document(staff, agency, circulation="internal")
    found = actions.add_file(actor=staff, edition=document.editions.get(), file=pdf())
    publish(document, staff, approver)
    outsider = UserFactory()
    give(outsider, Role.STAFF, AgencyFactory())
    public = reverse("documents:file", args=[document.pk, document.slug, 1, found.pk])
    desk = reverse("documents:desk_file", args=[document.pk, 1, found.pk])
    for user, expected in ((None, 404), (outsider, 404), (staff, 200)):
        client.force_login(user) if user else client.logout()
        answer = client.get(public)
        assert answer.status_code == expected
    assert answer.headers["Cache-Control"] == "private, no-store"
    client.force_login(outsider)
    assert client.get(desk).status_code == 404


def test_what_is_refused_is_not_stored(world):
    agency, staff, approver = world
    edition = make_document(staff, agency).editions.get()
    add = {"actor": staff, "edition": edition}
    assert refusal(actions.add_file, **add, file=pdf(data=b"MZ no document")) == "not_a_document"
    assert refusal(actions.add_file, **add, file=pdf("TUYET MAT.pdf", b"")) == "empty"
    assert refusal(actions.add_file, **add, file=pdf("TUYỆT MẬT.pdf")) == "secret"
    assert refusal(actions.add_file, **add, file=pdf(), title="Độ mật: Mật") == "secret"
    assert refusal(actions.add_file, **add, file=word("TUYỆT MẬT")) == "secret"
    assert refusal(actions.add_file, actor=approver, edition=edition, file=pdf()) == "no_right"
    assert not EditionFile.objects.exists()
    found = actions.add_file(**add, file=word("Nội dung thường"))
    assert refusal(actions.add_file, **add, file=found.upload.file.open()) == "same_file"
    for n in range(9):
        actions.add_file(**add, file=pdf(f"{n}.pdf", PDF + b"\n" * n))
    assert refusal(actions.add_file, **add, file=pdf("11.pdf", PDF + b" ")) == "too_many"
    actions.remove_file(actor=staff, file=found)
    assert Edition.objects.get(pk=edition.pk).attached == edition.files.count() == 9


def test_a_symbol_is_registered_and_shown_on_the_sheet(world, client):
    agency, staff, approver = world
    document = make_document(staff, agency)
    edition = publish(document, staff, approver)
    url = reverse("documents:symbol", args=[document.pk, 1])
    data = {
        "symbol": "135 -BC/TU", "issued_on": "2026-11-20", "signer": "Nguyễn Văn Bình",
        "signer_position": "Bí thư", "lock_version": edition.lock_version,
    }  # fmt: skip
    client.force_login(staff)
    page = client.post(url, data)
    assert "chỉ người duyệt" in page.content.decode()
    client.force_login(approver)
    assert "không đọc được" in client.post(url, data | {"symbol": "abc"}).content.decode()
    assert client.post(url, data).status_code == 302
    found = OfficialDocument.objects.get()
    assert (found.canonical, found.issuer, found.signer) == (
        "135-BC/TU", agency, "Nguyễn Văn Bình",
    )  # fmt: skip
    client.logout()
    room = client.get(reverse("documents:edition", args=[document.pk, document.slug, 1]))
    assert "135 -BC/TU" in room.content.decode()


def test_one_symbol_is_of_one_edition(world):
    agency, staff, _approver = world
    known = official.register_document(
        actor=staff, issuer=agency, symbol="12-BC/TU", title="Báo cáo"
    )
    first = make_document(staff, agency).editions.get()
    second = make_document(staff, agency, title="Nghị quyết").editions.get()
    first = actions.set_symbol(actor=staff, edition=first, symbol="12-BC/TU")
    assert first.official == known
    assert refusal(actions.set_symbol, actor=staff, edition=second, symbol="12 - BC/TU") == "taken"
    with pytest.raises(IntegrityError), transaction.atomic():
        Edition.objects.filter(pk=second.pk).update(official=known)
    first = actions.set_symbol(actor=staff, edition=first, symbol="")
    assert first.official is None
    assert actions.set_symbol(actor=staff, edition=second, symbol="12-BC/TU").official == known
    assert OfficialDocument.objects.count() == 1


def test_a_file_made_to_take_long_or_much_memory_is_looked_at_in_bounds(world):
    agency, staff, _approver = world
    edition = make_document(staff, agency).editions.get()

    def packed(*texts):
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as package:
            package.writestr("[Content_Types].xml", "<Types/>")
            for n, text in enumerate(texts):
                package.writestr(f"word/header{n}.xml", text)
        return data.getvalue()

    begun = time.process_time()
    slow = ContentFile(packed("<" * 300_000 + "</w:p>TUYỆT MẬT</w:p>"), name="cham.docx")
    assert refusal(actions.add_file, actor=staff, edition=edition, file=slow) == "secret"
    assert time.process_time() - begun < 10
    # Bytes that do not unpack are no reason to fall over.
    data = bytearray(packed("chữ" * 1000))
    at = data.find(b"word/header0.xml") + len(b"word/header0.xml")
    data[at : at + 8] = b"\xff" * 8
    torn = ContentFile(bytes(data), name="rach.docx")
    assert refusal(actions.add_file, actor=staff, edition=edition, file=torn) != "secret"
