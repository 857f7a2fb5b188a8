"""The content files hold together: they parse, are NFC, and name only things that exist."""

from __future__ import annotations

import datetime as dt
import itertools
import re
import unicodedata
from pathlib import Path

import pytest

from campaigns import plan_yaml
from portal.agencies.models import Agency, Role
from portal.demo import content, pictures
from portal.demo.accounts import ACCOUNTS

ROOT = Path(content.__file__).parents[2]
PLANS = sorted((ROOT / "campaigns" / "data").glob("plan_*.yaml"))
TEXTS = [*PLANS, ROOT / "campaigns" / "data" / "calendar.yaml", *sorted(content.CONTENT.iterdir())]
TODAY = dt.date(2026, 11, 22)
PLAN_FILES = [*PLANS, content.CONTENT / "tinh_mau.yaml"]


def plan_file(path):
    return content.resolve(plan_yaml.load_file(path), TODAY)


def everything():
    """All plan files merged, keys in lists."""
    merged = {}
    for path in PLAN_FILES:
        for section, rows in plan_file(path).items():
            merged.setdefault(section, []).extend(rows)
    return merged


def by(rows, key):
    return {row[key]: row for row in rows}


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_text_is_nfc_without_invisible_characters(path):
    text = path.read_text(encoding="utf-8")
    assert text == unicodedata.normalize("NFC", text)
    assert sorted(set(text) & set("\u00a0\u202f\u200b\u200c\u200d\u2060\ufeff\u00ad\t\r")) == []


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_old_and_new_tone_marks_are_not_mixed(path):
    """New style throughout: "ủy", "hòa"; in "quý" the mark belongs on y."""
    text = path.read_text(encoding="utf-8").lower()
    assert re.findall(r"\w*(?:o[àáảãạèéẻẽẹ]|(?<!q)u[ỳýỷỹỵ])\b", text) == []


def test_the_days_of_the_demo_count_from_today():
    assert content.resolve(
        {
            "a": "today",
            "b": ["today-45", "today+35"],
            "c": "khai mạc {today+35}, tháng {today+35:month}, năm {today:year}",
            "d": "near-02-03",
            "e": "near-09-02",
            "f": "hôm nay",
        },
        TODAY,
    ) == {
        "a": dt.date(2026, 11, 22),
        "b": [dt.date(2026, 10, 8), dt.date(2026, 12, 27)],
        "c": "khai mạc 27/12/2026, tháng 12/2026, năm 2026",
        "d": dt.date(2027, 2, 3),
        "e": dt.date(2026, 9, 2),
        "f": "hôm nay",
    }


@pytest.mark.parametrize("section", ["levels", "agencies", "congresses", "events"])
def test_a_slug_means_the_same_in_every_file(section):
    first = {}
    for path in PLAN_FILES:
        for row in plan_file(path).get(section, []):
            assert first.setdefault(row["slug"], row) == row


@pytest.mark.parametrize("path", PLAN_FILES, ids=lambda path: path.name)
def test_a_plan_file_stands_on_its_own(path):
    data = plan_file(path)
    levels, agencies = by(data["levels"], "slug"), by(data["agencies"], "slug")
    congresses = by(data["congresses"], "slug")
    events = congresses | by(data.get("events", []), "slug")
    symbols = {d["symbol"] for d in data.get("documents", [])}
    symbols |= {p["symbol"] for p in data["plans"]} - {None}
    for agency in agencies.values():
        assert agency["kind"] in Agency.Kind.values
        assert agency["level"] in levels
        assert agency.get("parent") is None or agency["parent"] in agencies
    for row in data.get("successions", []):
        assert set(row["from"] + row["to"]) <= set(agencies)
    for event in events.values():
        assert event["host"] in agencies
        assert event.get("previous") is None or event["previous"] in congresses
        if event.get("previous"):
            assert events[event["previous"]]["host"] == event["host"]
            assert events[event["previous"]]["ordinal"] == event["ordinal"] - 1
    for document in data.get("documents", []):
        assert document["issuer"] in agencies
        assert {link["to"] for link in document.get("links", [])} <= symbols
    for row in data.get("commemorations", []):
        assert row["plan"] in symbols
    for plan in data["plans"]:
        assert plan["issuer"] in agencies
        assert set(plan["basis"]) <= symbols
        assert plan["implements"] is None or plan["implements"] in symbols
        assert set(plan["congresses"]) <= set(congresses)


def phases_of(plan):
    return {p["title"]: p for t in plan["tracks"] for p in t["phases"]}


def form_names(plan):
    return {item for family in plan["forms"] for item in family["items"]}


@pytest.mark.parametrize("path", PLAN_FILES, ids=lambda path: path.name)
def test_boundaries_tasks_and_forms_resolve(path):
    data = plan_file(path)
    events = by(data["congresses"] + data.get("events", []), "slug")
    plans = {key: p for p in data["plans"] for key in (p["slug"], p["symbol"]) if key}

    def check(boundary, plan):
        sources = {"on", "congress", "event", "phase", "open", "unknown"} & set(boundary)
        assert len(sources) == 1, boundary
        assert not {"days", "working_days"} <= set(boundary)
        source = sources.pop()
        if source in ("congress", "event"):
            assert boundary[source] in events
            assert boundary["moment"] in ("opens", "closes")
        elif source == "phase":
            assert boundary["phase"] in phases_of(plans[boundary.get("plan", plan["slug"])])
            assert boundary["moment"] in ("starts", "ends")
        else:
            assert set(boundary) <= {source, "part", "before", "verbatim"}
        assert len(boundary.get("verbatim", "")) <= 200

    for plan in data["plans"]:
        assert len(plan["title"]) <= 300
        for phase in phases_of(plan).values():
            check(phase["starts"], plan)
            check(phase["ends"], plan)
            assert set(phase.get("forms", [])) <= form_names(plan)
        assert len(phases_of(plan)) == sum(len(t["phases"]) for t in plan["tracks"])
        for task in plan["tasks"]:
            assert task["phase"] is None or task["phase"] in phases_of(plan)
            assert task["form"] is None or task["form"] in form_names(plan)
            assert set(task["assigned_to"]) <= set(by(data["agencies"], "slug"))
            assert len(set(task["assigned_to"])) == len(task["assigned_to"])
            if task["due"]:
                check(task["due"], plan)
        titles = [task["title"] for task in plan["tasks"]]
        assert len(set(titles)) == len(titles)


def test_no_theme_was_cut_at_a_comma():
    """A comma inside `[…]` silently makes two texts; a text begins with a capital."""
    for plan in everything()["plans"]:
        phases = phases_of(plan).values()
        texts = plan["themes"] + [text for p in phases for text in p.get("themes", [])]
        texts += sorted(form_names(plan))
        assert [text for text in texts if not text[0].isupper()] == []


def test_a_form_belongs_to_one_family():
    families = {}
    for plan in everything()["plans"]:
        for family in plan["forms"]:
            for item in family["items"]:
                assert families.setdefault(item, family["family"]) == family["family"]


def test_what_the_four_real_plans_are_known_for():
    a, b, c, d = (plan_file(path)["plans"][0] for path in PLANS)
    assert [(t["declared_phases"], len(t["phases"])) for t in a["tracks"]] == [(4, 4), (2, 3)]
    assert (a["symbol"], a["issued_on"]) == (None, None)
    assert [p["ends"].get("on") for p in a["tracks"][0]["phases"]] == [
        "2020-06",
        "2020-08",
        None,
        None,
    ]
    assert a["tracks"][0]["phases"][2]["starts"]["on"] == "2020-08"
    assert a["tracks"][0]["phases"][3]["ends"] == {"open": True}
    assert b["basis"] == ["135-KH/TU", "375/UBND-NV"]
    assert [set(p["ends"]) & {"congress"} for p in b["tracks"][0]["phases"]] == [{"congress"}] * 3
    assert c["tracks"][0]["phases"][0]["starts"]["event"] == "bau-cu-2021"
    assert [p["ends"]["on"] for p in c["tracks"][0]["phases"]] == [2021, 2025]
    assert c["symbol_raw"] == "23 -KH/ĐUK"
    assert d["tracks"] == []
    assert [r["observed_on"] < d["issued_on"] for r in plan_file(PLANS[3])["commemorations"]] == [
        True,
        False,
        False,
    ]


def test_the_calendar_names_every_day_once_and_keeps_the_legal_number():
    seen = {}
    for row in plan_yaml.load_file(ROOT / "campaigns" / "data" / "calendar.yaml")["days"]:
        day, last = (row["on"], row["on"]) if "on" in row else (row["from"], row["to"])
        assert row["kind"] in ("holiday", "workday")
        while day <= last:
            assert day not in seen
            seen[day] = row["kind"]
            day += dt.timedelta(days=1)
    free = {
        year: sum(
            (kind == "holiday" and day.weekday() < 5) - (kind == "workday" and day.weekday() >= 5)
            for day, kind in seen.items()
            if day.year == year
        )
        for year in range(2020, 2028)
    }
    # ten until 2020, a second day of National Day from 2021, one more day from 2026
    assert free == {2020: 10, **dict.fromkeys(range(2021, 2026), 11), 2026: 12, 2027: 12}
    new_years = "2020-01-25 2021-02-12 2022-02-01 2023-01-22 2024-02-10 2025-01-29 2026-02-17"
    for first in map(dt.date.fromisoformat, [*new_years.split(), "2027-02-06"]):
        assert [seen.get(first + dt.timedelta(days=n)) for n in range(3)] == ["holiday"] * 3


def test_people_hold_roles_that_exist():
    data = content.load("people.yaml", TODAY)
    agencies = by(everything()["agencies"], "slug")
    people = by(data["people"], "username")
    assert len(people) == len(data["people"])
    assert [name for name, _label in ACCOUNTS if name not in people] == []
    for person in people.values():
        for membership in person["memberships"]:
            assert membership["agency"] in agencies
            assert membership["role"].upper() in Role.names
    for row in data["delegations"]:
        assert {row["giver"], row["to"]} <= set(people)
        roles = [(m["agency"], m["role"]) for m in people[row["giver"]]["memberships"]]
        assert (row["agency"], row["role"]) in roles
    assert [p["username"] for p in people.values() if p.get("superuser")] == ["quantri"]


def test_nobody_edits_and_approves_in_the_same_agency():
    for person in content.load("people.yaml", TODAY)["people"]:
        roles = {}
        for membership in person["memberships"]:
            roles.setdefault(membership["agency"], set()).add(membership["role"])
        assert [agency for agency, held in roles.items() if held >= {"editor", "approver"}] == []


def test_progress_names_tasks_and_their_units():
    plans = by([p for p in everything()["plans"] if p["symbol"]], "symbol")
    data = content.load("progress.yaml", TODAY)
    for row in data["progress"]:
        tasks = by(plans[row["plan"]]["tasks"], "title")
        units = set(tasks[row["task"]]["assigned_to"])
        done, doing = row.get("done", {}), row.get("doing", {})
        assert set(done) | set(doing) <= units
        assert set(done) & set(doing) == set()
        assert [day for day in done.values() if day > TODAY] == []
        shown = {e["agency"] for e in row.get("evidence", [])}
        bare = set(row.get("bare", {}))
        assert shown <= set(done) | set(doing)
        # what is done is shown by something, or is said to have nothing to show
        assert bare | shown >= set(done)
        assert (bare <= set(done), bare & shown) == (True, set())
        decided = set(row.get("accepted", [])) | set(row.get("returned", {}))
        assert decided <= set(done)
        assert not decided or row["plan"] in data["acceptance"]


def test_progress_shows_evidence_of_every_kind():
    rows = content.load("progress.yaml", TODAY)["progress"]
    found = [item for row in rows for item in row.get("evidence", [])]
    kinds = {item.get("kind", "other") for item in found}
    assert kinds == {"file", "link", "meeting", "other", "photos"}
    scenes = [photo["scene"] for item in found for photo in item.get("photos", [])]
    assert set(scenes) <= set(pictures.SCENES)


def test_consultations_are_open_closed_and_upcoming():
    data = content.load("consultations.yaml", TODAY)
    merged = everything()
    agencies, levels = by(merged["agencies"], "slug"), by(merged["levels"], "slug")
    documents = by(data["documents"], "slug")
    for document in documents.values():
        assert document["owner"] in agencies
        congress = document.get("congress")
        assert congress is None or congress in by(merged["congresses"], "slug")
    starts = []
    for row in data["consultations"]:
        assert row["host"] in agencies
        assert row["reading_level"] in levels
        assert row["plan"] in {p["symbol"] for p in merged["plans"]}
        assert row["document"] in documents
        starts.append(row["opens"]["on"])
    assert [start <= TODAY for start in starts] == [True, False, True, True, True]
    assert data["consultations"][2]["closes"]["on"] < TODAY


def test_there_are_enough_members_above_the_reading_level():
    """A level below 50 members would let a reader guess who wrote."""
    agencies = by(everything()["agencies"], "slug")
    for row in content.load("consultations.yaml", TODAY)["consultations"]:
        readers = [
            a for a in agencies.values() if a["level"] == row["reading_level"] and a.get("members")
        ]
        assert readers
        assert [a["slug"] for a in readers if a["members"] < 60] == []


def drafts():
    return {path.name: content.draft(path.name, TODAY) for path in content.CONTENT.glob("*.txt")}


def test_a_draft_is_read_block_by_block(tmp_path, monkeypatch):
    (tmp_path / "x.txt").write_text(
        "; note\n\n# [Phần một] Kết quả\n\n## [I] Bối cảnh\n\nMột dòng\nhai dòng & {today:year}.\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(content, "CONTENT", tmp_path)
    blocks = content.draft("x.txt", TODAY)
    assert blocks == [
        content.DraftBlock(1, 1, "Phần một", "Kết quả"),
        content.DraftBlock(2, 2, "I", "Bối cảnh"),
        content.DraftBlock(3, 0, "", "Một dòng hai dòng & 2026."),
    ]
    assert content.draft_html(blocks) == (
        "<h2>Phần một Kết quả</h2>\n<h3>I. Bối cảnh</h3>\n<p>Một dòng hai dòng &amp; 2026.</p>"
    )
    with pytest.raises(ValueError, match="0 blocks begin with 'Ba'"):
        content.block_at(blocks, "Ba")


def test_a_draft_may_hold_notes_and_a_table(tmp_path, monkeypatch):
    (tmp_path / "x.txt").write_text(
        "Một phần ba[^1].\n\n[^1] Theo khảo sát.\n\n| Bước | Cơ quan\n| Một | Ban <A>\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(content, "CONTENT", tmp_path)
    assert content.draft_html(content.draft("x.txt", TODAY)) == (
        '<p>Một phần ba<sup class="note">1</sup>.</p>\n'
        '<p class="footnote"><strong class="number">1</strong> Theo khảo sát.</p>\n'
        '<table><thead><tr><th scope="col">Bước</th><th scope="col">Cơ quan</th></tr></thead>'
        "<tbody><tr><td>Một</td><td>Ban &lt;A&gt;</td></tr></tbody></table>"
    )


def test_the_drafts_have_their_size_and_no_block_twice():
    assert {name: len(blocks) for name, blocks in drafts().items()} == {
        "draft_dialogue.txt": 11,
        "draft_programme.txt": 20,
        "draft_report.txt": 102,
        "draft_report_2.txt": 104,
        "draft_scheme.txt": 12,
        "draft_scheme_2.txt": 14,
        "draft_upper.txt": 6,
    }
    for blocks in drafts().values():
        paragraphs = [block.text for block in blocks if not block.level and block.kind != "table"]
        assert len(set(paragraphs)) == len(paragraphs)
        assert [text for text in paragraphs if not text.endswith(".")] == []
        levels = [block.level for block in blocks if block.level]
        assert [b for a, b in itertools.pairwise(levels) if b > a + 1] == []


def test_edition_2_keeps_most_blocks_and_changes_some():
    first = [block.text for block in drafts()["draft_report.txt"]]
    second = [block.text for block in drafts()["draft_report_2.txt"]]
    assert len(set(first) - set(second)) == 10
    assert len(set(second) - set(first)) == 12
    moved = "Hợp nhất kho dữ liệu của các sở"
    places = [[n for n, t in enumerate(texts) if t.startswith(moved)] for texts in (first, second)]
    assert [len(found) for found in places] == [1, 1]
    assert places[0][0] > places[1][0]


def test_numbers_of_the_report_agree():
    assert 9640 == 5 * 1928
    assert round(412_000 * (100 - 93.6) / 100) == 26_368
    assert round(41.2 + 36.5 + 15.8 + 6.5, 1) == 100
    text = " ".join(block.text for block in drafts()["draft_report.txt"])
    shown = ["9.640", "1.928", "412.000", "93,6%", "26.368", "41,2%", "36,5%", "15,8%", "6,5%"]
    assert [number for number in shown if number not in text] == []


def test_questions_and_opinions_find_their_block():
    data = content.load("consultations.yaml", TODAY)
    documents = by(data["documents"], "slug")
    for document in documents.values():
        assert document["blocks"] in drafts()
        assert document.get("edition_2", document)["blocks"] in drafts()
    consultations = by(data["consultations"], "slug")
    for row in consultations.values():
        headings = {b.text for b in drafts()[documents[row["document"]]["blocks"]] if b.level}
        assert {q["at"] for q in row["questions"]} - {None} <= headings
    sample = content.load("opinions.yaml", TODAY)
    consultation = consultations[sample["consultation"]]
    blocks = drafts()[documents[consultation["document"]]["blocks"]]
    agencies = by(everything()["agencies"], "slug")
    for opinion in sample["opinions"]:
        assert opinion["stance"] in ("agree", "partly", "disagree")
        assert opinion["group"] in consultation["respondent_groups"]
        assert agencies[opinion["unit"]]["kind"] == "party"
        assert consultation["opens"]["on"] <= opinion["on"] <= TODAY
        if opinion["at"]:
            assert content.block_at(blocks, opinion["at"]).level == 0


def test_the_sample_opinions_are_balanced_and_name_nobody():
    sample = content.load("opinions.yaml", TODAY)["opinions"]
    count = {s: sum(o["stance"] == s for o in sample) for s in ("agree", "partly", "disagree")}
    assert sum(count.values()) == len(sample) == 45
    assert count == {"agree": 16, "partly": 20, "disagree": 9}
    keys = {key for opinion in sample for key in opinion}
    assert keys == {"at", "stance", "group", "unit", "on", "text", "reason", "proposed"}
    names = [p["full_name"] for p in content.load("people.yaml", TODAY)["people"]]
    written = " ".join(str(value) for opinion in sample for value in opinion.values())
    assert [name for name in names if name in written] == []


def articles():
    return content.load("articles.yaml", TODAY)["articles"]


def syllables(html):
    return len(re.sub(r"<[^>]+>|\[\[.*?\]\]", " ", html).split())


def test_articles_come_from_many_agencies_and_real_people():
    agencies = by(everything()["agencies"], "slug")
    people = by(content.load("people.yaml", TODAY)["people"], "username")
    plans = by([p for p in everything()["plans"] if p["symbol"]], "symbol")

    def holds(username, agency, role):
        return {"agency": agency, "role": role} in people[username]["memberships"]

    rows = by(articles(), "slug")
    assert len(rows) == len(articles()) == 31
    assert len({row["agency"] for row in rows.values()}) == 8
    for row in rows.values():
        assert row["agency"] in agencies
        assert holds(row["editor"], row["agency"], "editor")
        assert row["editor"] != row["approver"]
        if row["state"] in ("published", "returned"):
            assert holds(row["approver"], row["agency"], "approver")
        if "task" in row:
            tasks = by(plans[row["task"]["plan"]]["tasks"], "title")
            units = set(tasks[row["task"]["title"]]["assigned_to"])
            assert row["agency"] in units
        assert row["day"] < TODAY or row["state"] in ("editing", "scheduled")
        assert re.fullmatch(r"[0-2]\d:[0-5]\d", row["time"])
    states = [row["state"] for row in rows.values()]
    assert {s: states.count(s) for s in sorted(set(states))} == {
        "editing": 1,
        "published": 27,
        "returned": 1,
        "scheduled": 1,
        "submitted": 1,
    }
    assert [bool(row.get("remark")) for row in rows.values() if row["state"] == "returned"] == [
        True
    ]


def test_articles_are_worth_reading_and_well_formed():
    for row in articles():
        assert 150 <= syllables(row["body"]) <= 450, row["slug"]
        assert len(row["title"]) <= 200
        assert set(re.findall(r"</?(\w+)", row["body"])) <= {"p", "h2", "ul", "li", "blockquote"}
        opened = re.findall(r"<(\w+)>", row["body"])
        closed = re.findall(r"</(\w+)>", row["body"])
        assert sorted(opened) == sorted(closed)
        assert "{" not in row["body"]
        if row["picture"]:
            assert set(row["picture"]) == {"scene", "seed", "alt", "caption", "credit"}
            assert row["picture"]["alt"] != row["picture"]["caption"]
            assert row["picture"]["scene"] in pictures.SCENES
        for scene in re.findall(r"\[\[picture: (\w+) ", row["body"]):
            assert scene in pictures.SCENES
    assert max(len(row["title"]) for row in articles()) >= 150


def test_a_picture_line_becomes_a_figure():
    body = "<p>Trước</p>\n  [[picture: tea_hills 22 | Đồi <chè> | Giờ hái | Sùng Thào]]\n<p>Sau</p>"
    asked = []

    def url(scene, seed):
        asked.append((scene, seed))
        return "/media/x.webp"

    assert content.article_body(body, url) == (
        '<p>Trước</p>\n<figure><img src="/media/x.webp" alt="Đồi &lt;chè&gt;">'
        "<figcaption>Giờ hái Ảnh: Sùng Thào</figcaption></figure>\n<p>Sau</p>"
    )
    assert asked == [("tea_hills", 22)]
