"""Attachments of the demo's articles, made when it is loaded: small Word and Excel files."""

import io

import docx

from portal.common.sheets import new_book


def _word(title, *parts):
    """A Word file of a title and parts: (heading, [paragraphs])."""
    paper = docx.Document()
    paper.add_heading(title, level=1)
    for heading, paragraphs in parts:
        paper.add_heading(heading, level=2)
        for paragraph in paragraphs:
            paper.add_paragraph(paragraph)
    file = io.BytesIO()
    paper.save(file)
    return file


def questions():
    """Questions for a discussion."""
    return _word(
        "Câu hỏi gợi ý thảo luận dự thảo Báo cáo chính trị",
        (
            "Về đánh giá kết quả",
            [
                "1. Nhận định nào trong phần kết quả chưa sát với nơi đồng chí công tác? Vì sao?",
                "2. Hạn chế nào người dân nói đến nhiều mà dự thảo chưa nêu?",
            ],
        ),
        (
            "Về phương hướng",
            [
                "3. Chỉ tiêu nào khó thực hiện nhất ở cấp xã? Cần thêm điều kiện gì?",
                "4. Việc nào cần ghi rõ cơ quan chịu trách nhiệm và thời hạn?",
            ],
        ),
    )


def outline():
    """An outline of the drafts."""
    return _word(
        "Đề cương giới thiệu dự thảo các văn kiện",
        (
            "Phần một: những chỗ chưa đạt",
            ["Năm trong 22 chỉ tiêu không hoàn thành; nguyên nhân của từng chỉ tiêu."],
        ),
        (
            "Phần hai: chỉ tiêu đề xuất đến năm 2030",
            ["Chỉ tiêu cũ, kết quả, chỉ tiêu mới trong một bảng; mỗi phần có một ví dụ tại chỗ."],
        ),
        ("Phần ba: câu hỏi thường gặp", ["Người nói nêu câu hỏi trước, mời người nghe trả lời."]),
    )


def _sheet(title, rows):
    file, book = new_book()
    sheet = book.add_worksheet(title)
    for n, row in enumerate(rows):
        sheet.write_row(n, 0, row)
    sheet.set_column(1, 2, 40)
    book.close()
    return file


def schedule():
    """When which office gives its opinion."""
    return _sheet(
        "Lịch lấy ý kiến",
        [
            ("STT", "Đơn vị", "Hình thức", "Buổi"),
            (1, "Văn phòng Sở", "Họp chi bộ", "Sáng thứ Hai"),
            (2, "Phòng Công chức, viên chức", "Họp chi bộ", "Chiều thứ Ba"),
            (3, "Phòng Xây dựng chính quyền", "Phiếu hỏi", "Thứ Tư"),
            (4, "Trung tâm Lưu trữ lịch sử", "Hội nghị toàn thể", "Sáng thứ Năm"),
        ],
    )


def positions():
    """Some posts of a commune."""
    return _sheet(
        "Vị trí việc làm",
        [
            ("STT", "Vị trí việc làm", "Nhóm", "Ghi chú"),
            (
                1,
                "Quản lý đất đai chuyên sâu",
                "Nhóm bổ sung",
                "Nơi trên 30.000 dân thêm một người",
            ),
            (2, "Đầu tư và xây dựng", "Nhóm bổ sung", ""),
            (3, "Hỗ trợ chuyển đổi số", "Nhóm bổ sung", "Kiểm tra bằng việc làm thật"),
            (4, "Tiếp nhận và trả kết quả", "Nghiệp vụ chuyên ngành", ""),
            (5, "Văn thư, lưu trữ", "Nghiệp vụ dùng chung", ""),
        ],
    )


_MADE = {
    "questions": (questions, "docx"),
    "outline": (outline, "docx"),
    "schedule": (schedule, "xlsx"),
    "positions": (positions, "xlsx"),
}


def paper(name, title):
    """The paper of this name as an open file called after `title`; KeyError if there is none."""
    make, ending = _MADE[name]
    file = make()
    file.name = f"{title}.{ending}"
    file.seek(0)
    return file
