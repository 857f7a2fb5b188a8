"""The demo's agencies: levels, agencies with their names over time, successions."""

from portal.agencies import loading
from portal.demo import content


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
