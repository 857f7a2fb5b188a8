"""load_plan, show_plan, load_calendar: the four real plans, idempotence, mistakes."""

import json
from io import StringIO
from pathlib import Path

import pytest
import yaml
from django.core.management import CommandError, call_command

from campaigns.loading import LoadError, load_documents, load_files
from campaigns.loading.problems import Source
from campaigns.models import (
    Boundary,
    CalendarDay,
    DateChange,
    Event,
    Phase,
    Plan,
    PlanVersion,
    Task,
)
from campaigns.queries import find_plan, plan_data
from portal.agencies.models import Agency
from portal.common.models import AuditEntry
from portal.official.models import OfficialDocument
from tests.campaigns.factories import day

pytestmark = pytest.mark.django_db

DATA = Path(__file__).resolve().parents[2] / "campaigns" / "data"
PLANS = [DATA / f"plan_{letter}.yaml" for letter in "abcd"]

SMALL = """
levels: [{slug: tinh, name: Cấp tỉnh, order: 30}]
agencies:
  - {slug: dang-bo-tinh, name: Đảng bộ tỉnh, kind: party, level: tinh, code: TU}
congresses:
  - {slug: tinh-16, host: dang-bo-tinh, ordinal: 16, term: [2020, 2025], kind: delegates,
     opens: 2020-10-13, closes: 2020-10-15}
plans:
  - slug: ke-hoach
    symbol: 135-KH/TU
    title: Kế hoạch của tỉnh
    issuer: dang-bo-tinh
    issued_on: 2019-12-31
    congresses: [tinh-16]
    forms: [Báo chí]
    tracks:
      - title: Mạch chính
        declared_phases: 2
        phases:
          - title: Đợt 1
            starts: {on: 2020-02}
            ends: {congress: tinh-16, moment: opens, working_days: -1}
          - title: Đợt 2
            starts: {phase: Đợt 1, moment: ends, days: 1}
            ends: {open: true}
    tasks:
      - {title: Mở chuyên mục, assigned_to: [dang-bo-tinh], phase: Đợt 1, form: Báo chí,
         due: {phase: Đợt 1, moment: ends, days: -7}}
"""


def load(*texts, **options):
    sources = [Source(f"tep_{n}.yaml", text) for n, text in enumerate(texts, 1)]
    return load_documents(sources, **options)


def refused(*texts):
    """The lines of the LoadError that these files meet."""
    counts = [m.objects.count() for m in (Agency, Event, Plan, OfficialDocument, Boundary)]
    with pytest.raises(LoadError) as caught:
        load(*texts)
    after = [m.objects.count() for m in (Agency, Event, Plan, OfficialDocument, Boundary)]
    assert after == counts
    return [str(problem) for problem in caught.value.problems]


def resolved(name, on="2020-10-01"):
    """{(track number, phase): (start, end, state)} of a plan as show_plan prints it."""
    data = plan_data(find_plan(name), day=day(on))
    return {
        (number, phase["title"]): (
            phase["starts"]["resolved"],
            phase["ends"]["resolved"],
            phase["state"],
        )
        for number, track in enumerate(data["tracks"], 1)
        for phase in track["phases"]
    }


@pytest.fixture
def four_plans():
    load_files(PLANS)


# --- The four real plans, by hand from DOMAIN section 1 ------------------------------------


def test_plan_a_resolves_as_the_text_says(four_plans):
    assert resolved("vpcp-2020", "2020-08-15") == {
        (1, "Đợt 1"): ("2020-01-01", "2020-06-30", "ended"),
        (1, "Đợt 2"): ("2020-07-01", "2020-08-31", "active"),
        (1, "Đợt 3"): ("2020-08-01", "2020-10-31", "active"),
        (1, "Đợt 4"): ("2020-11-01", None, "upcoming"),
        (2, "Trước Đại hội"): (None, "2021-01-24", "active"),
        (2, "Trong thời gian Đại hội"): ("2021-01-25", "2021-02-01", "upcoming"),
        (2, "Sau Đại hội"): ("2021-02-02", None, "upcoming"),
    }
    data = plan_data(find_plan("vpcp-2020"), day=day("2020-08-15"))
    assert (data["symbol"], data["issued_on"], data["issuer"]) == (None, None, "dang-bo-vpcp")
    assert data["warnings"] == [
        "“Đợt 2” và “Đợt 3” gối lên nhau từ ngày 01/08/2020 đến ngày 31/08/2020.",
        "Mạch “Đại hội đại biểu toàn quốc lần thứ XIII của Đảng”: văn bản ghi 2 đợt nhưng liệt kê "
        "3 đợt.",
    ]


def test_plan_b_hangs_on_a_congress_whose_end_nobody_knows_yet(four_plans):
    assert resolved("107/KH-SNV") == {
        (1, "Đợt 1"): ("2020-02-05", "2020-10-12", "active"),
        (1, "Đợt 2"): ("2020-09-13", None, "undetermined"),
        (1, "Đợt 3"): (None, "2021-01-25", "undetermined"),
    }
    data = plan_data(find_plan("107/KH-SNV"))
    assert data["basis"] == ["135-KH/TU", "375/UBND-NV"]
    assert data["issued_on"] == "2020-02-05"


def test_plan_b_settles_when_the_congress_closes(four_plans):
    from campaigns import actions

    actions.move_event(
        actor=None,
        event=Event.objects.get(slug="tinh-16"),
        dates={"actual_opens": day("2020-10-13"), "actual_closes": day("2020-10-15")},
    )
    assert resolved("107/KH-SNV", "2020-10-16") == {
        (1, "Đợt 1"): ("2020-02-05", "2020-10-12", "ended"),
        (1, "Đợt 2"): ("2020-09-13", "2020-11-14", "active"),
        (1, "Đợt 3"): ("2020-10-16", "2021-01-25", "active"),
    }


def test_plan_c_starts_with_an_election_and_has_the_precision_of_a_year(four_plans):
    assert resolved("23 -KH/ĐUK", "2022-01-01") == {
        (1, "Giai đoạn 1"): ("2021-05-24", "2021-12-31", "ended"),
        (1, "Giai đoạn 2"): ("2022-01-01", "2025-12-31", "active"),
    }
    data = plan_data(find_plan("23-KH/ĐUK"), day=day("2022-01-01"))
    assert (data["symbol"], data["issued_on"]) == ("23-KH/ĐUK", None)
    assert data["warnings"] == []
    assert [(t["due"]["resolved"], t["assigned_to"]) for t in data["tasks"]] == [
        (None, ["dang-bo-vpcp"]),
        ("2021-12-31", ["dang-bo-vpcp"]),
        ("2025-12-31", ["dang-bo-vpcp"]),
        (None, ["dang-bo-vpcp"]),
        (None, ["dang-bo-vpcp"]),
    ]
    assert OfficialDocument.objects.get(plan__key="khoi-ccqtw-2021").symbol == "23 -KH/ĐUK"


def test_plan_d_has_no_phases_and_three_commemorations(four_plans):
    plan = find_plan("258-KH/BTCTW")
    data = plan_data(plan)
    assert (data["tracks"], data["tasks"], data["warnings"]) == ([], [], [])
    marks = plan.events.filter(kind="commemoration").order_by("planned_opens")
    assert list(marks.values_list("origin_on", "planned_opens")) == [
        (day("1930-02-03"), day("2020-02-03")),
        (day("1890-05-19"), day("2020-05-19")),
        (day("1945-09-02"), day("2020-09-02")),
    ]


def test_each_plan_can_be_loaded_alone_in_any_order():
    for path in reversed(PLANS):
        assert len(load_files([path]).plans) == 1
    assert load_files(PLANS).acts == 0
    assert resolved("vpcp-2020")[1, "Đợt 4"] == ("2020-11-01", None, "upcoming")


def test_loading_again_changes_nothing(four_plans):
    before = _everything()
    report = load_files(PLANS)
    assert (report.acts, sum(report.created.values()), report.remarks) == (0, 0, [])
    assert _everything() == before


def _everything():
    models = (Plan, Phase, Task, Event, Agency, OfficialDocument, Boundary, PlanVersion, AuditEntry)
    return {m.__name__: list(m.objects.order_by("pk").values()) for m in models}


def test_check_writes_nothing():
    report = load_files(PLANS, check=True)
    assert len(report.plans) == 4
    assert [m.objects.count() for m in (Plan, Agency, Event, Boundary, AuditEntry)] == [0] * 5


# --- Editing a file and loading it again ----------------------------------------------------


def test_an_edited_file_updates_and_keeps_a_version():
    load(SMALL)
    text = SMALL.replace("opens: 2020-10-13", "opens: 2020-10-20, place: Nhà văn hóa")
    text = text.replace("closes: 2020-10-15", "closes: 2020-10-22")
    text = text.replace("Kế hoạch của tỉnh", "Kế hoạch tuyên truyền của tỉnh")
    text = text.replace("themes: []", "").replace("{open: true}", "{on: 2021}")
    report = load(text)
    assert sum(report.created.values()) == 0
    assert resolved("135-KH/TU") == {
        (1, "Đợt 1"): ("2020-02-01", "2020-10-19", "active"),
        (1, "Đợt 2"): ("2020-10-20", "2021-12-31", "upcoming"),
    }
    plan = Plan.objects.get()
    assert (plan.title, plan.state, plan.version) == (
        "Kế hoạch tuyên truyền của tỉnh",
        "issued",
        2,
    )
    assert plan.document.title == plan.title
    versions = PlanVersion.objects.order_by("n").values_list("n", "data__title")
    assert list(versions) == [(1, "Kế hoạch của tỉnh"), (2, plan.title)]
    assert Event.objects.get().place == "Nhà văn hóa"
    assert DateChange.objects.count() == 1


def test_what_left_the_file_stays_and_is_reported():
    load(SMALL)
    data = yaml.safe_load(SMALL.replace("{on: 2020-02}", "{'on': 2020-02}"))
    data["plans"][0]["tasks"] = []
    data["plans"][0]["tracks"][0]["phases"][1]["starts"] = {"on": "2021"}
    del data["plans"][0]["tracks"][0]["phases"][0]
    report = load_documents([Source.of_data("sua.yaml", data)])
    assert [r.split(": ", 1)[1] for r in report.remarks] == [
        "đợt “Đợt 1” không còn trong tệp; giữ nguyên",
        "nhiệm vụ “Mở chuyên mục” không còn trong tệp; giữ nguyên",
    ]
    assert list(Phase.objects.order_by("position").values_list("title", flat=True)) == [
        "Đợt 2",
        "Đợt 1",
    ]
    assert Task.objects.count() == 1


def test_a_file_may_lean_on_what_is_stored():
    load(SMALL)
    load(
        """
plans:
  - slug: cap-duoi
    title: Kế hoạch cấp dưới
    issuer: dang-bo-tinh
    implements: 135-KH/TU
    basis: [135-KH/TU]
    state: editing
    tracks:
      - title: Mạch
        phases:
          - title: Chuẩn bị
            starts: {plan: ke-hoach, phase: Đợt 1, moment: starts, days: 5}
            ends: {plan: 135-KH/TU, track: Mạch chính, phase: Đợt 2, moment: starts, days: -1}
"""
    )
    plan = Plan.objects.get(key="cap-duoi")
    assert (plan.state, plan.implements.key, plan.version) == ("editing", "ke-hoach", 0)
    assert resolved("cap-duoi") == {(1, "Chuẩn bị"): ("2020-02-06", "2020-10-12", "active")}
    assert [d["symbol"] for d in plan.document.links_out.values(symbol=_target())] == [
        "135-KH/TU",
        "135-KH/TU",
    ]


def _target():
    from django.db.models import F

    return F("target__symbol")


def test_files_of_one_load_may_refer_to_each_other_in_any_order():
    below = """
plans:
  - slug: cap-duoi
    title: Kế hoạch cấp dưới
    issuer: dang-bo-tinh
    implements: ke-hoach
    tracks:
      - title: Mạch
        phases:
          - {title: Một, starts: {plan: ke-hoach, phase: Đợt 2, moment: starts}, ends: {open: true}}
"""
    load(below, SMALL)
    assert resolved("cap-duoi") == {(1, "Một"): ("2020-10-13", None, "upcoming")}


def test_the_smallest_file_that_says_enough():
    text = """
levels: [{slug: tinh, name: Cấp tỉnh, order: 30}]
agencies:
  - {slug: dang-bo-tinh, name: Đảng bộ tỉnh, kind: party, level: tinh, parent: null, code: TU}
  - {slug: so-noi-vu, name: Sở Nội vụ, kind: state, level: tinh, parent: null, code: SNV}
congresses:
  - {slug: tinh-16, host: dang-bo-tinh, ordinal: 16, term: [2020, 2025], kind: delegates,
     opens: 2020-10-13, closes: null}
events:
  - {slug: bau-cu-15, host: dang-bo-tinh, name: Bầu cử đại biểu Quốc hội, kind: election,
     opens: 2021-05-23, closes: 2021-05-23}
documents: [{symbol: 135-KH/TU, issued_on: 2019-12-31, issuer: dang-bo-tinh, kind: KH}]
plans:
  - symbol: 107/KH-SNV
    title: Kế hoạch của Sở
    issuer: so-noi-vu
    issued_on: 2020-02-05
    basis: [135-KH/TU]
    implements: null
    congresses: [tinh-16]
    tracks:
      - title: Một mạch
        declared_phases: 3
        phases:
          - title: Đợt 1
            starts: {on: 2020-02-10}
            ends: {congress: tinh-16, moment: opens, days: -1}
          - title: Đợt 2
            starts: {phase: Đợt 1, moment: ends, days: 1}
            ends: {event: bau-cu-15, moment: opens, days: -1}
          - title: Đợt 3
            starts: {event: bau-cu-15, moment: closes, working_days: 1}
            ends: {open: true}
    tasks:
      - {title: Báo cáo, assigned_to: [so-noi-vu], due: {phase: Đợt 1, moment: ends, days: -7}}
"""
    load(text)
    assert load(text).acts == 0
    assert resolved("107/KH-SNV", "2021-05-23") == {
        (1, "Đợt 1"): ("2020-02-10", "2020-10-12", "ended"),
        (1, "Đợt 2"): ("2020-10-13", "2021-05-22", "ended"),
        (1, "Đợt 3"): ("2021-05-24", None, "upcoming"),
    }
    assert Plan.objects.get().key == "so-noi-vu-107-kh-snv"


def test_a_commemoration_needs_neither_slug_nor_plan():
    load(
        SMALL
        + """
commemorations: [{name: 75 năm Quốc khánh, event_date: 1945-09-02, observed_on: 2020-09-02}]
"""
    )
    event = Plan.objects.get().events.get(kind="commemoration")
    assert (event.slug, event.origin_on, event.opens) == (
        "75-nam-quoc-khanh-2020",
        day("1945-09-02"),
        day("2020-09-02"),
    )


def test_a_registered_document_becomes_the_plan():
    load(
        SMALL.split("plans:")[0]
        + "documents: [{symbol: 135-KH/TU, issuer: dang-bo-tinh, issued_on: 2019-12-31}]"
    )
    assert OfficialDocument.objects.count() == 1
    load(SMALL)
    assert OfficialDocument.objects.get().plan.key == "ke-hoach"


def test_text_is_cleaned():
    load(SMALL.replace("Kế hoạch của tỉnh", "Kế\u00a0hoạch của tỉ\u0301nh".replace("ỉ\u0301", "ỉ")))
    assert Plan.objects.get().title == "Kế hoạch của tỉnh"


# --- Mistakes -------------------------------------------------------------------------------


def test_every_mistake_is_told_with_file_place_and_line():
    text = SMALL.replace("opens: 2020-10-13, closes: 2020-10-15", "opens: 2020-10-13, note: x")
    text = text.replace("congress: tinh-16, moment: opens", "congress: tinh-17, moment: opens")
    text = text.replace("assigned_to: [dang-bo-tinh]", "assigned_to: [dang-bo-xa]")
    text = text.replace("{on: 2020-02}", "{on: 2020-13}")
    lines = text.splitlines()

    def line(word):
        return next(n for n, content in enumerate(lines, 1) if word in content)

    assert refused(text) == [
        f"tep_1.yaml: congresses[0].note: khóa không có trong định dạng (dòng {line('note')})",
        "tep_1.yaml: plans[0].tracks[0].phases[0].starts.on: cần năm, tháng hoặc ngày "
        f"(2020, 2020-06, 2020-06-15): '2020-13' (dòng {line('2020-13')})",
        "tep_1.yaml: plans[0].tracks[0].phases[0].ends.congress: không có đại hội “tinh-17” "
        f"(dòng {line('tinh-17')})",
        "tep_1.yaml: plans[0].tasks[0].assigned_to[0]: không có cơ quan “dang-bo-xa” "
        f"(dòng {line('dang-bo-xa')})",
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("title: Kế hoạch của tỉnh", "title: null", "plans[0].title: thiếu, mà bắt buộc phải có"),
        ("kind: party", "kind: dang", "agencies[0].kind: 'dang' không nằm trong: party, state"),
        ("level: tinh,", "level: xa,", "agencies[0].level: không có cấp “xa”"),
        ("term: [2020, 2025]", "term: [2025, 2020]", "congresses[0].term: nhiệm kỳ gồm năm đầu"),
        ("closes: 2020-10-15", "closes: 2020-10-01", "congresses[0].closes: trước ngày khai mạc"),
        ("issued_on: 2019-12-31", "issued_on: hôm nay", "plans[0].issued_on: cần một ngày dạng"),
        ("ordinal: 16", "ordinal: mười sáu", "congresses[0].ordinal: cần một số nguyên"),
        ("{open: true}", "{open: false}", "phases[1].ends.open: chỉ nhận giá trị true"),
        ("{open: true}", "{open: true, on: 2020}", "phases[1].ends: cần đúng một trong"),
        ("{open: true}", "{open: true, days: 3}", "phases[1].ends.days: không đi cùng “open”"),
        ("{on: 2020-02}", "{on: 2020-02, part: x}", "phases[0].starts.part: 'x' không nằm trong"),
        (
            "{on: 2020-02}",
            "{on: 2020-02, before: until}",
            "phases[0].starts.before: cần true, inclusive hoặc exclusive: 'until'",
        ),
        ("{open: true}", "{open: true, before: true}", "ends.before: không đi cùng “open”"),
        (
            "{on: 2020-02}",
            "{on: 2020-02-01, part: early}",
            "phases[0].starts.part: một ngày không chia phần được",
        ),
        ("moment: opens, w", "moment: starts, w", "ends.moment: 'starts' không nằm trong: opens"),
        ("working_days: -1", "working_days: -1, days: 2", "chỉ một trong days và working_days"),
        (
            "phase: Đợt 1, moment: ends, days: 1",
            "phase: Đợt 9, moment: ends",
            "không có đợt “Đợt 9”",
        ),
        ("phase: Đợt 1, form: Báo chí", "phase: Đợt 8", "tasks[0].phase: không có đợt “Đợt 8”"),
        ("form: Báo chí", "form: Loa", "tasks[0].form: hình thức “Loa” không có trong forms"),
        ("congresses: [tinh-16]", "congresses: [x-1]", "plans[0].congresses[0]: không có đại hội"),
        (
            "congresses: [tinh-16]",
            "basis: [1-KH/X]",
            "plans[0].basis[0]: không có văn bản “1-KH/X”",
        ),
        ("title: Đợt 2", "title: Đợt 1", "phases[1].title: đợt “Đợt 1” đã có ở trên"),
        ("slug: ke-hoach", "implements: 9-KH/X", "plans[0].implements: không có kế hoạch “9-KH/X”"),
        ("slug: ke-hoach", "slug: Kế hoạch", "plans[0].slug: không phải địa chỉ hợp lệ"),
        ("symbol: 135-KH/TU", "slug2: a", "plans[0].slug2: khóa không có trong định dạng"),
    ],
)
def test_one_mistake_one_message(old, new, expected):
    assert old in SMALL
    problems = refused(SMALL.replace(old, new, 1))
    assert len(problems) == 1, problems
    assert expected in problems[0]


def test_a_loop_of_phases_is_told_at_its_place():
    text = SMALL.replace("{on: 2020-02}", "{phase: Đợt 2, moment: starts}").replace(
        "{congress: tinh-16, moment: opens, working_days: -1}",
        "{phase: Đợt 1, moment: starts, days: 9}",
    )
    problems = refused(text)
    assert len(problems) == 1
    assert "các mốc phụ thuộc vòng quanh: Đợt 1 → Đợt 2 → Đợt 1" in problems[0]
    assert ".phases[0].starts.phase" in problems[0]


def test_a_loop_through_a_stored_plan_is_refused():
    load(SMALL)
    load(
        """
plans:
  - slug: hai
    title: Kế hoạch hai
    issuer: dang-bo-tinh
    tracks:
      - title: M
        phases:
          - {title: Nối, starts: {plan: ke-hoach, phase: Đợt 2, moment: starts}, ends: {open: true}}
"""
    )
    text = SMALL.replace("{on: 2020-02}", "{plan: hai, phase: Nối, moment: starts}").replace(
        "{congress: tinh-16, moment: opens, working_days: -1}",
        "{phase: Đợt 1, moment: starts}",
    )
    problems = refused(text)
    assert len(problems) == 1
    assert "phụ thuộc vòng quanh" in problems[0]


def test_definitions_that_differ_are_told():
    other = """
agencies:
  - {slug: dang-bo-tinh, name: Đảng bộ tỉnh khác, kind: party, level: tinh, code: TU}
"""
    problems = refused(SMALL, other)
    assert problems == [
        "tep_2.yaml: agencies[0]: đã khai khác ở tep_1.yaml, dòng 4; hai bản phải giống nhau "
        "(dòng 3)"
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plans: [", "YAML không đọc được"),
        ("- a\n- b", "tệp phải là các mục có tên"),
        ("plans: kế hoạch", "plans: cần một danh sách"),
        ("plans:\n  - slug: a\n    slug: b", "'slug' is given twice (dòng 3)"),
        ("plans:\n  - {issued_on: 2021-02-29}", "không đọc được"),
        ("plans:\n  - {title: A, issuer: b, tracks: {}}", "plans[0].tracks: cần một danh sách"),
        ("plans:\n  - {title: A, issuer: b}", "plans[0].slug: cần slug khi kế hoạch không có số"),
    ],
)
def test_files_that_make_no_sense(text, expected):
    assert any(expected in problem for problem in refused(text))


def test_the_commands_speak(tmp_path):
    path = tmp_path / "ke_hoach.yaml"
    path.write_text(SMALL, encoding="utf-8")

    def run(*args):
        out = StringIO()
        call_command(*args, stdout=out, stderr=out)
        return out.getvalue().strip()

    assert run("load_plan", str(path), "--check") == "Hợp lệ: 1 kế hoạch; không ghi gì."
    assert run("load_plan", str(path)) == (
        "Đã nạp 1 kế hoạch; mới: 1 cơ quan, 1 sự kiện, 1 kế hoạch, 1 mạch, 2 đợt, 1 nhiệm vụ."
    )
    assert run("load_plan", str(path)) == "Không có gì thay đổi."
    shown = json.loads(run("show_plan", "135-KH/TU", "--json", "--on", "2020-10-12"))
    assert shown == {
        "symbol": "135-KH/TU",
        "title": "Kế hoạch của tỉnh",
        "issuer": "dang-bo-tinh",
        "issued_on": "2019-12-31",
        "basis": [],
        "warnings": [],
        "tracks": [
            {
                "title": "Mạch chính",
                "declared_phases": 2,
                "phases": [
                    {
                        "title": "Đợt 1",
                        "starts": {"as_written": "tháng 2/2020", "resolved": "2020-02-01"},
                        "ends": {
                            "as_written": "1 ngày làm việc trước khai mạc Đại hội đại biểu Đảng bộ "
                            "tỉnh lần thứ XVI, nhiệm kỳ 2020-2025",
                            "resolved": "2020-10-12",
                        },
                        "state": "active",
                    },
                    {
                        "title": "Đợt 2",
                        "starts": {
                            "as_written": "1 ngày sau ngày kết thúc Đợt 1",
                            "resolved": "2020-10-13",
                        },
                        "ends": {"as_written": "để ngỏ", "resolved": None},
                        "state": "upcoming",
                    },
                ],
            }
        ],
        "tasks": [
            {
                "title": "Mở chuyên mục",
                "due": {
                    "as_written": "7 ngày trước ngày kết thúc Đợt 1",
                    "resolved": "2020-10-05",
                },
                "assigned_to": ["dang-bo-tinh"],
            }
        ],
    }
    plan = Plan.objects.get()
    by_id = json.loads(run("show_plan", str(plan.pk), "--json", "--on", "2020-10-12"))
    assert by_id == shown
    with pytest.raises(CommandError, match="Không có kế hoạch"):
        run("show_plan", "999-KH/X")
    path.write_text(SMALL.replace("kind: party", "kind: x"), encoding="utf-8")
    with pytest.raises(CommandError, match=r"ke_hoach.yaml: agencies\[0\].kind: .*\n1 lỗi"):
        run("load_plan", str(path))
    with pytest.raises(CommandError, match="không mở được tệp"):
        run("load_plan", str(tmp_path / "khong-co.yaml"))


# --- The calendar ---------------------------------------------------------------------------


def test_the_calendar_file_loads_and_stays(tmp_path):
    out = StringIO()
    call_command("load_calendar", str(DATA / "calendar.yaml"), stdout=out)
    stored = CalendarDay.objects.count()
    assert out.getvalue().strip() == f"Lịch: {stored} ngày mới, 0 ngày thay đổi."
    tet = CalendarDay.objects.filter(name="Tết Nguyên đán Giáp Thìn").values_list("on", flat=True)
    assert (min(tet), max(tet), len(tet)) == (day("2024-02-08"), day("2024-02-14"), 7)
    assert CalendarDay.objects.get(on="2024-05-04").kind == "workday"
    out = StringIO()
    call_command("load_calendar", str(DATA / "calendar.yaml"), stdout=out)
    assert out.getvalue().strip() == "Lịch: 0 ngày mới, 0 ngày thay đổi."


def test_a_wrong_calendar_is_refused_whole(tmp_path):
    path = tmp_path / "lich.yaml"
    path.write_text(
        "days:\n"
        "  - {on: 2026-01-01, kind: holiday, name: Tết Dương lịch}\n"
        "  - {on: 2026-01-01, kind: holiday, name: Tết Dương lịch}\n"
        "  - {on: 2026-01-05, kind: workday, name: Làm bù}\n"
        "  - {from: 2026-02-20, to: 2026-02-16, kind: holiday, name: Tết}\n",
        encoding="utf-8",
    )
    with pytest.raises(CommandError) as caught:
        call_command("load_calendar", str(path))
    assert str(caught.value).splitlines() == [
        "lich.yaml: days[1]: ngày 2026-01-01 đã có ở trên (dòng 3)",
        "lich.yaml: days[2]: ngày làm bù 2026-01-05 không phải thứ Bảy, Chủ nhật (dòng 4)",
        "lich.yaml: days[3]: từ 2026-02-20 đến 2026-02-16 không phải một kỳ nghỉ (dòng 5)",
        "3 lỗi, không nạp gì.",
    ]
    assert CalendarDay.objects.count() == 0


@pytest.mark.parametrize(
    ("habit", "before", "resolved"),
    [
        ("", "true", "2020-06-29"),
        ("    before_includes_day: true\n", "true", "2020-06-30"),
        ("    before_includes_day: true\n", "exclusive", "2020-06-29"),
        ("", "inclusive", "2020-06-30"),
    ],
)
def test_before_a_day_by_the_habit_of_the_plan(habit, before, resolved):
    text = SMALL.replace("    congresses: [tinh-16]\n", f"    congresses: [tinh-16]\n{habit}")
    text = text.replace(
        "{phase: Đợt 1, moment: ends, days: -7}", f"{{on: 2020-06-30, before: {before}}}"
    )
    load(text)
    plan = Plan.objects.get()
    due = {"as_written": "trước ngày 30/6/2020", "resolved": resolved}
    assert plan_data(plan)["tasks"][0]["due"] == due
    # loading again changes nothing
    versions = PlanVersion.objects.count()
    load(text)
    assert PlanVersion.objects.count() == versions
    out = StringIO()
    call_command("show_plan", "135-KH/TU", "--json", stdout=out)
    assert json.loads(out.getvalue())["tasks"][0]["due"] == due
