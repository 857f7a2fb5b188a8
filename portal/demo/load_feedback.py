"""The demo's consultations and opinions: open, upcoming and closed; people of the units write."""

import datetime as dt
import secrets

from campaigns.actions import record_evidence
from campaigns.boundaries import EventSpec, date_spec
from campaigns.models import Assignment, Event
from documents.models import Edition
from feedback import actions
from feedback.about import Place
from feedback.models import Opinion, RespondentGroup
from portal.accounts.models import User
from portal.agencies.actions import grant_role
from portal.agencies.models import Level, Role
from portal.common import clock
from portal.common.text import person_sort_key
from portal.demo import content, load_moderation

STAFF, MEMBER = "kehoach", "dangvien"
#: Every so many of the sample opinions is named, so that a rapporteur finds one.
NAMED_EVERY = 6
#: A consultation that is over.
CLOSED = "gop-y-de-an-sinh-hoat-chi-bo"


def load(world, on):
    """Create the consultations of consultations.yaml and send the opinions of opinions.yaml."""
    rows = content.load("consultations.yaml", on)
    titles = {row["slug"]: row["title"] for row in rows["documents"]}
    made = {}
    for row in rows["consultations"]:
        edition = Edition.objects.select_related("document").get(
            document__title=titles[row["document"]], state=Edition.State.PUBLISHED
        )
        made[row["slug"]] = _consultation(world, row, edition), edition
    sample = content.load("opinions.yaml", on)
    consultation, edition = made[sample["consultation"]]
    for number, row in enumerate(sample["opinions"]):
        _opinion(world, consultation, edition, row, number)
    _own_opinions(world["users"][MEMBER], consultation, edition, (6, 20), on - dt.timedelta(days=2))
    load_moderation.load(world, consultation, edition, on)
    # one that closed: of these passages one was edited in the next edition, one split
    closed = made[CLOSED]
    _own_opinions(world["users"][MEMBER], *closed, (2, 5), on - dt.timedelta(days=20))
    _unfinished(world["users"][MEMBER], consultation, edition, on - dt.timedelta(days=1))


def _consultation(world, row, edition):
    staff = world["users"][STAFF]
    groups = [
        RespondentGroup.objects.get_or_create(
            name=name, defaults={"slug": f"nhom-{order}", "order": order}
        )[0]
        for order, name in _numbered(row["respondent_groups"])
    ]
    agency = world["agencies"][row["host"]]
    made = actions.create_consultation(
        actor=staff,
        agency=agency,
        title=row["title"],
        intro=row["introduction"],
        editions=[edition],
        opens=_spec(row["opens"]),
        closes=_spec({"on": row["extended"]["from"]} if "extended" in row else row["closes"]),
        reading_level=Level.objects.get(slug=row["reading_level"]),
        groups=groups,
        **_terms(row),
        questions=[
            (edition, edition.blocks.get(plain=q["at"]) if q["at"] else None, q["text"])
            for q in row["questions"]
        ],
    )
    opens = made.opens.at
    made = actions.announce(
        actor=staff, consultation=made, now=min(clock.now(), opens - dt.timedelta(days=1))
    )
    actions.open_due()
    if row.get("extended"):
        _extend(staff, made, row)
    if row.get("task"):
        given = Assignment.objects.filter(agency=agency, task__title=row["task"]).first()
        if given is not None:
            record_evidence(
                source_kind="feedback.consultation",
                source_id=made.pk,
                title=made.title,
                url=f"/lay-y-kien/{made.pk}-{made.slug}/",
                happened_on=made.opens.resolved_on,
                actor=staff,
                assignment=given,
            )
    return made


def _terms(row):
    """The terms that differ from the usual ones."""
    terms = {
        "audience": row.get("may_write"),
        "policy": row.get("policy"),
        "moderation": row.get("moderation"),
        "channels": row.get("channels"),
    }
    if row["channel"] == "point":
        terms |= {"mode": "pointing", "external_url": row["external_url"], "channels": []}
    return {name: value for name, value in terms.items() if value is not None}


def _extend(staff, consultation, row):
    actions.change_dates(
        actor=staff,
        consultation=consultation,
        opens=None,
        closes=_spec(row["closes"]),
        reason=row["extended"]["reason"],
    )


def _numbered(names):
    """(order, name) with the same number for a name in every consultation."""
    known = list(RespondentGroup.objects.order_by("order").values_list("name", flat=True))
    for name in names:
        if name not in known:
            known.append(name)
        yield known.index(name) + 1, name


def _spec(row):
    if "on" in row:
        return date_spec(row["on"])
    event = Event.objects.get(slug=row["congress"])
    return EventSpec(event_id=event.pk, moment=row["moment"], offset=row.get("days", 0))


def _opinion(world, consultation, edition, row, number):
    block = edition.blocks.get(plain__startswith=row["at"]) if row["at"] else None
    named = number % NAMED_EVERY == 0
    actions.submit_opinion(
        author=_somebody(world["agencies"][row["unit"]]),
        consultation=consultation,
        edition=edition,
        block=block,
        submission_key=secrets.token_urlsafe(24),
        stance=row["stance"],
        text=row.get("text", ""),
        reason=row.get("reason", ""),
        proposed=row.get("proposed", ""),
        group=RespondentGroup.objects.filter(name=row.get("group")).first(),
        naming=Opinion.Naming.NAMED if named else Opinion.Naming.ANONYMOUS,
        consented=True,
        now=clock.start_of_day(row["on"]) + dt.timedelta(hours=9),
    )


def _somebody(agency):
    """A member of the unit who writes in the demo and cannot sign in."""
    username = f"mau-{agency.slug}"[:150]
    person = User.objects.filter(username=username).first()
    if person is None:
        name = f"Đảng viên mẫu {agency.short_name or agency.name}"[:120]
        person = User(username=username, full_name=name, sort_key=person_sort_key(name))
        person.set_unusable_password()
        person.save()
        grant_role(actor=None, user=person, agency=agency, role=Role.MEMBER)
    return person


def _unfinished(member, consultation, edition, on):
    """Something the same member began to write and has not sent."""
    block = edition.blocks.filter(kind="paragraph").order_by("pos")[10]
    actions.save_draft(
        author=member,
        consultation=consultation,
        place=Place(edition, block).key,
        fields={"text": "Đề nghị thêm số liệu của từng năm để chi bộ tiện so sánh;"},
        now=clock.start_of_day(on) + dt.timedelta(hours=21),
    )


def _own_opinions(member, consultation, edition, places, on):
    """Two opinions of the member who has an account in the demo, so that the page is not empty.

    `places` are the two paragraphs, counted from 0; `on` is the day they came.
    """
    texts = (
        ("partly", "Nên ghi rõ cơ quan nào chịu trách nhiệm và báo cáo kết quả vào tháng nào."),
        ("agree", "Việc này gần với chi bộ chúng tôi, đề nghị giữ nguyên cách viết."),
    )
    paragraphs = edition.blocks.filter(kind="paragraph").order_by("pos")
    for offset, (stance, text) in zip(places, texts, strict=True):
        actions.submit_opinion(
            author=member,
            consultation=consultation,
            edition=edition,
            block=paragraphs[offset],
            submission_key=secrets.token_urlsafe(24),
            stance=stance,
            text=text,
            consented=True,
            now=clock.start_of_day(on) + dt.timedelta(hours=20),
        )
