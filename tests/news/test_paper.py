"""Articles approved by a signature on paper, where the office has nobody else."""

import datetime as dt

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from portal.agencies import actions as agencies
from portal.agencies.models import Role
from portal.common import clock
from portal.common.errors import Refused
from portal.news import actions, queries
from portal.news.models import ArticleRevision
from portal.official.models import PaperApproval
from tests.accounts.factories import UserFactory
from tests.agencies.factories import AgencyFactory, give
from tests.news import factories as make
from tests.news.factories import again, do
from tests.news.test_notices import assignment_of

pytestmark = pytest.mark.django_db

PAPER = {
    "number": "12-PDN/ĐU",
    "signed_on": dt.date(2026, 9, 20),
    "signer": "Nguyễn Văn Bình",
    "position": "Bí thư Đảng ủy",
}


def scan():
    return ContentFile(b"%PDF-1.7 signed %%EOF", name="phe duyet.pdf")


@pytest.fixture
def commune():
    """An office of one: its clerk writes, and approves nothing of their own."""
    room = make.newsroom()
    give(room.editor, Role.APPROVER, room.agency)
    for person in (room.approver, room.other_approver):
        person.memberships.all().delete()
    return room


def on_paper(actor, article, **more):
    return do("publish_on_paper", actor, article, **{**PAPER, "scan": scan(), **more})


def address(name, article):
    return reverse(f"news:{name}", args=[article.pk])


def test_a_signature_on_paper_publishes_the_text_of_the_only_person(commune):
    assignment = assignment_of(commune)
    article = make.submitted(commune, assignment=assignment)
    on_paper(commune.editor, article)
    article = again(article)
    paper = PaperApproval.objects.get()
    assert (article.state, article.paper_approval, article.approved_by) == (
        "published",
        paper,
        None,
    )
    assert (article.working.paper_approval, article.working.approved_by) == (paper, None)
    assert (paper.act, paper.subject_kind, paper.subject_id, paper.recorded_by) == (
        "publish",
        "news.article",
        str(article.pk),
        commune.editor,
    )
    assert list(queries.served(clock.now())) == [article]
    assert assignment.evidence.count() == 1


def test_a_signature_with_an_hour_and_its_coming(commune):
    article = make.submitted(commune)
    on_paper(commune.editor, article, at=make.in_days(1))
    assert again(article).state == "scheduled"
    do("reschedule", commune.editor, article, at=make.in_days(2))
    actions.publish_due(now=make.in_days(2))
    article = again(article)
    assert article.state == "published"
    assert article.steps.last().by == commune.editor


def test_where_somebody_else_can_approve_paper_is_refused_by_name(commune):
    article = make.submitted(commune)
    give(commune.approver, Role.APPROVER, commune.agency)
    with pytest.raises(Refused) as refused:
        on_paper(commune.editor, article)
    assert refused.value.code == "second_person"
    assert "Lê Hồng Vân" in str(refused.value)
    assert again(article).state == "submitted"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"scan": None}, "missing_scan"),
        ({"signer": " \u00a0"}, "missing_signer"),
        ({"signed_on": dt.date(2199, 1, 1)}, "future"),
        ({"scan": ContentFile(b"%PDF-1.7 half", name="nua.pdf")}, "cut_off"),
    ],
)
def test_a_paper_without_its_parts_publishes_nothing(commune, given, code):
    article = make.submitted(commune)
    with pytest.raises(Refused) as refused:
        on_paper(commune.editor, article, **given)
    assert refused.value.code == code
    assert again(article).state == "submitted"
    assert PaperApproval.objects.count() == 0


def test_outsiders_and_unwritten_texts(commune):
    article = make.submitted(commune)
    with pytest.raises(Refused) as refused:
        on_paper(commune.outsider, article)
    assert refused.value.code == "role"
    draft = make.written(commune)
    with pytest.raises(Refused) as refused:
        on_paper(commune.editor, draft)
    assert refused.value.code == "transition:publish:editing"


def test_the_database_wants_one_approval_for_what_readers_get(commune):
    article = make.submitted(commune)
    on_paper(commune.editor, article)
    row = ArticleRevision.objects.filter(pk=again(article).working_id)
    for broken in [
        {"paper_approval": None},
        {"approved_by": commune.staff},
        {"live_from": None},
    ]:
        with pytest.raises(IntegrityError), transaction.atomic():
            row.update(**broken)


def test_the_page_of_the_paper(commune, client):
    article = make.submitted(commune)
    client.force_login(commune.editor)
    desk = client.get(address("desk_article", article)).content.decode()
    assert address("paper", article) in desk
    assert client.get(address("paper", article)).status_code == 200
    data = {**PAPER, "lock_version": article.lock_version, "day": "", "time": "07:00"}
    page = client.post(address("paper", article), data)
    assert page.status_code == 422
    assert {"scan", "day"} == set(page.context["form"].errors)
    data["time"] = ""
    page = client.post(address("paper", article), {**data, "scan": scan()}, follow=True)
    assert "Đã ghi phê duyệt và đăng bài." in page.content.decode()
    assert "Nguyễn Văn Bình, Bí thư Đảng ủy" in page.content.decode()
    assert again(article).state == "published"


def test_who_has_a_colleague_is_sent_back_to_the_article(client):
    room = make.newsroom()
    article = make.submitted(room)
    client.force_login(room.editor)
    assert (
        address("paper", article)
        not in client.get(address("desk_article", article)).content.decode()
    )
    assert client.get(address("paper", article))["Location"] == address("desk_article", article)


def test_the_superior_sees_it_among_the_approvals_on_paper(commune, client):
    above = AgencyFactory(name="Tỉnh ủy Mẫu")
    boss = UserFactory(full_name="Hà Giám Sát")
    give(boss, Role.SUPERVISOR, above)
    agencies.move_agency(
        actor=None, agency=commune.agency, parent=above, on=clock.today(), decision=""
    )
    article = make.submitted(commune)
    on_paper(commune.editor, article)
    client.force_login(boss)
    page = client.get(reverse("official:approvals"))
    assert page.status_code == 200
    assert address("desk_article", article) in page.content.decode()
    client.force_login(commune.outsider)
    assert (
        address("desk_article", article)
        not in client.get(reverse("official:approvals")).content.decode()
    )
