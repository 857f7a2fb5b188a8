import datetime as dt
import importlib
import importlib.util
import time

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from portal.accounts.models import User
from portal.agencies.models import Agency
from portal.common import audit, clock
from portal.common.locks import advisory_lock
from portal.common.models import AuditEntry

#: (module portal.demo.load_…, what is told while it runs), in the order they lean on each other.
STEPS = (
    ("agencies", "cơ quan, tổ chức"),
    ("accounts", "tài khoản, vai trò"),
    ("plans", "lịch, kế hoạch, tiến độ"),
    ("register", "sổ văn bản"),
    ("news", "tin bài"),
    ("corrections", "bản sửa của tin bài"),
    ("responses", "phản hồi của bạn đọc"),
    ("visits", "lượt đọc, chân trang"),
    ("reports", "báo cáo của các đơn vị"),
    ("documents", "văn kiện"),
    ("feedback", "lấy ý kiến"),
    ("entries", "phiếu, thư góp ý"),
    ("meetings", "hội nghị góp ý của đơn vị"),
    ("following", "trao đổi và trả lời ý kiến"),
    ("editions", "các lần dự thảo sau"),
    ("sets", "văn kiện cho từng cấp"),
    ("merger", "sắp xếp tổ chức, lịch đại hội"),
    ("notices", "nhắc việc"),
    ("cascade", "kế hoạch triển khai của đơn vị"),
    ("participation", "số liệu tham gia góp ý"),
)
VERB = "load_demo"


class Command(BaseCommand):
    """Every step runs once and in a transaction of its own; its audit row says that it has run.

    The first step's day stays the day of the demo, so that a step loaded later fits the others.
    """

    help = "Nạp dữ liệu của bản dùng thử; phần nào đã nạp thì bỏ qua."

    def handle(self, *args, verbosity=1, **options):
        if not settings.DEMO:  # accounts with a password everybody knows
            raise CommandError("Chỉ nạp dữ liệu dùng thử khi biến môi trường DEMO=1.")
        done = dict(
            AuditEntry.objects.filter(verb=VERB)
            .order_by("-id")
            .values_list("object_label", "changes__on__1")
        )
        first = min(done.values(), default=None)
        on = dt.date.fromisoformat(first) if first else clock.today()
        world = {}
        for name, label in STEPS:
            module = f"portal.demo.load_{name}"
            if name in done or importlib.util.find_spec(module) is None:
                continue
            began = time.monotonic()
            if verbosity:
                self.stdout.write(f"Dữ liệu dùng thử: {label} … ", ending="")
                self.stdout.flush()
            world["agencies"] = {a.slug: a for a in Agency.objects.all()}
            world["users"] = {u.username: u for u in User.objects.all()}
            with transaction.atomic():
                advisory_lock("demo.load")
                if not AuditEntry.objects.filter(verb=VERB, object_label=name).exists():
                    importlib.import_module(module).load(world, on)
                    self._mark(name, on)
            if verbosity:
                self.stdout.write(f"{time.monotonic() - began:.1f} giây")

    def _mark(self, name, on):
        agency = Agency.objects.order_by("pk").first()
        audit.record(
            actor=None,
            verb=VERB,
            obj=agency,
            label=name,
            changes={"on": [None, on.isoformat()]},
        )
