"""Reasons become published rules; those for opinions are the six of the law of consultations.

None of them is about what somebody thinks. What is against the law takes two people.
"""

from django.db import migrations

OPINION, RESPONSE = "feedback.opinion", "news.response"

RULES = {
    "thong-tin-ca-nhan": "Nêu số điện thoại, địa chỉ, số giấy tờ, tình trạng sức khỏe hoặc việc riêng của "
    "một người khác. Nêu việc làm của người có chức vụ khi thi hành công vụ không thuộc quy tắc này.",
    "xuc-pham": "Dùng lời lẽ thóa mạ, nhục mạ một con người cụ thể. Chê trách chủ trương, cách làm, kết "
    "quả công tác, dù gay gắt, không thuộc quy tắc này.",
    "ngoai-chu-de": "Không nói về văn kiện, đoạn được hỏi hay việc mà văn kiện đề cập. Ý kiến dẫn việc ở "
    "địa phương mình để góp ý vẫn là đúng chủ đề.",
    "trung-lap": "Cùng một người gửi lại đúng nội dung đã gửi. Nhiều người cùng viết một ý không thuộc "
    "quy tắc này.",
}
#: code, label, sentence, rule, outcome, two people, order
NEW = [
    (
        "quang-cao",
        "Quảng cáo",
        "Nội dung giới thiệu, mời mua bán hàng hóa, dịch vụ.",
        "Giới thiệu, mời chào hàng hóa, dịch vụ, đường dẫn bán hàng.",
        "hidden",
        False,
        35,
    ),
    (
        "trai-phap-luat",
        "Trái pháp luật",
        "Nội dung vi phạm quy định pháp luật dẫn dưới đây.",
        "Vi phạm một quy định pháp luật cụ thể. Phải dẫn rõ điều, khoản, văn bản; một người đề nghị, một "
        "người khác quyết định. Cổng không tự chuyển nội dung cho bất kỳ cơ quan nào.",
        "hidden",
        True,
        65,
    ),
    (
        "thu-rac",
        "Thư rác, gửi trùng hàng loạt",
        "Nội dung được xác định là thư rác hoặc gửi hàng loạt bằng máy nên không được tính là ý kiến góp ý.",
        "Gửi hàng loạt bằng máy, chuỗi ký tự vô nghĩa. Thư rác không được tính; người gửi vẫn có thể đề "
        "nghị xem lại, nếu đúng thì ý kiến được tính trở lại.",
        "spam",
        False,
        90,
    ),
]
ONLY_RESPONSES = ("spam", "kich-dong-bao-luc", "bi-mat-nha-nuoc", "khong-doc-duoc")


def publish(apps, schema_editor):
    ReasonCode = apps.get_model("moderation", "ReasonCode")
    for code, rule in RULES.items():
        ReasonCode.objects.filter(code=code, rule="").update(rule=rule)
    ReasonCode.objects.filter(code__in=ONLY_RESPONSES).update(kinds=[RESPONSE])
    for code, label, sentence, rule, outcome, two, order in NEW:
        ReasonCode.objects.get_or_create(
            code=code,
            defaults={
                "label": label,
                "sentence": sentence,
                "rule": rule,
                "outcome": outcome,
                "two_people": two,
                "order": order,
                "kinds": [OPINION],
            },
        )


class Migration(migrations.Migration):
    dependencies = [("moderation", "0004_outcomes")]

    operations = [migrations.RunPython(publish, migrations.RunPython.noop)]
