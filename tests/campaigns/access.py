from campaigns.models import (
    Assignment,
    CalendarDay,
    Commemoration,
    CongressWindow,
    Event,
    Evidence,
    Phase,
    Plan,
    Task,
)
from tests.access import LOGIN, Row
from tests.campaigns import access_cascade as cascade
from tests.campaigns import access_reports

PROVINCE, OFFICE = "12-KH/TU", "so-noi-vu-tinh-mau"


def the_plan():
    return Plan.objects.get(document__symbol=PROVINCE)


def plan(world):
    return {"pk": the_plan().pk}


def public_plan(world):
    return {"pk": the_plan().pk, "slug": the_plan().slug}


def event(world):
    return {"slug": Event.objects.filter(host=the_plan().issuer).first().slug}


def own_event(world):
    return {"pk": Event.objects.filter(host=the_plan().issuer).first().pk}


def first_phase():
    return Phase.objects.filter(track__plan=the_plan()).first()


def phase(world):
    return plan(world) | {"row": first_phase().pk}


def track(world):
    return plan(world) | {"row": first_phase().track_id}


def in_track(world):
    return plan(world) | {"track": first_phase().track_id}


def task(world):
    return plan(world) | {"row": Task.objects.filter(plan=the_plan()).first().pk}


def theme(world):
    return plan(world) | {"row": the_plan().themes.first().pk}


def plan_form(world):
    return plan(world) | {"row": the_plan().plan_forms.first().pk}


def part(world):
    return phase(world) | {"part": "dot"}


def step(world):
    return plan(world) | {"verb": "ket-thuc"}


def begin(world):
    return plan(world) | {"verb": "bat-dau"}


def no_versions(world):
    return public_plan(world) | {"old": 900, "new": 901}


def given(world):
    row = Assignment.objects.filter(task__plan=the_plan(), state="todo").first()
    return {"pk": row.task.plan_id, "row": row.task_id, "assignment": row.pk}


def evidence_of_office():
    """Photos of Sở Nội vụ, of work that waits for acceptance."""
    return Evidence.objects.filter(
        assignment__agency__slug=OFFICE,
        assignment__task__plan=the_plan(),
        assignment__state="done",
        assignment__accepted_at=None,
        kind="photos",
        retracted_at=None,
    ).get()


def assignment(world):
    return {"pk": evidence_of_office().assignment_id}


def unit_of_plan(world):
    return plan(world) | {"agency": evidence_of_office().assignment.agency_id}


def evidence(world):
    return assignment(world) | {"evidence": evidence_of_office().pk}


def photo(world):
    return evidence(world) | {"file": evidence_of_office().files.first().pk}


def way(kind):
    return lambda world: assignment(world) | {"kind": kind}


def window(world):
    return {"pk": CongressWindow.objects.first().pk}


def national_day(world):
    return {"pk": Commemoration.objects.get(slug="quoc-khanh").pk}


def holiday(world):
    return {"on": CalendarDay.objects.first().on.isoformat()}


# kehoach is staff of the issuer; quantri administers it: sees, does not write; its approver is
# not among the eight accounts
EDITS = {"default": 404, "kehoach": 200, "quantri": 403}
WRITES = {"method": "post", "default": 404, "kehoach": 302, "quantri": 403}
OFFICES = {"bientap": 200, "duyet": 200, "kehoach": 200, "quantri": 200, "khach": 200}
# the unit that does the work writes; the issuer and those above only look, and accept
WORKS = {"default": 404, "bientap": 200, "duyet": 200, "kehoach": 403, "quantri": 403}
SEES = {"default": 404, **OFFICES, "khach": 404}
ACCEPTS = {"default": 404, "bientap": 403, "duyet": 403, "kehoach": 302, "quantri": 403}

# those who gave the tasks see every unit, an office that does some of them sees itself
ABOVE = {"kehoach": 200, "quantri": 200}
SEEN_FROM_INSIDE = {"default": 404, "bientap": 200, "duyet": 200, **ABOVE}
PROGRESS_PAGES = (
    "progress",
    "progress_heat",
    "progress_list",
    "progress_timeline",
    "progress_paper",
)

ROWS = [
    *access_reports.ROWS,
    Row("campaigns:plans", anonymous=200),
    Row("campaigns:plan", public_plan, anonymous=200),
    Row("campaigns:changes", public_plan, anonymous=200),
    Row("campaigns:changes_between", no_versions, anonymous=404, default=404),
    Row("campaigns:amendment_step", begin, **EDITS),
    Row("campaigns:events", anonymous=200),
    Row("campaigns:event", event, anonymous=200),
    Row("campaigns:desk", default=403, **OFFICES),
    Row("campaigns:new_plan", default=403, kehoach=200, khach=200),
    Row("campaigns:templates", default=403, kehoach=200, khach=200),
    Row("campaigns:copy_sources", default=403, kehoach=200, khach=200),
    # the province's plan is in force: every drafter may start from it
    Row("campaigns:copy_plan", plan, default=403, kehoach=200, khach=200),
    Row("campaigns:make_template", plan, default=403, kehoach=200, khach=200),
    Row("campaigns:end_template", plan, **WRITES),
    Row("campaigns:manage", plan, default=404, kehoach=200, quantri=200),
    Row("campaigns:edit_plan", plan, **EDITS),
    Row("campaigns:contents", plan, **EDITS),
    Row("campaigns:add_theme", plan, **EDITS),
    Row("campaigns:edit_theme", theme, **EDITS),
    Row("campaigns:add_form", plan, **EDITS),
    Row("campaigns:edit_form", plan_form, **EDITS),
    Row("campaigns:boundary", plan, query="?moc=starts", **EDITS),
    Row("campaigns:boundary_events", plan, query="?moc=starts", **EDITS),
    Row("campaigns:add_track", plan, **EDITS),
    Row("campaigns:edit_track", track, **EDITS),
    Row("campaigns:add_phase", in_track, **EDITS),
    Row("campaigns:edit_phase", phase, **EDITS),
    Row("campaigns:add_task", plan, **EDITS),
    Row("campaigns:edit_task", task, **EDITS),
    Row("campaigns:units", task, **EDITS),
    Row("campaigns:unassign", given, **WRITES),
    *cascade.ROWS,
    Row("campaigns:move_part", part, **WRITES),
    Row("campaigns:remove_part", part, **EDITS),
    Row("campaigns:step", step, default=404, kehoach=403, quantri=403, anonymous=LOGIN),
    Row("campaigns:call_late", plan, default=404, kehoach=200, quantri=403),
    Row("campaigns:call_late", plan, method="post", data={}, default=404, kehoach=422, quantri=403),
    Row("campaigns:call_list", plan, default=404, kehoach=200, quantri=403),
    Row("campaigns:short_plan", plan, anonymous=302, default=302),
    Row("campaigns:coming", default=200, dangvien=403),
    Row("campaigns:calendar_feed", default=200, dangvien=403),
    Row("campaigns:plan_calendar", public_plan, anonymous=200),
    Row("campaigns:my_calendar", {"secret": "khong-co"}, anonymous=404, default=404),
    Row("campaigns:notice_rules", plan, default=404, kehoach=200, quantri=200),
    Row("campaigns:notice_rules", plan, method="post", default=404, kehoach=422, quantri=403),
    *(Row(f"campaigns:{name}", plan, **SEEN_FROM_INSIDE) for name in PROGRESS_PAGES),
    Row(
        "campaigns:progress_export",
        plan,
        method="post",
        default=404,
        **dict.fromkeys(("bientap", "duyet", "kehoach", "quantri"), 302),
    ),
    *(
        Row(f"campaigns:{name}", unit_of_plan, default=404, bientap=200, duyet=200, **ABOVE)
        for name in ("progress_unit", "progress_unit_panel")
    ),
    Row("campaigns:my_assignments", default=403, **(OFFICES | {"quantri": 403, "chibo": 200})),
    # a task of Sở Nội vụ: its own people, and those who gave it
    Row("campaigns:assignment", assignment, **SEES),
    Row("campaigns:add_evidence", way("anh"), **WORKS),
    Row("campaigns:add_evidence", way("hoi-nghi"), **WORKS),
    Row("campaigns:add_evidence", way("tin-bai"), **WORKS),
    Row("campaigns:add_evidence", way("lay-y-kien"), **WORKS),
    Row("campaigns:add_evidence", way("khac"), default=404),
    Row("campaigns:edit_evidence", evidence, **WORKS),
    Row("campaigns:responsible", assignment, **WORKS),
    Row("campaigns:evidence_file", photo, **SEES),
    Row("campaigns:evidence_thumbnail", photo, **SEES),
    Row("campaigns:remove_photo", photo, method="post", **(WORKS | {"bientap": 302, "duyet": 302})),
    Row("campaigns:acceptance", default=403, duyet=200, kehoach=200, khach=200),
    Row("campaigns:accept_assignment", assignment, method="post", **ACCEPTS),
    Row("campaigns:return_assignment", assignment, **(ACCEPTS | {"kehoach": 200})),
    Row(
        "campaigns:retract_evidence",
        evidence,
        method="post",
        default=404,
        bientap=302,
        duyet=302,
        kehoach=403,
        quantri=403,
    ),
    Row("campaigns:events_desk", default=403, **OFFICES),
    Row("campaigns:new_event", default=403, kehoach=200, khach=200),
    # events are public: those who may not edit one know it all the same
    Row("campaigns:edit_event", own_event, default=403, kehoach=200),
    Row("campaigns:move_event", own_event, default=403, kehoach=200),
    Row("campaigns:commemorations", default=403, **OFFICES),
    Row("campaigns:new_commemoration", default=403, kehoach=200, khach=200, quantri=200),
    # days of the whole country: administrators of the portal
    Row("campaigns:edit_commemoration", national_day, default=403, quantri=200),
    Row("campaigns:generate_commemorations", method="post", default=403, quantri=302),
    Row("campaigns:mark_event", own_event, default=403, **OFFICES),
    Row("campaigns:holidays", default=403, **OFFICES),
    Row("campaigns:propose_holidays", default=403, quantri=200),
    Row("campaigns:add_holiday", default=403, quantri=200),
    Row("campaigns:edit_holiday", holiday, default=403, quantri=200),
    Row("campaigns:remove_holiday", holiday, method="post", default=403, quantri=302),
    Row("campaigns:congress_calendar", anonymous=200),
    Row("campaigns:congress_desk", default=403, **OFFICES),
    Row("campaigns:congress_windows", default=403, **OFFICES),
    Row("campaigns:new_congress_window", default=403, quantri=200),
    Row("campaigns:edit_congress_window", window, default=403, quantri=200),
    Row("campaigns:remove_congress_window", window, method="post", default=403, quantri=302),
    Row("campaigns:import_congresses", default=403, kehoach=200, khach=200),
    Row("campaigns:import_congresses_template", default=403, kehoach=200, khach=200),
    Row("campaigns:import_tasks", plan, **EDITS),
    Row("campaigns:import_tasks_template", plan, **EDITS),
]
