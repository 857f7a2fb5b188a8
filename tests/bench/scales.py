"""How much of everything there is at each scale."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """Numbers of rows. `plans` counts derived plans, below the one of the root.

    `assignments` are those of tasks in all plans together; `notices` are pending ones that are not
    due yet; `due` as many more that are.
    """

    name: str
    units: int
    plans: int
    assignments: int
    notices: int
    due: int
    articles: int
    opinions: int
    #: blocks of the draft that people read and write about
    blocks: int
    #: seconds that one address is asked with one connection and with sixteen
    seconds_1: float
    seconds_16: float


SCALES = {
    "S": Scale("S", 500, 120, 2_400, 8_000, 100, 1_000, 10_000, 400, 1.0, 2.0),
    # a long draft with the opinions of a province, little of everything else: ready in a minute
    "D": Scale("D", 500, 120, 2_400, 8_000, 100, 1_000, 250_000, 3_000, 2.0, 4.0),
    # the opinions of a national congress on one long draft, little of everything else
    "O": Scale("O", 500, 120, 2_400, 8_000, 100, 1_000, 2_500_000, 3_000, 2.0, 4.0),
    "M": Scale("M", 12_000, 3_000, 60_000, 200_000, 200, 100_000, 250_000, 3_000, 2.0, 4.0),
    "L": Scale("L", 12_000, 3_000, 60_000, 200_000, 200, 100_000, 2_500_000, 3_000, 3.0, 6.0),
}
