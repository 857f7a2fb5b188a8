"""The demo's register: enough documents, every kind of link, entered by those who may."""

import datetime as dt
from collections import Counter

from portal.demo import content
from portal.official.models import DocumentLink
from portal.official.symbols import UNKNOWN, parse_symbol

from .test_content import everything

TODAY = dt.date(2026, 11, 22)


def rows():
    return content.load("register.yaml", TODAY)["documents"]


def test_every_kind_of_link_leads_to_a_document_that_is_there():
    symbols = [row["symbol"] for row in rows() if "symbol" in row]
    assert Counter(symbols).most_common(1)[0][1] == 1
    assert all(parse_symbol(symbol).kind != UNKNOWN for symbol in symbols)
    campaign = everything()
    known = {row.get("symbol") for part in ("documents", "plans") for row in campaign[part]}
    ends = {kind: [end for row in rows() for end in row.get(kind, ())] for kind in KINDS}
    assert all(ends.values())
    assert {end for some in ends.values() for end in some} <= known | set(symbols)


def test_they_are_entered_by_staff_of_the_agency_and_none_is_of_tomorrow():
    people = {row["username"]: row for row in content.load("people.yaml", TODAY)["people"]}
    for row in rows():
        held = people[row["by"]]["memberships"]
        assert {"agency": row["in"], "role": "staff"} in held, row
        assert row["on"] <= TODAY, row


def test_enough_to_look_at():
    assert len(rows()) >= 20
    assert sum(bool(row.get("pdf")) for row in rows()) >= 4
    assert {row.get("public", True) for row in rows()} == {True, False}


KINDS = DocumentLink.Kind.values
