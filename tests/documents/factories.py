"""Documents for tests, made through the actions that the portal uses."""

from documents import actions
from documents.models import Edition
from portal.agencies.models import Role
from tests.accounts.factories import UserFactory
from tests.agencies.factories import AgencyFactory, give

TEXT = """
<h2>Phần thứ nhất. Kết quả nhiệm kỳ</h2>
<h3>I. Bối cảnh</h3>
<p>Năm năm qua, tỉnh chịu ba cú sốc lớn.</p>
<p>Từ ngày 01/7/2025, toàn tỉnh vận hành chính quyền địa phương hai cấp.</p>
<h3>II. Kết quả</h3>
<p>Tổng sản phẩm tăng bình quân 6,8% mỗi năm.</p>
"""


def office(**agency_fields):
    """(agency, staff, approver): an agency with one writer and one approver."""
    agency = AgencyFactory(**agency_fields)
    staff, approver = UserFactory(), UserFactory()
    give(staff, Role.STAFF, agency)
    give(approver, Role.APPROVER, agency)
    return agency, staff, approver


def make_document(staff, agency, **fields):
    """A document with edition 1 being written."""
    fields = {"title": "Báo cáo chính trị", "html": TEXT, "not_secret": True} | fields
    return actions.create_document(actor=staff, agency=agency, **fields)


def publish(document, staff, approver, **kwargs):
    """Publish the edition being written; returns it."""
    edition = document.editions.get(state=Edition.State.EDITING)
    actions.submit(actor=staff, edition=edition)
    return actions.publish(actor=approver, edition=edition, **kwargs)
