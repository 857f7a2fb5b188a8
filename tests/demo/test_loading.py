"""The plan files of the demo go through the loader and come out with the dates they mean."""

from __future__ import annotations

import datetime as dt
import io
import json
from pathlib import Path

import pytest
import yaml
from django.core.management import call_command

from portal.demo import content

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 22)
DATA = Path(content.__file__).parents[2] / "campaigns" / "data"


@pytest.fixture
def loaded(tmp_path):
    call_command("load_calendar", DATA / "calendar.yaml")
    mau = tmp_path / "tinh_mau.yaml"
    text = yaml.safe_dump(content.load("tinh_mau.yaml", TODAY), allow_unicode=True)
    mau.write_text(text, encoding="utf-8")
    call_command("load_plan", *sorted(DATA.glob("plan_*.yaml")), mau)


def phases(symbol, on):
    out = io.StringIO()
    call_command("show_plan", symbol, "--json", "--on", on, stdout=out)
    return [
        (phase["starts"]["resolved"], phase["ends"]["resolved"], phase["state"])
        for track in json.loads(out.getvalue())["tracks"]
        for phase in track["phases"]
    ]


def test_the_plans_resolve_to_the_days_of_their_texts(loaded):
    assert phases("vpcp-2020", "2020-08-15") == [
        ("2020-01-01", "2020-06-30", "ended"),
        ("2020-07-01", "2020-08-31", "active"),
        ("2020-08-01", "2020-10-31", "active"),
        ("2020-11-01", None, "upcoming"),
        (None, "2021-01-24", "active"),
        ("2021-01-25", "2021-02-01", "upcoming"),
        ("2021-02-02", None, "upcoming"),
    ]
    assert phases("107/KH-SNV", "2020-10-20") == [
        ("2020-02-05", "2020-10-12", "ended"),
        ("2020-09-13", None, "undetermined"),
        (None, "2021-01-25", "undetermined"),
    ]
    assert phases("23-KH/ĐUK", "2021-07-01") == [
        ("2021-05-24", "2021-12-31", "active"),
        ("2022-01-01", "2025-12-31", "upcoming"),
    ]
    assert phases("258-KH/BTCTW", "2020-05-01") == []
    assert phases("12-KH/TU", TODAY.isoformat()) == [
        ("2026-09-23", "2026-10-22", "ended"),
        ("2026-10-08", "2026-12-03", "active"),
        ("2026-11-08", "2026-12-26", "active"),
        ("2026-12-27", "2026-12-29", "upcoming"),
        ("2026-12-30", None, "upcoming"),
        ("2026-01-24", "2026-12-29", "active"),
        (None, None, "undetermined"),
        (None, None, "undetermined"),
    ]
    # the derived plans follow the superior's phases and their own congress
    assert phases("31/KH-SNV", TODAY.isoformat()) == [
        ("2026-10-08", "2026-12-26", "active"),
        ("2026-12-27", "2026-12-29", "upcoming"),
        ("2026-12-30", None, "upcoming"),
    ]
    assert phases("08-KH/ĐU", TODAY.isoformat()) == [
        ("2026-10-08", "2026-11-20", "ended"),
        ("2026-11-21", "2026-12-03", "active"),
        ("2026-11-08", "2026-12-26", "active"),
        ("2026-12-27", None, "upcoming"),
    ]
