from django.core.management.base import BaseCommand, CommandError

from feedback import totals
from feedback.models import Consultation


class Command(BaseCommand):
    help = "Đếm lại số ý kiến của các đợt lấy ý kiến (sau khi khôi phục hoặc sửa dữ liệu)."

    def add_arguments(self, parser):
        parser.add_argument("ids", nargs="*", type=int, metavar="ID", help="mọi đợt, nếu bỏ trống")

    def handle(self, *args, ids, **options):
        found = Consultation.objects.order_by("pk")
        if ids:
            found = found.filter(pk__in=ids)
            missing = set(ids) - set(found.values_list("pk", flat=True))
            if missing:
                raise CommandError(f"Không có đợt lấy ý kiến số {min(missing)}.")
        for consultation in found:
            totals.rebuild(consultation)
            n = totals.live([consultation.pk]).get(consultation.pk, 0)
            self.stdout.write(f"{consultation.pk}: {n} ý kiến")
