"""Reading consultations and opinions: a fixed number of queries, and never person with opinion."""

from feedback.queries.consultations import (
    announced,
    announced_in_order,
    consultation_of,
    counts_by_block,
    date_changes,
    of_plan,
    public_count,
    totals,
    working_consultations,
)
from feedback.queries.own import (
    MyOpinions,
    by_receipt,
    my_opinion,
    my_opinions,
)
from feedback.queries.reading import (
    NodeNumbers,
    counts_below,
    numbers_at,
    opinions_at,
    reading_nodes,
)
from feedback.queries.work import (
    todays_work,
)

__all__ = [
    "MyOpinions",
    "NodeNumbers",
    "announced",
    "announced_in_order",
    "by_receipt",
    "consultation_of",
    "counts_below",
    "counts_by_block",
    "date_changes",
    "my_opinion",
    "my_opinions",
    "numbers_at",
    "of_plan",
    "opinions_at",
    "public_count",
    "reading_nodes",
    "todays_work",
    "totals",
    "working_consultations",
]
