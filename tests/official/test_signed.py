"""Signed copies that never change, and approvals that were given on paper."""

import datetime as dt
import hashlib
import io

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from portal.agencies.models import Role
from portal.common import clock
from portal.common.errors import Refused
from portal.common.models import AuditEntry
from portal.common.uploads.models import Upload
from portal.official import actions
from portal.official.models import PaperApproval, SignedCopy
from tests.accounts.factories import UserFactory
from tests.agencies.factories import AgencyFactory, give

from .factories import a_document

pytestmark = pytest.mark.django_db


def pdf(words=b"one", name="ban-ky.pdf"):
    return ContentFile(b"%PDF-1.7 " + words + b" %%EOF", name=name)


def photo():
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "Máy ảnh của tôi"
    Image.new("RGB", (60, 80), "white").save(out, "JPEG", exif=exif)
    return ContentFile(out.getvalue(), name="giay to.jpg")


@pytest.fixture
def province():
    return AgencyFactory(name="Đảng bộ tỉnh Mẫu")


@pytest.fixture
def commune(province):
    return AgencyFactory(name="Đảng bộ xã Hòa Bình", parent=province)


@pytest.fixture
def staff(commune):
    user = UserFactory()
    give(user, Role.STAFF, commune)
    return user


@pytest.fixture
def paper(commune):
    return a_document("05-KH/ĐU", issuer=commune, title="Kế hoạch xã")


def approve(agency, **values):
    values = {
        "actor": None,
        "agency": agency,
        "subject_kind": "test.row",
        "subject_id": 7,
        "subject_label": "Kế hoạch xã",
        "act": "issue",
        "scan": pdf(),
        "signer": "Lương Đức Long",
        "position": "Bí thư",
        "number": "05-KH/ĐU",
        "signed_on": dt.date(2026, 2, 3),
    } | values
    return actions.record_paper_approval(**values)


# --- signed copies --------------------------------------------------------------------------


def test_a_copy_is_replaced_by_a_new_one_and_stays(client, paper, staff):
    client.force_login(staff)
    url = reverse("official:copies", args=[paper.pk])
    assert "Chưa có bản ký" in client.get(url).content.decode()
    assert client.post(url, {"file": pdf(b"one")}).status_code == 302
    again = client.post(url, {"file": pdf(b"one"), "note": "lần nữa"})
    assert again.context["form"].errors["file"] == ["Tệp này giống hệt bản ký đang lưu."]
    without = client.post(url, {"file": pdf(b"two")})
    assert (without.status_code, list(without.context["form"].errors)) == (422, ["note"])
    assert client.post(url, {"file": pdf(b"two"), "note": "Đính chính"}).status_code == 302
    kept = list(paper.signed_copies.order_by("n").values_list("n", "note", "upload__sha256"))
    digests = [hashlib.sha256(b"%PDF-1.7 " + w + b" %%EOF").hexdigest() for w in (b"one", b"two")]
    assert kept == [(1, "", digests[0]), (2, "Đính chính", digests[1])]
    changes = AuditEntry.objects.filter(verb="add_signed_copy").order_by("id")
    assert [row.changes["signed_copy"] for row in changes] == [[None, digests[0]], digests]
    shown = client.get(url).content.decode()
    assert all(digest in shown for digest in digests)

    file = reverse("official:file", args=[paper.pk])
    old, new = (reverse("official:file_n", args=[paper.pk, n]) for n in (1, 2))
    assert b"".join(client.get(old)) == b"%PDF-1.7 one %%EOF"
    client.logout()
    assert b"".join(client.get(file)) == b"%PDF-1.7 two %%EOF"
    assert b"".join(client.get(new)) == b"%PDF-1.7 two %%EOF"
    assert client.get(old).status_code == 404
    assert client.get(reverse("official:file_n", args=[paper.pk, 3])).status_code == 404


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"PK\x03\x04 a Word file", "Tệp này không phải PDF. Hãy chọn bản quét đã lưu thành PDF."),
        (b"%PDF-1.7 cut off", "Tệp PDF bị thiếu phần cuối; hãy lưu và tải lên lại."),
        (b"%PDF-1.7" + b"x" * (25 * 1024 * 1024) + b"%%EOF", "Tệp lớn quá 25 MB."),
        (b"", "Tệp trống."),
    ],
    ids=["word", "cut", "large", "empty"],
)
def test_what_is_no_whole_pdf_is_refused_at_the_field(client, paper, staff, data, sentence):
    client.force_login(staff)
    file = ContentFile(data, name="ban-ky.pdf")
    page = client.post(reverse("official:copies", args=[paper.pk]), {"file": file})
    assert page.status_code == 422
    assert page.context["form"].errors["file"] == [sentence]
    assert not SignedCopy.objects.exists()
    assert not Upload.objects.exists()


def test_copies_are_kept_by_staff_of_the_issuer_and_seen_above(client, province, paper):
    url = reverse("official:copies", args=[paper.pk])
    outsider, watcher = UserFactory(), UserFactory()
    give(outsider, Role.STAFF, AgencyFactory())
    give(watcher, Role.SUPERVISOR, province)
    for user, statuses in ((outsider, (404, 404)), (watcher, (200, 403))):
        client.force_login(user)
        assert (client.get(url).status_code, client.post(url).status_code) == statuses
    client.logout()
    assert client.get(url).status_code == 302


# --- approvals on paper ---------------------------------------------------------------------


def test_an_approval_keeps_what_the_paper_says_and_its_scan(commune):
    clerk = UserFactory()
    approval = approve(commune, actor=clerk)
    assert (approval.signer, approval.number, approval.recorded_by) == (
        "Lương Đức Long",
        "05-KH/ĐU",
        clerk,
    )
    assert approval.scan.file.open().read() == b"%PDF-1.7 one %%EOF"
    entry = AuditEntry.objects.get(verb="record_paper_approval")
    assert (entry.agency_id, entry.object_label) == (commune.pk, "Kế hoạch xã")
    assert entry.changes["signed_on"] == [None, "2026-02-03"]


def test_a_photo_of_the_paper_becomes_a_pdf_without_what_the_phone_wrote(commune):
    approval = approve(commune, scan=photo())
    data = approval.scan.file.open().read()
    assert data.startswith(b"%PDF-")
    assert "Máy ảnh của tôi".encode() not in data
    assert (approval.scan.original_name, approval.scan.kind) == ("giay to.pdf", "file")


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"signer": " "}, "missing_signer"),
        ({"position": ""}, "missing_position"),
        ({"number": None}, "missing_number"),
        ({"signed_on": None}, "missing_signed_on"),
        ({"scan": None}, "missing_scan"),
        ({"signer": "a" * 121}, "long_signer"),
        ({"scan": ContentFile(b"MZ a program", name="a.pdf")}, "not_pdf"),
        ({"scan": ContentFile(b"\xff\xd8\xff broken", name="a.jpg")}, "not_an_image"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_approval_is_complete_or_not_at_all(commune, values, code):
    with pytest.raises(Refused) as refusal:
        approve(commune, **values)
    assert refusal.value.code == code
    assert not PaperApproval.objects.exists()
    assert not Upload.objects.exists()


def test_nobody_signs_tomorrow(commune):
    with pytest.raises(Refused) as refusal:
        approve(commune, signed_on=clock.today() + dt.timedelta(days=1))
    assert refusal.value.code == "future"


def test_the_list_shows_the_superior_what_was_approved_on_paper_below(
    client, province, commune, staff
):
    approval = approve(commune)
    approve(AgencyFactory(name="Tỉnh khác"), subject_label="Của nơi khác")
    above, beside = UserFactory(), UserFactory()
    give(above, Role.STAFF, province)
    give(beside, Role.STAFF, AgencyFactory())
    url, scan = reverse("official:approvals"), reverse("official:scan", args=[approval.pk])
    for user in (above, staff):
        client.force_login(user)
        rows = client.get(url).context["rows"]
        assert [row["approval"] for row in rows] == [approval]
        assert b"".join(client.get(scan)) == b"%PDF-1.7 one %%EOF"
    client.force_login(beside)
    assert "Chưa có phê duyệt nào trên giấy" in client.get(url).content.decode()
    assert client.get(scan).status_code == 404
    client.force_login(UserFactory())
    assert client.get(url).status_code == 403


def test_the_list_costs_the_same_for_one_and_many(client, commune, staff):
    client.force_login(staff)
    url = reverse("official:approvals")

    def queries():
        with CaptureQueriesContext(connection) as seen:
            client.get(url)
        return len(seen)

    approve(commune)
    queries()
    one = queries()
    for n in range(5):
        approve(commune, subject_id=n, subject_kind=f"test.{n}", actor=UserFactory())
    assert queries() == one
