"""The demo's news: sections and articles of portal/demo/content/articles.yaml."""

import datetime as dt
import io

from django.db import transaction

from campaigns.models import Assignment
from portal.accounts.models import User
from portal.agencies.models import Agency
from portal.agencies.queries import people_with_roles
from portal.common import clock
from portal.common.minutes import minute_of
from portal.common.uploads.actions import store_file, store_image
from portal.demo import content, load_front, papers, pictures
from portal.news import actions, rules
from portal.news.actions import ItemInput
from portal.news.models import Article, Genre, Section

#: How long before its publication an article was begun and submitted.
WRITTEN, SUBMITTED = dt.timedelta(hours=3), dt.timedelta(minutes=40)
#: What would be published later today is published so long before the loading.
AT_LEAST_AGO = dt.timedelta(minutes=10)


@transaction.atomic
def load(world, on):
    """Write, submit and publish the demo's articles, each on its day and by its people.

    Loading again changes nothing: once there are articles, they belong to whoever uses the demo.

    Args:
        world: dict shared by the loaders; `world["articles"]` becomes {slug of the file: Article}.
        on: the day of loading.
    """
    world["articles"] = {}
    if Article.objects.exists():
        return
    people = world.get("users") or {u.username: u for u in User.objects.all()}
    agencies = world.get("agencies") or {a.slug: a for a in Agency.objects.all()}
    now = clock.now()
    places = load_front.microsites(world, on)
    belonging = content.load("belonging.yaml", on)
    begun = _series(belonging["series"], people, agencies, on)
    for row in content.load("articles.yaml", on)["articles"]:
        row = {**row, **_belonging(belonging["articles"].get(row["slug"], {}), begun)}
        row["place"] = places.get(row["slug"], {})
        desk = _Desk(row, agencies[row["agency"]], people, now)
        world["articles"][row["slug"]] = desk.bring_to(row["state"])
    load_front.features(world, on)


def _series(rows, people, agencies, on):
    """{slug of the file: Series}; begun before the first article."""
    first = clock.start_of_day(on - dt.timedelta(days=90))
    return {
        row["slug"]: actions.create_series(
            actor=people[row["by"]],
            agency=agencies.get(row["agency"]),
            title=row["title"],
            about=row["about"],
            now=first,
        )
        for row in rows
    }


def _belonging(row, begun):
    """What the actions take: rows for the names of genre and series."""
    genre, series = row.get("genre"), row.get("series")
    return {
        **row,
        "genre": Genre.objects.get(slug=genre) if genre else None,
        "series": begun[series] if series else None,
    }


class _Desk:
    """One article of the file on its way through the actions."""

    def __init__(self, row, agency, people, now):
        self.row, self.agency, self.people = row, agency, people
        self.editor, self.approver = people[row["editor"]], people.get(row["approver"])
        time = dt.time.fromisoformat(row["time"])
        at = dt.datetime.combine(row["day"], time, tzinfo=clock.TZ)
        self.at = min(at, now - AT_LEAST_AGO)

    def bring_to(self, state):
        article = actions.create_article(
            actor=self.editor,
            agency=self.agency,
            text=self._text(),
            items=[*self._gallery(), *self._papers()],
            assignment=self._assignment(),
            now=self.at - WRITTEN,
        )
        if state == "editing":
            return article
        article = self._do(actions.submit, self.editor, article, self.at - SUBMITTED)
        if state == "submitted":
            self._talk_about(article)
            return article
        if state == "returned":
            remark = self.row["remark"]
            return self._do(actions.send_back, self.approver, article, self.at, remark=remark)
        if state == "scheduled":
            time = dt.time.fromisoformat(self.row["time"])
            hour = minute_of(self.row["day"], time)
            return self._do(actions.schedule, self.approver, article, self.at, at=hour)
        if state == "published":
            return self._do(actions.publish, self.approver, article, self.at)
        raise ValueError(f"{self.row['slug']}: unknown state {state!r}")

    def _talk_about(self, article):
        """Remarks of colleagues on a waiting article, and the link it was sent round with."""
        first = None
        for n, said in enumerate(self.row.get("remarks") or []):
            remark = actions.add_remark(
                actor=self.people[said["by"]],
                article_id=article.pk,
                text=said["text"],
                reply_to=first.pk if first else None,
                now=self.at + dt.timedelta(minutes=n),
            )
            first = first or remark
        if purpose := self.row.get("preview_for"):
            actions.make_preview_link(
                actor=self.editor, article_id=article.pk, purpose=purpose, days=7, now=self.at
            )

    @staticmethod
    def _do(action, actor, article, now, **more):
        return action(
            actor=actor,
            article_id=article.pk,
            expected_version=article.lock_version,
            now=now,
            **more,
        )

    def _text(self):
        row, picture = self.row, self.row.get("picture")
        text = {name: row[name] for name in ("title", "lead", "byline", "source")}
        text["section"] = self._section(row["section"])
        text |= row["place"]
        text |= {"genre": row["genre"], "series": row["series"], "tags": row.get("tags", [])}
        text["body"] = content.article_body(
            row["body"], lambda scene, seed: self._picture(scene, seed).medium_url
        )
        if picture:
            text["cover"] = self._picture(picture["scene"], picture["seed"], picture)
            text["cover_alt"] = picture["alt"]
            text["cover_caption"] = picture["caption"]
            text["cover_credit"] = picture["credit"]
        return text

    def _gallery(self):
        for row in self.row.get("gallery", []):
            words = {name: row[name] for name in ("alt", "caption", "credit")}
            upload = self._picture(row["scene"], row["seed"], words)
            yield ItemInput(kind="image", upload=upload, **words)

    def _papers(self):
        for row in self.row.get("files", []):
            file = papers.paper(row["paper"], row["title"])
            upload = store_file(file, actor=self.editor, agency=self.agency)
            yield ItemInput(kind="file", upload=upload, title=row["title"])

    def _picture(self, scene, seed, words=None):
        file = io.BytesIO(pictures.webp(scene, seed))
        file.name = f"{scene}-{seed}.webp"
        words = words or {}
        return store_image(
            file,
            actor=self.editor,
            agency=self.agency,
            **{name: words.get(name, "") for name in ("alt", "caption", "credit")},
        )

    def _section(self, title):
        found = Section.objects.filter(agency=self.agency, title=title).first()
        if found is not None:
            return found
        keepers = people_with_roles([self.agency], rules.SECTION_KEEPERS)
        keeper = User.objects.get(pk=keepers[0].user_id)
        return actions.create_section(actor=keeper, agency=self.agency, title=title, now=self.at)

    def _assignment(self):
        task = self.row.get("task")
        if task is None:
            return None
        rows = Assignment.objects.filter(
            agency=self.agency,
            task__title=task["title"],
            task__plan__document__symbol=task["plan"],
        )
        try:
            return rows.get()
        except Assignment.DoesNotExist:
            raise LookupError(
                f"{self.row['slug']}: {self.agency.slug} has no task {task['title']!r} "
                f"of the plan {task['plan']}"
            ) from None
