"""The boundary graph: the one place where `Boundary` rows are written.

Everything that changes a date runs inside `editing()`, which holds the graph lock, and leaves it
with every dependant resolved, the move recorded and the owners told, in one transaction.
"""

from campaigns.boundaries.effects import Effect, NamedMove, preview_event_move, preview_specs
from campaigns.boundaries.graph import Graph, check_seen, editing, graph_revision, reresolve
from campaigns.boundaries.rows import fields_of, hanging_on, spec_of
from campaigns.boundaries.words import as_written, written
from campaigns.rules.specs import DateSpec, EventSpec, Open, RefSpec, Unknown, date_spec

__all__ = [
    "DateSpec",
    "Effect",
    "EventSpec",
    "Graph",
    "NamedMove",
    "Open",
    "RefSpec",
    "Unknown",
    "as_written",
    "check_seen",
    "date_spec",
    "editing",
    "fields_of",
    "graph_revision",
    "hanging_on",
    "preview_event_move",
    "preview_specs",
    "reresolve",
    "spec_of",
    "written",
]
