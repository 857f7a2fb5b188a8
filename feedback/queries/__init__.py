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
from feedback.queries.drafts import Draft, my_draft
from feedback.queries.following import (
    CASE_KIND,
    Status,
    asked_among,
    messages_of,
    replies_waiting,
    state_of,
    status_by_receipt,
    thread_counts,
    thread_states,
    threads_at,
    told_of,
)
from feedback.queries.own import (
    MyOpinions,
    by_receipt,
    my_opinion,
    my_opinions,
)
from feedback.queries.preparing import (
    LADDER_VIEWS,
    channel_names,
    editions_with_questions,
    ladder_numbers,
    ladder_rows,
    number_of_units,
    with_readers,
)
from feedback.queries.privacy import (
    look_counts,
    looks_for,
    my_data,
    my_data_in,
)
from feedback.queries.reading import (
    counts_below,
    opinions_at,
    reading_nodes,
)
from feedback.queries.work import (
    todays_work,
)

__all__ = [
    "CASE_KIND",
    "LADDER_VIEWS",
    "Draft",
    "MyOpinions",
    "Status",
    "announced",
    "announced_in_order",
    "asked_among",
    "by_receipt",
    "channel_names",
    "consultation_of",
    "counts_below",
    "counts_by_block",
    "date_changes",
    "editions_with_questions",
    "ladder_numbers",
    "ladder_rows",
    "look_counts",
    "looks_for",
    "messages_of",
    "my_data",
    "my_data_in",
    "my_draft",
    "my_opinion",
    "my_opinions",
    "number_of_units",
    "of_plan",
    "opinions_at",
    "public_count",
    "reading_nodes",
    "replies_waiting",
    "state_of",
    "status_by_receipt",
    "thread_counts",
    "thread_states",
    "threads_at",
    "todays_work",
    "told_of",
    "totals",
    "with_readers",
    "working_consultations",
]
