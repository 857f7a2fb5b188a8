"""How the editor answers: whole pages, or parts of the page of the plan where htmx asks."""

import json

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse

from campaigns import queries
from campaigns.rules import access
from campaigns.views._desk import working_plan
from portal.common import clock

GET_OR_POST = ["GET", "HEAD", "POST"]


def plan_to_edit(request, pk):
    """The plan, for those who may write it."""
    return working_plan(request.user, pk, may=access.may_edit_plan)


def form_page(request, name, context):
    """A form: on a page of its own, or in the place of its row.

    `name` is the template of the page, `_<name>_form.html` the form alone; `context["anchor"]` is
    the id of the row that the form stands in, `context["tag"]` its element.
    """
    folder, part = "campaigns/desk", f"_{name}_form.html"
    context = {
        "part_template": f"{folder}/{part}",
        "inline": bool(request.htmx),
        "form_url": request.get_full_path(),
        "tag": "div",
        "effect": None,
    } | context
    template = f"{folder}/_part_form.html" if request.htmx else f"{folder}/{name}.html"
    return render(request, template, context)


def done(request, plan, anchor, said, *, wrong=False):
    """Written: the editor as it is now with the row in focus, or the page of the plan at the row.

    Args:
        anchor: id of the row ("dot-7"); said: a sentence about what was done, or was not (`wrong`).
    """
    if not request.htmx:
        if said:
            (messages.error if wrong else messages.success)(request, said)
        return redirect(f"{reverse('campaigns:manage', args=[plan.pk])}#{anchor}")
    plan = plan_to_edit(request, plan.pk)
    context = {
        "plan": plan,
        "p": queries.plan_page(plan, user=request.user, day=clock.today()),
        "may_edit": True,
    }
    response = render(request, "campaigns/desk/_editor.html", context)
    response["HX-Retarget"] = "#soan"
    response["HX-Reswap"] = "outerHTML"
    response["HX-Trigger-After-Settle"] = json.dumps(
        {"row-focus": {"id": anchor, "said": str(said)}}
    )
    return response
