"""Template tags, filters and layouts of the design system."""

import datetime as dt
import re
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.template import Context, Template
from django.test import RequestFactory

from portal.common import display, timeline
from portal.common.bundles import BUNDLES, BundleFinder, bundle_path
from portal.common.forms import Form
from portal.common.management.commands.draw_drum import drum
from portal.common.management.commands.make_step_css import step_css
from portal.common.nav import Item, StaffNav, public_items
from portal.common.paging import paginate
from portal.common.states import SHAPES, STATES

CSS = Path(settings.BASE_DIR) / "static" / "css"
# The editor brings its own sheet (form media), over CKEditor's skin, whose dialogs stay light.
OUTSIDE = {"editor.css"}
#: Leaves the site as a file that stands alone, with a policy of its own.
ALONE = {"saved.html"}
NBSP = "\u00a0"
JOINER = "\u2060"
TODAY = dt.date(2025, 8, 20)


def render(source: str, **context) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


class TestFormats:
    @pytest.mark.parametrize(
        ("value", "shown"),
        [
            (10877753, "10.877.753"),
            (0, "0"),
            (-1234, "-1.234"),
            (999, "999"),
            (12.5, "12,5"),
            ("2.50", "2,50"),
            (None, ""),
        ],
    )
    def test_number(self, value, shown):
        assert display.number_vi(value) == shown

    @pytest.mark.parametrize(
        ("value", "shown"), [(99.75, "99,75%"), (100, "100%"), (54.0, "54%"), (0.125, "0,13%")]
    )
    def test_percent(self, value, shown):
        assert display.percent_vi(value) == shown

    def test_an_instant_is_shown_on_a_clock_in_vietnam(self):
        at = dt.datetime(2020, 2, 18, 17, 30, tzinfo=dt.UTC)
        assert display.datetime_vi(at) == "19/02/2020 00:30"
        assert display.date_vi(at) == "19/02/2020"

    def test_long_date(self):
        assert display.long_date_vi(TODAY) == "Thứ Tư, ngày 20 tháng 8 năm 2025"
        assert display.short_date_vi(TODAY) == "Thứ Tư, 20/8/2025"

    @pytest.mark.parametrize(
        ("start", "end", "shown"),
        [
            (dt.date(2025, 7, 15), dt.date(2025, 8, 31), "15/07 – 31/08/2025"),
            (dt.date(2025, 9, 1), dt.date(2025, 9, 2), "01 – 02/09/2025"),
            (dt.date(2025, 9, 24), dt.date(2025, 9, 26), "24 – 26/09/2025"),
            (dt.date(2025, 9, 24), dt.date(2025, 9, 24), "24/09/2025"),
            (dt.date(2024, 12, 1), dt.date(2025, 1, 2), "01/12/2024 – 02/01/2025"),
            (dt.date(2025, 9, 24), None, "từ 24/09/2025"),
            (None, dt.date(2025, 9, 24), "đến 24/09/2025"),
            (None, None, "chưa xác định"),
        ],
    )
    def test_range(self, start, end, shown):
        assert display.date_range(start, end) == shown

    @pytest.mark.parametrize(
        ("days", "shown"), [(11, "còn 11 ngày"), (0, "hôm nay"), (-5, "quá hạn 5 ngày")]
    )
    def test_relative_days(self, days, shown):
        assert display.relative_days(TODAY + dt.timedelta(days), TODAY) == shown

    @pytest.mark.parametrize(
        ("text", "bound"),
        [
            ("Đại hội lần thứ XIV của Đảng", f"Đại hội lần{NBSP}thứ{NBSP}XIV của Đảng"),
            (
                "lần thứ I, nhiệm kỳ 2025-2030",
                f"lần{NBSP}thứ{NBSP}I, nhiệm{NBSP}kỳ{NBSP}2025{JOINER}-{JOINER}2030",
            ),
            ("còn 11 ngày", f"còn 11{NBSP}ngày"),
            ("Đợt 2 và tháng 8", f"Đợt{NBSP}2 và tháng{NBSP}8"),
            ("3 ngàysau", "3 ngàysau"),
        ],
    )
    def test_bind(self, text, bound):
        assert display.bind(text) == bound
        assert display.bind(bound) == bound

    def test_large_titles_break_between_words(self):
        title = "Tiến tới Đại hội đại biểu Đảng bộ tỉnh Mẫu"
        assert display.bind_names(title) == (
            f"Tiến tới Đại{NBSP}hội đại{NBSP}biểu Đảng{NBSP}bộ tỉnh Mẫu"
        )

    def test_bind_leaves_markup_escaped(self):
        assert render("{{ t|bind }}", t="<b>lần thứ I") == f"&lt;b&gt;lần{NBSP}thứ{NBSP}I"

    @pytest.mark.parametrize(
        ("part", "whole", "pct"),
        [(0, 10, 0), (1, 1000, 1), (999, 1000, 99), (10, 10, 100), (5, 0, 0), (54, 100, 54)],
    )
    def test_share_never_rounds_to_a_lie(self, part, whole, pct):
        assert display.share(part, whole) == pct


class TestStates:
    def test_every_shape_is_drawn_and_every_tone_has_a_style(self):
        css = (CSS / "components" / "badge.css").read_text()
        looks = [look for states in STATES.values() for look in states.values()]
        assert {look.shape for look in looks} <= set(SHAPES)
        tones = {look.tone for look in looks} - {"todo"}  # the plain badge
        assert {t for t in tones if f".badge--{t}" not in css} == set()

    def test_states_that_look_alike_within_a_kind_say_the_same(self):
        for kind, states in STATES.items():
            words = {}
            for look in states.values():
                words.setdefault((look.shape, look.tone), set()).add(str(look.label))
            assert {k: w for k, w in words.items() if len(w) > 1} == {}, kind

    def test_badge_escapes_what_it_is_given(self):
        html = render("{% badge 'task' 'overdue' detail=d %}", d="<i>5 ngày</i>")
        assert "Quá hạn &lt;i&gt;5 ngày&lt;/i&gt;" in html
        assert 'class="badge badge--alert"' in html

    def test_an_unknown_state_shows_its_own_name(self):
        assert "<span>&lt;x&gt;</span>" in render("{% state 'task' s %}", s="<x>")


class TestStanceBars:
    def test_a_group_under_five_hides_all_three(self):
        html = render("{% stance_bars 55 33 4 %}")
        assert "dưới 5" in html
        assert not re.search(r"\b(55|33|4)\b", html.replace("dưới 5", ""))

    def test_shown_from_five(self):
        html = render("{% stance_bars 10 5 5 %}")
        assert re.findall(r'data-w="(\d+)"', html) == ["200", "100", "100"]
        assert "Tán thành" in html


class SampleForm(Form):
    name = forms.CharField(label="Họ và tên", help_text="Như trên giấy tờ")
    note = forms.CharField(label="Ghi chú", required=False)
    agree = forms.BooleanField(label="Đồng ý")
    stance = forms.ChoiceField(
        label="Quan điểm",
        widget=forms.RadioSelect,
        choices=[("agree", "Tán thành"), ("partly", "Một phần")],
    )


class TestForms:
    def test_a_wrong_field_is_tied_to_its_error_and_its_help(self):
        html = render("{% field form.name %}", form=SampleForm({}))
        assert 'aria-describedby="id_name_help id_name_error"' in html
        assert 'id="id_name_help"' in html
        assert 'id="id_name_error"' in html
        assert 'aria-invalid="true"' in html
        assert "field--error" in html

    def test_only_optional_fields_say_so(self):
        form = SampleForm()
        assert "không bắt buộc" in render("{% field form.note %}", form=form)
        assert "không bắt buộc" not in render("{% field form.name %}", form=form)
        assert "không bắt buộc" not in render("{% field form.note optional=False %}", form=form)

    def test_summary_links_to_the_fields(self):
        html = render("{% form_errors form %}", form=SampleForm({"name": "A", "agree": "on"}))
        assert re.findall(r'href="#([^"]+)"', html) == ["id_stance"]

    def test_no_summary_before_the_form_is_sent(self):
        assert render("{% form_errors form %}", form=SampleForm()).strip() == ""

    def test_the_summary_shortens_the_label_of_a_consent(self):
        class Consent(Form):
            agreed = forms.BooleanField(
                label="Tôi đồng ý để cổng công bố tên và nội dung phản hồi sau khi duyệt.",
                error_messages={"required": "Cần đồng ý."},
            )

        html = render("{% form_errors form %}", form=Consent({}))
        assert "Tôi đồng ý để cổng công bố tên và nội dung phản …: Cần đồng ý." in html

    def test_no_stance_is_chosen_beforehand(self):
        html = render("{% stance_choice form.stance %}", form=SampleForm())
        assert html.count('type="radio"') == 2
        assert "checked" not in html


class TestPagination:
    def test_numbers_keep_the_query(self):
        request = RequestFactory().get("/x/", {"q": "đại hội", "trang": "2"})
        page = paginate(request, list(range(95)), per_page=20)
        html = render("{% pagination page 'tin' %}", page=page)
        assert "21–40 trong 95" in html
        assert "q=%C4%91%E1%BA%A1i+h%E1%BB%99i&amp;trang=3" in html
        assert html.count("aria-current") == 1

    def test_one_page_has_no_numbers(self):
        page = paginate(RequestFactory().get("/"), [1, 2])
        assert "<nav" not in render("{% pagination page %}", page=page)

    def test_nothing_for_no_rows(self):
        page = paginate(RequestFactory().get("/"), [])
        assert render("{% pagination page %}", page=page).strip() == ""


class TestTimeline:
    def phase(self, title, start, end, **more):
        return {"title": title, "start": start, "end": end, "state": "upcoming"} | more

    def test_whole_months_and_today(self):
        t = timeline.layout(
            [
                {
                    "title": "M",
                    "phases": [self.phase("1", dt.date(2025, 8, 10), dt.date(2025, 9, 30))],
                }
            ],
            today=TODAY,
        )
        assert [(x["label"], x["year"]) for x in t["ticks"]] == [("Th 8", 2025), ("Th 9", "")]
        assert t["today"]["x"] == round(400 * 19 / 61)
        bar = t["rows"][0]["lanes"][0][0]
        assert (bar["x"], bar["x"] + bar["w"]) == (round(400 * 9 / 61), 400)

    def test_overlapping_phases_take_two_lanes_and_mark_the_shared_days(self):
        phases = [
            self.phase("1", dt.date(2025, 8, 1), dt.date(2025, 8, 31)),
            self.phase("2", dt.date(2025, 8, 31), dt.date(2025, 9, 30)),
            self.phase("3", dt.date(2025, 10, 1), dt.date(2025, 10, 31)),
        ]
        row = timeline.layout([{"title": "M", "phases": phases}], today=TODAY)["rows"][0]
        assert [[p["title"] for p in lane] for lane in row["lanes"]] == [["1", "3"], ["2"]]
        assert row["zones"] == [
            {"x": round(400 * 30 / 92), "w": round(400 * 31 / 92) - round(400 * 30 / 92)}
        ]

    def test_open_unsure_and_undetermined(self):
        phases = [
            self.phase("1", dt.date(2025, 8, 1), None, open_end=True),
            self.phase("2", dt.date(2025, 8, 1), None),
            self.phase("3", None, dt.date(2025, 9, 1)),
            self.phase("4", None, None),
        ]
        lanes = timeline.layout([{"title": "M", "phases": phases}], today=TODAY)["rows"][0]["lanes"]
        bars = {p["title"]: p for lane in lanes for p in lane}
        assert {k: b["looks"] for k, b in bars.items()} == {
            "1": ["open"],
            "2": ["unsure"],
            "3": ["unsure"],
            "4": ["undetermined"],
        }
        assert bars["1"]["x"] + bars["1"]["w"] == 400
        assert all(b["x"] >= 0 and b["x"] + b["w"] <= 400 for b in bars.values())

    def test_without_a_single_date_there_is_no_timeline(self):
        tracks = [{"title": "M", "phases": [self.phase("1", None, None)]}]
        assert timeline.layout(tracks, today=TODAY) is None
        assert render("{% timeline t %}", t=None).strip() == ""

    @pytest.mark.parametrize(("years", "label"), [(1, "Th 1"), (3, "Quý I"), (12, "2020")])
    def test_ticks_grow_coarser(self, years, label):
        scale = timeline.stretch([dt.date(2020, 1, 1), dt.date(2020 + years - 1, 12, 31)], TODAY)
        ticks = scale.ticks()
        assert ticks[0]["label"] == label
        assert len(ticks) <= 24
        assert len({t["x"] for t in ticks}) == len(ticks)

    def test_the_flag_of_today_covers_no_year(self):
        tracks = [
            {"title": "M", "phases": [self.phase("1", dt.date(2024, 9, 1), dt.date(2025, 8, 31))]}
        ]
        flags = [
            timeline.layout(tracks, today=day)["today"]["end"]
            for day in (dt.date(2024, 11, 1), dt.date(2024, 12, 10), dt.date(2025, 1, 2))
        ]
        assert flags == [False, True, False]

    def test_a_mark_near_the_right_edge_writes_to_the_left(self):
        tracks = [
            {"title": "M", "phases": [self.phase("1", dt.date(2025, 1, 1), dt.date(2025, 12, 31))]}
        ]
        t = timeline.layout(
            tracks, today=TODAY, congresses=[{"on": dt.date(2025, 12, 20), "title": "Đại hội"}]
        )
        assert t["congresses"][0][0]["end"] is True

    @pytest.mark.parametrize(
        ("title", "parts"),
        [
            ("Đợt 3. Cao điểm", ("Đợt 3", "Cao điểm")),
            ("Đợt 3: Cao điểm", ("Đợt 3", "Cao điểm")),
            ("Đợt 3", ("Đợt 3", "")),
            (
                "Tuyên truyền sâu rộng. Không phô trương",
                ("Tuyên truyền sâu rộng. Không phô trương", ""),
            ),
        ],
    )
    def test_split_title(self, title, parts):
        assert timeline.split_title(title) == parts

    def test_the_strip_holds_the_months_around_today(self):
        phases = [
            self.phase("1", dt.date(2025, 1, 1), dt.date(2025, 3, 31)),  # over before the strip
            self.phase("2", dt.date(2025, 4, 1), dt.date(2025, 8, 31)),
            self.phase("3", dt.date(2025, 9, 1), dt.date(2025, 9, 3)),
            self.phase("4", dt.date(2025, 9, 4), None),
            self.phase("5", None, None),
        ]
        strip = timeline.window(phases, today=TODAY)
        assert [t["label"] for t in strip["ticks"]] == [f"Tháng {n}" for n in range(5, 11)]
        bars = {p["title"]: p for lane in strip["lanes"] for p in lane}
        assert {k: (b["x"], b["size"]) for k, b in bars.items()} == {
            "2": (0, ""),
            "3": (round(400 * 123 / 184), "none"),
            "4": (round(400 * 126 / 184), ""),
        }
        assert bars["4"]["x"] + bars["4"]["w"] == 400
        assert [p["title"] for p in strip["phases"]] == ["2", "3", "4", "5"]

    def test_no_strip_without_a_date_or_when_all_is_long_past(self):
        assert timeline.window([self.phase("1", None, None)], today=TODAY) is None
        old = self.phase("1", dt.date(2020, 1, 1), dt.date(2020, 2, 1))
        assert timeline.window([old], today=TODAY) is None

    def test_month_starts_on_monday(self):
        m = timeline.month(2025, 8, today=TODAY, marked={TODAY: 3}, link=lambda d: f"/{d}/")
        assert m["weeks"][0][0]["date"] == dt.date(2025, 7, 28)
        days = [d for week in m["weeks"] for d in week]
        assert [d["url"] for d in days if d["url"]] == ["/2025-08-20/"]
        assert [d["date"] for d in days if d["today"]] == [TODAY]


class TestNav:
    def test_the_section_of_the_page_is_marked(self):
        assert [i["url"] for i in public_items("/tin-tuc/2025/") if i["current"]] == ["/tin-tuc/"]
        assert [i["url"] for i in public_items("/") if i["current"]] == ["/"]

    def test_only_what_a_person_may_see_and_the_longest_match(self):
        nav = StaffNav()
        nav.add(Item("a", "mine", "A", "inbox", "healthz", count=lambda r: 3))
        nav.add(Item("b", "mine", "B", "inbox", "common:styleguide", visible=lambda r: False))
        nav.add(Item("c", "manage", "C", "inbox", "no:such"))
        groups = nav.groups(RequestFactory().get("/healthz"))
        assert [
            (g["label"], [(r["item"].key, r["count"], r["current"]) for r in g["rows"]])
            for g in groups
        ] == [("Việc của tôi", [("a", 3, True)])]

    def test_shows_only_what_is_there_and_visible(self):
        nav = StaffNav()
        nav.add(Item("a", "mine", "A", "inbox", "healthz"))
        nav.add(Item("b", "mine", "B", "inbox", "healthz", visible=lambda r: False))
        assert [nav.shows(key, None) for key in "abc"] == [True, False, False]

    def test_a_key_is_registered_once(self):
        nav = StaffNav()
        nav.add(Item("a", "mine", "A", "inbox", "healthz"))
        with pytest.raises(ValueError, match="twice"):
            nav.add(Item("a", "mine", "A", "inbox", "healthz"))


class TestStyleSheets:
    def test_the_step_sheet_is_up_to_date(self):
        assert (CSS / "steps.css").read_text() == step_css()

    def test_the_drum_is_up_to_date(self):
        assert (CSS.parent / "img" / "drum.svg").read_text() == drum()

    def test_every_sheet_is_in_a_bundle(self):
        listed = {path for paths in BUNDLES.values() for path in paths}
        assert listed | {f"css/{name}" for name in OUTSIDE} == {
            f"css/{path.relative_to(CSS)}" for path in CSS.rglob("*.css")
        }

    def test_readers_load_one_sheet_for_the_site(self, settings):
        settings.DEBUG = False
        html = render("{% stylesheet 'site' %}")
        assert html.count("<link") == 1
        settings.DEBUG = True
        assert render("{% stylesheet 'site' %}").count("<link") == len(BUNDLES["site"])

    def test_the_bundle_is_found_and_holds_every_file_in_order(self):
        finder = BundleFinder()
        many = {name: paths for name, paths in BUNDLES.items() if len(paths) > 1}
        assert [path for path, storage in finder.list([])] == [bundle_path(name) for name in many]
        for name, paths in many.items():
            text = Path(finder.find(bundle_path(name))).read_text()
            places = [text.index((CSS.parent / path).read_text()) for path in paths]
            assert places == sorted(places)
        assert finder.find("css/tokens.css") == []

    def test_relative_addresses_still_hold_in_the_bundle(self):
        for path in BUNDLES["site"]:
            for address in re.findall(r'url\("([^"]+)"\)', (CSS.parent / path).read_text()):
                assert (CSS / "bundle" / address).resolve().is_relative_to(CSS.parent)
                assert ((CSS.parent / path).parent / address).resolve().is_file()
                assert (CSS / "components" / address).resolve().is_file()

    def test_both_copies_of_the_dark_palette_are_equal(self):
        blocks = re.findall(r"color-scheme: dark;(.*?)\}", (CSS / "tokens.css").read_text(), re.S)
        first, second = ([line.strip() for line in b.strip().splitlines()] for b in blocks)
        assert first == second

    def test_only_the_tokens_name_colours(self):
        for path in CSS.rglob("*.css"):
            # a code and a poster are black on white in the dark as well, or phones cannot read them
            if path.name in {"tokens.css", "print.css", "poster.css"} | OUTSIDE:
                continue
            assert re.findall(r"#[0-9a-f]{3,8}\b", path.read_text()) == [], path.name

    def test_every_token_used_exists(self):
        text = "\n".join(p.read_text() for p in CSS.rglob("*.css"))
        used = set(re.findall(r"var\((--[\w-]+)", text))
        defined = set(re.findall(r"(--[\w-]+)\s*:", text))
        assert used - defined == {"--shape-ground"}

    def test_nothing_newer_than_the_floor(self):
        ranges = r"@media[^{]*\(\s*(?:width|height)\s*[<>]"
        newer = rf"light-dark\(|color-mix\(|oklch\(|\[popover|{ranges}|^\s*&"
        for path in CSS.rglob("*.css"):
            text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S)
            assert re.findall(newer, text, re.M) == [], path.name


def palette(text: str) -> dict[str, str]:
    """{token: "#rrggbb"} of one block of tokens.css."""
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", text))


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.1 defines it."""
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


TEXT_ON_GROUND = [
    *(
        (ink, ground)
        for ink in ("ink", "ink-2", "ink-3")
        for ground in ("paper", "surface", "sunken", "raised")
    ),
    *(
        (ink, ground)
        for ink in ("red-text", "gold-text", "pine", "alert", "slate")
        for ground in ("paper", "surface")
    ),
    *((tone, f"{tone}-tint") for tone in ("pine", "slate", "plum", "alert", "ins", "del")),
    *(("ink", f"{tone}-tint") for tone in ("red", "gold", "pine", "slate", "alert")),
    ("gold-text", "gold-tint"),
    ("ink-2", "gold-tint"),
    ("ink-2", "hover"),
    ("on-red", "red"),
    ("on-red", "red-hover"),
    ("on-now", "now"),
    ("on-alert", "alert"),
    ("on-invert", "invert"),
    ("on-heat", "heat-0"),
    ("on-heat", "heat-1"),
    ("on-heat", "heat-2"),
    ("on-heat", "heat-3"),
    ("on-heat-4", "heat-4"),
]
SHAPES_ON_GROUND = [
    *(
        (mark, ground)
        for mark in ("edge", "gold", "focus", "agree", "partly", "disagree")
        for ground in ("paper", "surface")
    ),
]


class TestContrast:
    """WCAG 2.1 AA: 4,5 for text, 3 for the shapes one has to see."""

    @pytest.fixture(params=["light", "dark"])
    def colours(self, request):
        text = (CSS / "tokens.css").read_text()
        light, dark = text.split('[data-theme="dark"] {')[0], text.split('[data-theme="dark"] {')[1]
        chosen = palette(light)
        if request.param == "dark":
            chosen |= palette(dark.split("}")[0])
        return chosen

    @pytest.mark.parametrize(("ink", "ground"), TEXT_ON_GROUND)
    def test_text(self, colours, ink, ground):
        assert contrast(colours[ink], colours[ground]) >= 4.5

    @pytest.mark.parametrize(("mark", "ground"), SHAPES_ON_GROUND)
    def test_shapes(self, colours, mark, ground):
        assert contrast(colours[mark], colours[ground]) >= 3

    def test_the_red_band(self, colours):
        for ground in ("red-deep", "red-deeper", "phase-to-come"):
            assert contrast(colours["on-red"], colours[ground]) >= 4.5, ground
        for ink in ("gold-on-red", "on-red-2"):
            assert contrast(colours[ink], colours["red-deep"]) >= 4.5, ink
        assert contrast(colours["on-now"], colours["gold-on-red"]) >= 4.5


class TestTemplates:
    def test_nothing_inline(self):
        root = Path(settings.BASE_DIR) / "templates"
        for path in root.rglob("*.html"):
            if path.name in ALONE:
                continue
            text = path.read_text()
            # A block of data is no script: browsers do not run it, the policy lets it stand.
            inline = r"\sstyle=|<style|\son\w+=|<script(?![^>]*(?:\bsrc=|application/ld))"
            assert re.findall(inline, text) == [], path


@pytest.mark.django_db
class TestStyleguide:
    def test_only_administrators_see_it(self, client, django_user_model):
        assert client.get("/kieu-dang/").status_code == 302
        lan = django_user_model.objects.create_user("lan", full_name="Lan")
        client.force_login(lan)
        assert client.get("/kieu-dang/").status_code == 404
        lan.is_superuser = True
        lan.save()
        for frame in ("", "?khung=ban-lam-viec"):
            response = client.get(f"/kieu-dang/{frame}")
            assert response.status_code == 200
            assert "Quá hạn 5 ngày" in response.content.decode()
