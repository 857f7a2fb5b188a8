"""Corrections and withdrawals in the demo's news: what the pages of saved texts have to show."""

import datetime as dt

from portal.common import clock
from portal.demo import content
from portal.news import actions
from portal.news.models import Article, Showing

#: How long before its approval a correction is saved and submitted.
SAVED, SUBMITTED = dt.timedelta(minutes=25), dt.timedelta(minutes=20)


def load(world, on):
    """Correct articles of the demo as portal/demo/content/corrections.yaml says; once.

    Args:
        on: the day of loading.
    """
    if Showing.objects.filter(until__isnull=False).exists():
        return
    rows = {row["slug"]: row for row in content.load("articles.yaml", on)["articles"]}
    for correction in content.load("corrections.yaml", on)["corrections"]:
        row = rows[correction["article"]]
        article = Article.objects.filter(
            agency__slug=row["agency"], title=row["title"], state=Article.State.PUBLISHED
        ).first()
        if article is None:  # whoever uses the demo has taken it further
            continue
        people = {name: world["users"][row[name]] for name in ("editor", "approver")}
        for step in correction["steps"]:
            at = article.published_at + dt.timedelta(hours=step["after"])
            if at < clock.now():
                _do(article.pk, step, at, **people)


def _do(pk, step, at, editor, approver):
    def current():
        article = Article.objects.select_related("working").get(pk=pk)
        return article, {"article_id": pk, "expected_version": article.lock_version}

    article, given = current()
    if "withdraw" in step:
        actions.withdraw(actor=approver, reason=step["withdraw"], now=at, **given)
        return
    text = article.working.text()
    for old, new in step.get("save") or step["publish"]:
        if old not in text["body"]:
            raise LookupError(f"article {pk}: {old!r} is not in its text")
        text["body"] = text["body"].replace(old, new)
    actions.save_article(actor=editor, text=text, now=at - SAVED, **given)
    if "publish" in step:
        actions.submit(actor=editor, now=at - SUBMITTED, **current()[1])
        actions.publish(actor=approver, now=at, **current()[1])
