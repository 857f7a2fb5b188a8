"""The verbs of agencies: only they write agencies, names, edges, successions, roles."""

from portal.agencies.actions.merging import merge_agencies
from portal.agencies.actions.projection import project_today
from portal.agencies.actions.requests import confirm_role, refuse_role
from portal.agencies.actions.roles import (
    delegate,
    end_delegation,
    end_role,
    grant_role,
    hand_over,
)
from portal.agencies.actions.structure import (
    create_agency,
    edit_agency,
    move_agency,
    rename_agency,
)
from portal.agencies.actions.succession import apply_successions, check_succession, succeed

__all__ = [
    "apply_successions",
    "check_succession",
    "confirm_role",
    "create_agency",
    "delegate",
    "edit_agency",
    "end_delegation",
    "end_role",
    "grant_role",
    "hand_over",
    "merge_agencies",
    "move_agency",
    "project_today",
    "refuse_role",
    "rename_agency",
    "succeed",
]
