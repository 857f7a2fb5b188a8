"""The editor of a plan: its tracks, phases, tasks, themes and forms, and whom tasks are given to.

Every form has a page of its own and works without JavaScript; htmx puts it into its row.
"""

from campaigns.views.editor.parts import move, remove
from campaigns.views.editor.plan_contents import contents, form, theme
from campaigns.views.editor.rows import add_phase, boundary, events, phase, task, track
from campaigns.views.editor.task_units import unassign, units

__all__ = [
    "add_phase",
    "boundary",
    "contents",
    "events",
    "form",
    "move",
    "phase",
    "remove",
    "task",
    "theme",
    "track",
    "unassign",
    "units",
]
