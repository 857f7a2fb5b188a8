"""Who may see and do what with plans: role AND agency (subtree) AND time.

The public sees issued plans with their phases and themes. Tasks, lateness and progress are
internal: all of them for those who work on plans at the issuer and for supervisors above it, their
own assignments for the units that hold one.
"""

from django.db.models import Q

from portal.agencies.models import Agency, Role
from portal.agencies.rules import grants_of, path_of

#: States in which a plan is public.
PUBLIC = frozenset({"issued", "closed"})
#: States in which its issuer may still change it.
EDITABLE = frozenset({"editing", "issued"})
#: Who sees drafts and all tasks at the issuer.
OFFICE = frozenset({Role.STAFF, Role.APPROVER, Role.EDITOR, Role.ADMIN, Role.SUPERVISOR})
#: Who drafts and hands out tasks.
DRAFTERS = frozenset({Role.STAFF})
#: Who enters progress and evidence for a unit.
DOERS = frozenset({Role.STAFF, Role.SECRETARY, Role.EDITOR, Role.APPROVER})
#: Who sees how far the units below their own are.
REACHING = DOERS | {Role.SUPERVISOR}

#: Who accepts what units report as done.
ACCEPTORS = frozenset({Role.STAFF, Role.APPROVER})


def may_create_plan(user, agency):
    """Whether `user` may start a plan of `agency` (an Agency or its id)."""
    return grants_of(user).has(DRAFTERS, agency)


def may_see_plan(user, plan):
    """Issued and closed plans are public; drafts and withdrawn ones belong to the issuer's office.

    Supervisors above the issuer see submitted and withdrawn ones too, never what is being drafted.
    """
    if plan.state in PUBLIC:
        return True
    grants = grants_of(user)
    if plan.state == "editing":
        return any(g.role in OFFICE and g.agency_id == plan.issuer_id for g in grants)
    return grants.has(OFFICE, plan.issuer_id)


def may_edit_plan(user, plan):
    """Staff of the issuer, while it is drafted or in force."""
    return plan.state in EDITABLE and may_create_plan(user, plan.issuer_id)


def may_submit_plan(user, plan):
    """Staff of the issuer, while it is drafted."""
    draft = plan.state == "editing" and not plan.is_template
    return draft and may_create_plan(user, plan.issuer_id)


def hands_of(row):
    """Ids of the people behind a submission: who submitted, and whom they stood in for."""
    return {row.submitted_by_id, row.submitted_for_id} - {None}


def approves_for(user, agency_id, hands):
    """Whether `user` is an approver of the agency, none of `hands`, nor acts for one of them."""
    return user.pk not in hands and any(
        grant.role == Role.APPROVER
        and grant.agency_id == agency_id
        and grant.on_behalf_of_id not in hands
        for grant in grants_of(user)
    )


def may_issue_plan(user, plan):
    """An approver of the issuer who has no part in the submission, own or by delegation."""
    return plan.state == "submitted" and approves_for(user, plan.issuer_id, hands_of(plan))


def may_send_back_plan(user, plan):
    """An approver of the issuer, or the submitter taking it back."""
    if plan.state != "submitted":
        return False
    return user.pk == plan.submitted_by_id or grants_of(user).has(Role.APPROVER, plan.issuer_id)


def may_end_plan(user, plan):
    """Close or withdraw an issued plan: an approver of the issuer."""
    return plan.state == "issued" and grants_of(user).has(Role.APPROVER, plan.issuer_id)


def may_edit_event(user, event):
    """Staff of the host; for an event without host see `may_create_event`."""
    return may_create_event(user, event.host_id)


def may_create_event(user, host=None):
    """Staff of the host (an Agency, its id or None).

    What has no host (a commemoration, an event of the whole country) moves plans everywhere: it
    belongs to staff of the agencies at the very top.
    """
    if host is None:
        return _works_at_the_top(user)
    return grants_of(user).has(DRAFTERS, host)


def _works_at_the_top(user):
    """Staff of an agency above which there is none, of the highest level that has agencies today.

    A body that a Party organisation leads has somebody above it though it has no parent. Kept on
    the user object, for lists.
    """
    mine = grants_of(user).agency_ids(DRAFTERS)
    if not mine:
        return False
    kept = user.__dict__.setdefault("_works_at_the_top", {})
    key = frozenset(mine)
    if key not in kept:
        today = Agency.objects.filter(node__isnull=False)
        highest = today.order_by("level__order").values("level__order")[:1]
        top = today.filter(pk__in=mine, parent=None, led_by=None, level__order=highest)
        kept[key] = top.exists()
    return kept[key]


def may_see_all_tasks(user, plan):
    """Every task and the progress of every unit: the issuer's office and supervisors above it."""
    return may_see_plan(user, plan) and grants_of(user).has(OFFICE, plan.issuer_id)


def progress_paths(user, plan):
    """Which part of the progress of `plan` `user` sees: None for all of it, else tree paths.

    A unit sees itself and what stands below it, never its neighbours; () is nothing at all.
    """
    if may_see_all_tasks(user, plan):
        return None
    if not user.is_authenticated or not may_see_plan(user, plan):
        return ()
    return reach_paths(user)


def may_see_progress(user, plan):
    """Whether there is anything of the progress of `plan` for `user` to see."""
    paths = progress_paths(user, plan)
    if paths is None:
        return True
    reach = Q(pk__in=[])
    for path in paths:
        reach |= Q(assignments__agency__node__path__startswith=path)
    return plan.tasks.filter(reach).exists()


def reach_paths(user):
    """Tree paths of the units `user` works for or supervises, none below another."""
    found = []
    for path in sorted({g.path for g in grants_of(user) if g.role in REACHING and g.path}):
        if not found or not path.startswith(found[-1]):
            found.append(path)
    return tuple(found)


def own_agency_ids(user):
    """Ids of the agencies for which `user` works on assignments."""
    return grants_of(user).agency_ids(DOERS)


def may_see_tasks(user, plan):
    """Whether `user` sees any task of the plan: all of them, or those of the own units and those
    the person answers for.

    What is shown has to be narrowed with `may_see_all_tasks` and `own_agency_ids`.
    """
    if not may_see_plan(user, plan):
        return False
    if may_see_all_tasks(user, plan):
        return True
    if not user.is_authenticated:
        return False
    mine = Q(assignments__agency_id__in=own_agency_ids(user)) | Q(assignments__responsible=user)
    return plan.tasks.filter(mine).exists()


def may_see_assignment(user, assignment):
    """Those who do it, those who gave it or passed it on, those above the unit that does it."""
    plan = assignment.task.plan
    if not may_see_plan(user, plan):
        return False
    grants = grants_of(user)
    return (
        (user.pk is not None and user.pk == assignment.responsible_id)
        or grants.has(REACHING, assignment.agency_id)
        or grants.has(OFFICE, plan.issuer_id)
        or (assignment.parent_id and grants.has(DOERS, assignment.parent.agency_id))
        or path_of(assignment.agency).startswith(reach_paths(user))
    )


def may_work_on(user, assignment):
    """Enter progress and evidence: those who work for the unit, and the person responsible."""
    if assignment.task.plan.state != "issued":
        return False
    if user.pk is not None and user.pk == assignment.responsible_id and user.is_active:
        return True
    return grants_of(user).has(DOERS, assignment.agency_id)


def may_keep_calendar(user):
    """Holidays, days of the whole country, windows of congresses: administrators of the portal and
    staff of an agency with nothing above it.
    """
    return user.is_authenticated and (user.is_superuser or _works_at_the_top(user))


def may_edit_commemoration(user, host=None):
    """A recurring day of the whole country (host None), or of one agency: its staff."""
    return may_keep_calendar(user) if host is None else may_create_event(user, host)


def giver_id(assignment):
    """Id of the agency that gave the work to the unit (or passed it on) and may accept it."""
    if assignment.parent_id:
        return assignment.parent.agency_id
    return assignment.task.plan.issuer_id


def may_accept(user, assignment):
    """Accept or return: staff and approvers of the agency that gave it, if the plan asks for it.

    A unit never accepts its own work, nor does anybody who works for it.
    """
    plan = assignment.task.plan
    giver = giver_id(assignment)
    if not plan.needs_acceptance or plan.state != "issued" or giver == assignment.agency_id:
        return False
    if user.pk is not None and user.pk == assignment.responsible_id:
        return False
    grants = grants_of(user)
    return grants.has(ACCEPTORS, giver) and not grants.has(DOERS, assignment.agency_id)


def may_name_responsible(user, assignment):
    """Say who answers for it: those who work for the unit by a role."""
    plan = assignment.task.plan
    return plan.state == "issued" and grants_of(user).has(DOERS, assignment.agency_id)


def may_pass_on(user, assignment):
    """Give an assignment on to the units below: staff and secretary of the unit that has it."""
    if assignment.task.plan.state != "issued":
        return False
    return grants_of(user).has(DRAFTERS | {Role.SECRETARY}, assignment.agency_id)


def may_see_passed(user, assignment):
    """Open what a unit passed on: the unit itself, and those above both."""
    grants = grants_of(user)
    return grants.has(DOERS | {Role.SUPERVISOR}, assignment.agency_id) or grants.has(
        OFFICE, assignment.task.plan.issuer_id
    )


def may_create_commemoration(user):
    """Whoever may enter a day of the whole country, or of an agency of their own."""
    return bool(grants_of(user).agency_ids(DRAFTERS)) or may_keep_calendar(user)
