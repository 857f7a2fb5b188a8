import pytest

from documents.secrecy import find_marking


@pytest.mark.parametrize(
    ("text", "marking"),
    [
        ("MẬT", "Mật"),
        ("Mật", "Mật"),
        ("  [ TỐI MẬT ]  ", "Tối mật"),
        ("T U Y Ệ T  M Ậ T", "Tuyệt mật"),
        ("Đảng bộ tỉnh\nTUYỆT MẬT\nBáo cáo", "Tuyệt mật"),
        ("Độ mật: Tối mật", "Tối mật"),
        ("Dấu độ mật: “MẬT”", "Mật"),
        ("Tài liệu TỐI MẬT, không sao chép", "Tối mật"),
        ("MẬT".encode().decode(), "Mật"),
        ("MẬT", "Mật"),
    ],
)
def test_markings_are_found(text, marking):
    assert find_marking(text) == marking


@pytest.mark.parametrize(
    "text",
    [
        "Bảo vệ bí mật nhà nước là trách nhiệm của mọi đảng viên.",
        "Mật độ dân số 312 người/km2.",
        "Nuôi ong lấy mật ở ba xã vùng cao.",
        "Mối quan hệ mật thiết giữa Đảng và Nhân dân.",
        "Công tác bảo mật thông tin; cơ mật viện; mật khẩu.",
        "",
    ],
)
def test_ordinary_words_are_not(text):
    assert find_marking(text) is None
