"""Two people at one article at the same moment, on two real connections."""

import threading

import pytest
from django.db import connection, transaction

from portal.agencies.models import Role
from portal.common.errors import Refused, StaleVersion
from portal.news import actions
from portal.news.models import Article, ArticleRevision, Microsite, Step
from portal.news.queries import front
from tests.agencies.factories import AgencyFactory, give
from tests.campaigns.factories import PlanFactory, issue
from tests.news import factories as make

pytestmark = pytest.mark.django_db(transaction=True)


def race(*calls):
    """Run all calls at once; [None or the Refused that came out], in their order."""
    start = threading.Barrier(len(calls))
    outcomes = [None] * len(calls)

    def run(i, call):
        try:
            start.wait(timeout=10)
            call()
        except Refused as refused:
            outcomes[i] = refused
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(i, c)) for i, c in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return outcomes


def test_two_approvers_publish_once():
    room = make.newsroom()
    article = make.submitted(room)

    def by(person):
        return lambda: actions.publish(
            actor=person, article_id=article.pk, expected_version=article.lock_version
        )

    outcomes = race(by(room.approver), by(room.other_approver))
    assert [type(o) for o in outcomes].count(type(None)) == 1
    (refused,) = [o for o in outcomes if o is not None]
    assert refused.code == "transition:publish:published"
    assert Step.objects.filter(article=article, verb="publish").count() == 1


def test_publishing_and_sending_back_do_not_both_happen():
    room = make.newsroom()
    article = make.submitted(room)
    version = article.lock_version
    outcomes = race(
        lambda: actions.publish(
            actor=room.approver, article_id=article.pk, expected_version=version
        ),
        lambda: actions.send_back(
            actor=room.other_approver,
            article_id=article.pk,
            expected_version=version,
            remark="Sửa tít.",
        ),
    )
    assert [o is None for o in outcomes].count(True) == 1
    stored = Article.objects.get(pk=article.pk)
    assert stored.state == ("published" if outcomes[0] is None else "returned")
    assert (stored.live_revision_id is not None) is (outcomes[0] is None)
    assert stored.remarks.count() == (0 if outcomes[0] is None else 1)


def test_two_editors_save_and_one_is_told():
    room = make.newsroom()
    article = make.written(room)

    def by(person, title):
        return lambda: actions.save_article(
            actor=person,
            article_id=article.pk,
            expected_version=article.lock_version,
            text={**make.TEXT, "title": title},
        )

    outcomes = race(by(room.editor, "Của Phương"), by(room.colleague, "Của Huy"))
    (stale,) = [o for o in outcomes if o is not None]
    assert isinstance(stale, StaleVersion)
    kept = "Của Phương" if outcomes[0] is None else "Của Huy"
    assert Article.objects.get(pk=article.pk).title == kept
    assert stale.current.working.title == kept
    assert list(ArticleRevision.objects.filter(article=article).values_list("n", "title")) == [
        (1, make.TEXT["title"]),
        (2, kept),
    ]


def test_a_publication_waits_for_the_saving_before_it():
    """An approver who clicks while the editor takes the text back decides on nothing stale."""
    room = make.newsroom()
    article = make.submitted(room)
    version = article.lock_version
    outcome = []

    def publish():
        try:
            actions.publish(actor=room.approver, article_id=article.pk, expected_version=version)
        except Refused as refused:
            outcome.append(refused.code)
        finally:
            connection.close()

    with transaction.atomic():
        actions.take_back(actor=room.editor, article_id=article.pk, expected_version=version)
        other = threading.Thread(target=publish)
        other.start()
        other.join(timeout=0.5)
        assert other.is_alive(), "the approver must wait for the editor's transaction"
    other.join(timeout=30)
    assert outcome == ["transition:publish:editing"]


def test_of_two_new_orders_of_one_list_the_second_is_told():
    room = make.newsroom()
    page = front.Place(owner=room.agency, agency=room.agency)
    a, b, c = (
        actions.add_feature(actor=room.approver, place=page, article=make.published(room, title=t))
        for t in ("Tin một", "Tin hai", "Tin ba")
    )
    seen = [c.pk, b.pk, a.pk]

    def order(actor, *wanted):
        return lambda: actions.order_features(
            actor=actor, place=page, seen=seen, order=[f.pk for f in wanted]
        )

    outcomes = race(order(room.approver, a, b, c), order(room.other_approver, b, c, a))
    assert sorted(type(o).__name__ for o in outcomes) == ["NoneType", "StaleVersion"]
    stored = list(page.rows().values_list("pk", "position"))
    won = [a, b, c] if outcomes[0] is None else [b, c, a]
    assert stored == [(f.pk, n) for n, f in enumerate(won)]


def test_one_article_is_chosen_once():
    room = make.newsroom()
    page = front.Place(owner=room.agency, agency=room.agency)
    article = make.published(room)

    def choose(actor):
        return lambda: actions.add_feature(actor=actor, place=page, article=article)

    outcomes = race(choose(room.approver), choose(room.other_approver))
    (refused,) = [o for o in outcomes if o is not None]
    assert refused.code == "twice"
    assert page.rows().count() == 1


def test_a_plan_gets_one_special_page():
    room = make.newsroom()
    plan = issue(PlanFactory(issuer=room.agency))

    def create(actor):
        return lambda: actions.create_microsite(
            actor=actor, plan=plan, agency=room.agency, title="Tiến tới Đại hội"
        )

    outcomes = race(create(room.approver), create(room.other_approver))
    (refused,) = [o for o in outcomes if o is not None]
    assert refused.code == "taken"
    assert Microsite.objects.filter(plan=plan).count() == 1


def test_two_special_pages_of_one_name_get_two_addresses():
    room = make.newsroom()
    plans = [issue(PlanFactory(issuer=AgencyFactory(parent=room.agency))) for _n in range(2)]
    keepers = [room.approver, room.other_approver]
    for keeper, plan in zip(keepers, plans, strict=True):
        give(keeper, Role.APPROVER, plan.issuer)

    def create(actor, plan):
        return lambda: actions.create_microsite(
            actor=actor, plan=plan, agency=plan.issuer, title="Tiến tới Đại hội"
        )

    assert race(*map(create, keepers, plans)) == [None, None]
    assert sorted(Microsite.objects.values_list("slug", flat=True)) == [
        "tien-toi-dai-hoi",
        "tien-toi-dai-hoi-2",
    ]
