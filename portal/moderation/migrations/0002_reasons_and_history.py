"""Reasons a portal starts with, and a history that nobody rewrites."""

from django.db import migrations

# None of them is about what somebody thinks: disagreeing is no reason.
REASONS = [
    (
        "spam",
        "Quảng cáo, thư rác",
        "Nội dung mang tính quảng cáo hoặc không liên quan đến việc trao đổi.",
    ),
    (
        "xuc-pham",
        "Xúc phạm, lăng mạ",
        "Nội dung có lời lẽ xúc phạm người khác. Có thể viết lại ý của mình bằng lời lẽ khác.",
    ),
    (
        "thong-tin-ca-nhan",
        "Lộ thông tin cá nhân",
        "Nội dung có thông tin cá nhân như số điện thoại, địa chỉ, giấy tờ của một người. "
        "Có thể gửi lại sau khi bỏ phần đó.",
    ),
    (
        "kich-dong-bao-luc",
        "Kích động bạo lực, thù ghét",
        "Nội dung kêu gọi bạo lực hoặc kích động thù ghét.",
    ),
    (
        "ngoai-chu-de",
        "Ngoài chủ đề",
        "Nội dung không liên quan đến điều đang được trao đổi. Có thể gửi về đúng nơi tiếp nhận.",
    ),
    (
        "trung-lap",
        "Trùng lặp",
        "Nội dung này đã được gửi trước đó; bản gửi trước vẫn được giữ.",
    ),
    (
        "bi-mat-nha-nuoc",
        "Có thông tin thuộc bí mật nhà nước",
        "Nội dung có thông tin không được phép đưa lên cổng.",
    ),
    (
        "khong-doc-duoc",
        "Không đọc được",
        "Không đọc được nội dung, có thể do lỗi phông chữ. Đề nghị gửi lại bằng bảng mã Unicode.",
    ),
]

FORWARD = """
CREATE FUNCTION moderation_decision_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'decisions of moderation are only added';
END
$$;
CREATE TRIGGER moderation_decision_append_only BEFORE UPDATE OR DELETE ON moderation_decision
    FOR EACH ROW EXECUTE FUNCTION moderation_decision_refuse();
"""

BACKWARD = """
DROP TRIGGER moderation_decision_append_only ON moderation_decision;
DROP FUNCTION moderation_decision_refuse();
"""


def add_reasons(apps, schema_editor):
    ReasonCode = apps.get_model("moderation", "ReasonCode")
    for n, (code, label, sentence) in enumerate(REASONS):
        ReasonCode.objects.get_or_create(
            code=code, defaults={"label": label, "sentence": sentence, "order": (n + 1) * 10}
        )


class Migration(migrations.Migration):
    dependencies = [("moderation", "0001_initial")]

    operations = [
        migrations.RunPython(add_reasons, migrations.RunPython.noop),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
