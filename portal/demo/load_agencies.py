"""The demo's agencies: levels, agencies with their names over time, successions."""

from portal.agencies import actions, loading
from portal.agencies.models import Agency
from portal.demo import content

#: Bodies beside the Party tree, and the Party organisation that hands them tasks.
LED_BY = {"ubnd-tinh-mau": "dang-bo-tinh-mau", "uy-ban-mttq-tinh-mau": "dang-bo-tinh-mau"}


def load(world, on):
    """Load the agencies of the demo province; loading again changes nothing.

    Args:
        world: dict shared by the loaders; `world["agencies"]` becomes {slug: Agency}.
        on: the day of loading.
    """
    data = content.load("tinh_mau.yaml", on)
    world["agencies"] = loading.load(
        levels=data["levels"], agencies=data["agencies"], successions=data["successions"]
    )
    for slug, leader in LED_BY.items():
        body = Agency.objects.get(slug=slug)
        actions.edit_agency(
            actor=None,
            agency=body,
            expected_version=body.lock_version,
            led_by=Agency.objects.get(slug=leader),
        )
