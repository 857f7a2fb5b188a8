"""A plan as plain data: `show_plan --json` and the stored versions."""

import re
from collections import defaultdict

from campaigns.boundaries.rows import fields_of, spec_of
from campaigns.models import Assignment, Plan
from campaigns.queries.handing import direct
from portal.official.symbols import parse_symbol

# The register keeps symbols as found ("23 -KH/ĐUK"); people quote them without the stray spaces.
_SPACED = re.compile(r"\s*([-/])\s*")


class AmbiguousPlan(LookupError):
    """Several plans carry this symbol; `candidates` are they."""

    def __init__(self, name, candidates):
        super().__init__(f"{name}: {len(candidates)} plans")
        self.candidates = candidates


def find_plan(name, *, issuer=None):
    """The plan called `name`: its slug or key, its symbol in any spelling, or its number.

    Args:
        issuer: an Agency or its id, to tell equal symbols apart.

    Returns None when there is none.

    Raises:
        AmbiguousPlan: when a symbol stands for several plans.
    """
    name = str(name).strip()
    rows = Plan.objects.select_related("document", "issuer", "implements__document")
    if issuer is not None:
        rows = rows.filter(issuer=issuer)
    plan = rows.filter(key=name).first()
    if plan is not None:
        return plan
    canonical = parse_symbol(name).canonical
    found = list(rows.filter(document__canonical=canonical).order_by("-id")) if canonical else []
    if not found:
        found = list(rows.filter(slug=name))
    if len(found) > 1:
        raise AmbiguousPlan(name, found)
    if found:
        return found[0]
    return rows.filter(pk=int(name)).first() if name.isascii() and name.isdigit() else None


def plan_data(plan, *, day=None, full=False):
    """The plan as JSON data (docs/PLAN_FORMAT.md, "Output of show_plan").

    Args:
        day: the day `state` is computed for, today if not given.
        full: for versions: with summary, themes, forms, events, details, the keys of rows and
            the sources of dates, but without `state`, which changes by itself every day, without
            warnings, and without the units of tasks: handing out is no amendment, and at full
            size there are tens of thousands.
    """
    from campaigns.queries.plans import plan_page

    page = plan_page(plan, day=day)
    units = {} if full else _units(plan)
    issued_on = plan.document.issued_on
    data = {
        "symbol": _SPACED.sub(r"\1", plan.document.symbol) or None,
        "title": plan.title,
        "issuer": plan.issuer.slug,
        "issued_on": issued_on.isoformat() if issued_on else None,
        "basis": [_SPACED.sub(r"\1", d.symbol) or d.title for d in page.basis],
        "warnings": [w.text for w in page.warnings],
        "tracks": [_track(track, full) for track in page.tracks],
        "tasks": [_task(task, full, units) for task in page.tasks],
    }
    if full:
        del data["warnings"]
        data |= {
            "summary": plan.summary,
            "remarks": plan.remarks,
            "implements": plan.implements.key if plan.implements else None,
            "events": [e.event.slug for e in page.events],
            "themes": [t.text for t in page.themes],
            "forms": [f.name for _family, forms in page.forms for f in forms],
        }
    return data


def _track(track, full):
    keyed = {"key": str(track.track.key)} if full else {}
    return keyed | {
        "title": track.title,
        "declared_phases": track.track.declared_phases,
        "phases": [_phase(view, full) for view in track.phases],
    }


def _phase(view, full):
    data = {"title": view.title, "starts": _limit(view.starts), "ends": _limit(view.ends)}
    if full:
        data["key"] = str(view.phase.key)
        data["starts"]["source"] = source_of(view.phase.starts)
        data["ends"]["source"] = source_of(view.phase.ends)
        data["summary"] = view.phase.summary
        data["themes"] = [t.text for t in view.themes]
        data["forms"] = [f.name for f in view.forms]
    else:
        data["state"] = view.state
    return data


def _units(plan):
    """{task id: [slug]} of the units the issuer gave its tasks to, in protocol order."""
    rows = direct(Assignment.objects.filter(task__plan=plan))
    found = defaultdict(list)
    ordered = rows.order_by("agency__protocol_no", "agency__sort_key", "agency_id")
    for task_id, slug in ordered.values_list("task_id", "agency__slug"):
        found[task_id].append(slug)
    return found


def _task(view, full, units):
    data = {
        "title": view.task.title,
        "due": _limit(view.due) if view.due else {"as_written": None, "resolved": None},
    }
    if not full:
        data["assigned_to"] = units[view.task.pk]
    else:
        data["key"] = str(view.task.key)
        data["due"]["source"] = source_of(view.task.due) if view.task.due_id else None
        data["phase_key"] = str(view.task.phase.key) if view.task.phase else None
        data["detail"] = view.task.detail
        data["phase"] = view.task.phase.title if view.task.phase else None
        data["form"] = view.task.form.name if view.task.form else None
        data["deliverable"] = view.task.deliverable
        data["themes"] = [theme.text for theme in view.themes]
    return data


def _limit(view):
    return {"as_written": view.words, "resolved": view.on.isoformat() if view.on else None}


def source_of(boundary):
    """What a boundary says, as plain data to compare: its Spec without the words of the text."""
    fields = fields_of(spec_of(boundary))
    del fields["verbatim"]
    return {
        name: value.isoformat() if hasattr(value, "isoformat") else value
        for name, value in fields.items()
        if value
    }
