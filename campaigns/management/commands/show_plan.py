import datetime as dt
import json

from django.core.management.base import BaseCommand, CommandError

from campaigns.queries import find_plan, plan_data
from campaigns.queries.data import AmbiguousPlan
from portal.common import clock

STATES = {
    "upcoming": "sắp diễn ra",
    "active": "đang diễn ra",
    "ended": "đã kết thúc",
    "undetermined": "chưa xác định",
}


class Command(BaseCommand):
    help = "In một kế hoạch theo số, ký hiệu, slug hoặc mã (docs/PLAN_FORMAT.md)."

    def add_arguments(self, parser):
        parser.add_argument("plan", metavar="SYMBOL-OR-ID")
        parser.add_argument("--json", action="store_true", dest="as_json", help="in dạng JSON")
        parser.add_argument(
            "--on",
            type=_day,
            metavar="DATE",
            help="ngày tính trạng thái (YYYY-MM-DD), mặc định nay",
        )

    def handle(self, *args, plan, as_json, on, **options):
        try:
            found = find_plan(plan)
        except AmbiguousPlan as error:
            keys = ", ".join(p.key for p in error.candidates)
            raise CommandError(f"“{plan}” là của nhiều kế hoạch, hãy dùng: {keys}") from error
        if found is None:
            raise CommandError(f"Không có kế hoạch “{plan}”.")
        data = plan_data(found, day=on or clock.today())
        if as_json:
            self.stdout.write(json.dumps(data, ensure_ascii=False, indent=2))
        else:
            self.stdout.write(_text(data))


def _day(text):
    return dt.date.fromisoformat(text)


def _text(data):
    lines = [f"{data['symbol'] or 'Không số'}: {data['title']}"]
    lines += [f"! {warning}" for warning in data["warnings"]]
    for track in data["tracks"]:
        lines.append(f"\n{track['title']}")
        for phase in track["phases"]:
            days = " – ".join(phase[s]["resolved"] or "…" for s in ("starts", "ends"))
            written = " → ".join(phase[s]["as_written"] for s in ("starts", "ends"))
            lines.append(f"  {phase['title']}: {days} ({STATES[phase['state']]}); {written}")
    if data["tasks"]:
        lines.append("\nNhiệm vụ")
    for task in data["tasks"]:
        due = task["due"]["resolved"] or task["due"]["as_written"] or "không đặt hạn"
        lines.append(f"  {task['title']}: {due}; {', '.join(task['assigned_to'])}")
    return "\n".join(lines)
