"""The demo's merger of two communes, and the windows of the congresses of this term."""

from campaigns import actions as campaigns
from campaigns import loading
from campaigns.loading.problems import Source
from campaigns.models import CongressWindow
from portal.agencies import actions as agencies
from portal.agencies.models import Agency, Level, Succession
from portal.demo import content
from portal.demo.load_progress import report_progress

FILE = "merger.yaml"
TERM = (2025, 2030)


def load(world, on):
    """Load the communes and their plans, merge them, enter the windows; a second time nothing.

    Args:
        world: dict shared by the loaders.
        on: the day of loading.
    """
    data = content.load(FILE, on)
    merger = data["merger"]
    if not Succession.objects.filter(source__slug__in=merger["from"]).exists():
        parts = ("levels", "agencies", "plans")
        loading.load_documents([Source.of_data(FILE, {part: data[part] for part in parts})])
        for row in data["progress"]:
            report_progress(row, on)
        units = {a.slug: a for a in Agency.objects.all()}
        for slug in merger["from"]:
            agencies.succeed(
                actor=None,
                source=units[slug],
                kind=Succession.Kind.MERGE,
                targets=[units[merger["to"]]],
                on=merger["on"],
                decision=merger["decision"],
            )
    levels = {level.slug: level for level in Level.objects.all()}
    for row in data["windows"]:
        level = levels[row.pop("level")]
        if not CongressWindow.objects.filter(level=level, term_start=TERM[0]).exists():
            campaigns.save_window(
                actor=None, level=level, term_start=TERM[0], term_end=TERM[1], **row
            )
