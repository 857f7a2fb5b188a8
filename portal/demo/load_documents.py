"""The demo's drafts: written by staff, published by the approver."""

import datetime as dt

from campaigns.models import Event
from documents import actions
from portal.common import clock
from portal.demo import content

STAFF, APPROVER = "kehoach", "dothikimlien"


def load(world, on):
    """Create the documents of consultations.yaml; `world["editions"]` becomes {slug: Edition}."""
    staff, approver = world["users"][STAFF], world["users"][APPROVER]
    world["editions"] = {}
    for row in content.load("consultations.yaml", on)["documents"]:
        published = clock.start_of_day(row["published_on"]) + dt.timedelta(hours=8)
        document = actions.create_document(
            actor=staff,
            agency=world["agencies"][row["owner"]],
            title=row["title"],
            html=text_of(row["blocks"], on),
            event=Event.objects.filter(slug=row.get("congress")).first(),
            not_secret=True,
            now=published,
        )
        edition = actions.submit(actor=staff, edition=document.editions.get())
        edition = actions.publish(actor=approver, edition=edition, now=published)
        world["editions"][row["slug"]] = edition


def text_of(name, on):
    """The working text of a draft of the content folder."""
    return content.draft_html(content.draft(name, on))
