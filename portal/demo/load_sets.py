"""What the demo gives to some only: a summary for cells, an internal guide, a set of both."""

from campaigns.models import Event
from documents import actions
from documents.models import Document
from portal.agencies.models import Level
from portal.demo.load_documents import APPROVER, STAFF

OWNER = "dang-bo-tinh-mau"

_SUMMARY = """
<h2>Phần thứ nhất. Năm năm qua</h2>
<p>Kinh tế của tỉnh tăng đều, đời sống người dân khá hơn; bộ máy gọn lại sau khi bỏ cấp huyện.</p>
<p>Còn ba việc chưa làm tốt: dữ liệu đất đai, đường nông thôn và chất lượng sinh hoạt chi bộ.</p>
<h2>Phần thứ hai. Năm năm tới</h2>
<p>Tỉnh tập trung vào cán bộ cấp xã, chuyển đổi số phục vụ người dân và nông nghiệp sạch.</p>
<p>Mỗi chi bộ chọn một việc khó của địa bàn để làm đến nơi đến chốn trong năm đầu nhiệm kỳ.</p>
"""
_GUIDE = """
<h2>I. Chuẩn bị buổi thảo luận</h2>
<p>Gửi bản tóm tắt cho đảng viên trước ít nhất năm ngày; đảng viên cao tuổi được đọc giúp.</p>
<p>Bí thư chi bộ chọn hai câu hỏi gợi ý sát với địa bàn, không đọc lại toàn văn trong buổi họp.</p>
<h2>II. Ghi và gửi ý kiến</h2>
<p>Thư ký ghi đủ ý kiến khác nhau, kể cả ý kiến của một người; không tự gộp thành kết luận.</p>
<p>Ý kiến gửi theo từng đoạn của dự thảo để nơi tổng hợp đối chiếu được.</p>
"""


def load(world, on):
    """Documents that are not for everybody, and the set by which they go to the units."""
    staff, agency = world["users"][STAFF], world["agencies"][OWNER]
    congress = Event.objects.filter(slug="tinh-mau-1").first()
    report = Document.objects.filter(agency=agency, title__contains="Báo cáo chính trị").first()
    levels = list(Level.objects.filter(slug__in=["xa", "chi-bo"]))
    summary = _published(
        world,
        title="Tóm tắt dự thảo Báo cáo chính trị dùng cho sinh hoạt chi bộ",
        html=_SUMMARY,
        event=congress,
        circulation="units",
    )
    actions.edit_document(actor=staff, document=summary, expected_version=0, summary_of=report)
    guide = _published(
        world,
        title="Hướng dẫn thảo luận dự thảo văn kiện tại chi bộ",
        html=_GUIDE,
        event=congress,
        circulation="internal",
    )
    actions.create_set(
        actor=staff,
        agency=agency,
        event=congress,
        title="Bộ văn kiện gửi chi bộ thảo luận",
        note="Chi bộ thảo luận theo bản tóm tắt; toàn văn đọc trên cổng.",
        documents=[summary, guide, report],
        audience=[(agency, True, level) for level in levels],
    )


def _published(world, **fields):
    staff, approver = world["users"][STAFF], world["users"][APPROVER]
    document = actions.create_document(
        actor=staff, agency=world["agencies"][OWNER], not_secret=True, **fields
    )
    edition = actions.submit(actor=staff, edition=document.editions.get())
    actions.publish(actor=approver, edition=edition)
    return document
