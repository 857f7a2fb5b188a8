"""The demo's responses of readers: portal/demo/content/responses.yaml, in several states."""

import datetime as dt
import uuid

from django.db import transaction

from portal.accounts.models import User
from portal.common import clock
from portal.demo import content
from portal.moderation import actions as moderation
from portal.moderation.models import Case
from portal.news import actions
from portal.news.actions.responses import KIND
from portal.news.models import Article, Response

#: How long after it was sent a response was decided on, answered, asked about again.
DECIDED, ANSWERED, APPEALED = (dt.timedelta(minutes=m) for m in (35, 80, 120))
#: What would be sent later today was sent so long before the loading.
AT_LEAST_AGO = dt.timedelta(hours=3)


@transaction.atomic
def load(world, on):
    """Send, decide and answer, each by its people. Loading again changes nothing."""
    if Response.objects.exists():
        return
    rows = content.load("articles.yaml", on)["articles"]
    titles = {row["slug"]: row for row in rows}
    users = {u.username: u for u in User.objects.all()}
    now = clock.now()
    for row in content.load("responses.yaml", on)["responses"]:
        about = titles[row["article"]]
        article = Article.objects.get(title=about["title"])
        people = users[about["editor"]], users[about["approver"]]
        at = min(article.published_at + dt.timedelta(hours=row["hours"]), now - AT_LEAST_AGO)
        at = max(at, article.published_at)
        _bring(row, article, people, at)


def _bring(row, article, people, at, parent=None):
    editor, approver = people
    sent = actions.send_response(
        article_id=article.pk,
        name=row["name"],
        text=row["text"],
        email=row.get("email", ""),
        parent_id=parent and parent.pk,
        submission_key=uuid.uuid4(),
        now=at,
    ).response
    if row["state"] == "pending":
        return
    case = Case.objects.get(kind=KIND, subject_id=str(sent.pk))
    moderation.decide(
        actor=approver,
        case_id=case.pk,
        expected_version=case.lock_version,
        outcome="approved" if row["state"] == "shown" else "hidden",
        reasons=row.get("reasons", ()),
        now=at + DECIDED,
    )
    if row["state"] == "appealed":
        sent.refresh_from_db()
        actions.ask_again(response=sent, text=row["appeal"], now=at + APPEALED)
    for reply in row.get("replies", ()):
        _bring(reply, article, people, at + DECIDED, parent=sent)
    if "answer" in row:
        actions.answer_response(
            actor=editor,
            response_id=sent.pk,
            text=row["answer"],
            submission_key=uuid.uuid4(),
            now=at + ANSWERED,
        )
