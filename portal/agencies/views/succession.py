"""Ending an agency: first what it does is shown, then it is done."""

import hashlib

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.agencies import actions, queries, rules
from portal.agencies.actions import merging
from portal.agencies.forms.structure import MergerForm, SuccessionForm
from portal.agencies.models import Succession
from portal.agencies.views._common import administers, needs
from portal.common import clock
from portal.common.errors import Refused


@administers
@needs(rules.may_restructure)
@require_http_methods(["GET", "POST"])
def succeed(request, agency):
    """POST shows what will happen to people, plans, tasks and articles; confirmed, it is done.

    What is confirmed has to be what was shown: when either the form or the agency's work has
    changed since, the effect is shown anew.
    """
    form = SuccessionForm(request.POST or None, initial={"on": clock.today()})
    context = {"agency": agency, "form": form, "effects": None}
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        targets = data["targets"]
        if not all(rules.may_administer(request.user, target) for target in targets):
            form.add_error("targets", _("Bạn không quản trị hết các cơ quan kế tục này."))
        else:
            split = data["kind"] == Succession.Kind.SPLIT and len(targets) > 1
            offered = queries.divisible(agency) if split else []
            effects = queries.succession_effects(agency, data["on"])
            seen = _fingerprint(data, effects, offered)
            heir, shares = _shared_out(request.POST, targets, offered)
            if request.POST.get("xac_nhan") == seen:
                try:
                    actions.succeed(
                        actor=request.user,
                        source=agency,
                        heir=heir if split else None,
                        shares=shares if split else None,
                        **data,
                    )
                except Refused as refusal:
                    form.add_error(None, refusal.message)
                else:
                    messages.success(request, _("Đã ghi việc sắp xếp tổ chức."))
                    return redirect("agencies:agency", agency.slug)
            elif refusal := _refusal(agency, data):
                form.add_error(None, refusal)
            else:
                context |= {
                    "effects": effects,
                    "seen": seen,
                    "again": "xac_nhan" in request.POST,
                    "later": data["on"] > clock.today(),
                    "targets": targets if split else [],
                    "heir": heir,
                    "offered": [
                        {
                            "share": share,
                            "name": f"{name}:{share.key}",
                            "target": shares[name][share.key],
                        }
                        for name, given in offered
                        for share in given
                    ],
                }
    status = 422 if form.is_bound and context["effects"] is None else 200
    context["cancel_url"] = reverse("agencies:overview", args=[agency.slug])
    context["crumbs"] = [
        (_("Cơ quan tôi quản trị"), reverse("agencies:managed")),
        (agency.short_name or agency.name, context["cancel_url"]),
    ]
    return render(request, "agencies/succeed.html", context, status=status)


def _refusal(agency, data):
    """Why the action would refuse, before anybody is asked to confirm; "" when it would not."""
    try:
        actions.check_succession(source=agency, **{k: data[k] for k in ("kind", "on", "targets")})
    except Refused as refusal:
        return refusal.message
    return ""


def _fingerprint(data, effects, offered):
    parts = [data["kind"], str(data["on"]), data["decision"], str(data["carry_roles"])]
    parts += [str(target.pk) for target in data["targets"]]
    parts += effects
    parts += [share.key for _name, shares in offered for share in shares]
    return _digest(parts)


def _shared_out(posted, targets, offered):
    """(heir, {registry name: {key: target id}}) as chosen; what is not chosen goes to the first."""
    if not targets:
        return None, {}
    by_id = {str(target.pk): target for target in targets}
    heir = by_id.get(posted.get("noi_nhan"), targets[0])
    shares = {
        name: {share.key: by_id.get(posted.get(f"{name}:{share.key}"), heir).pk for share in given}
        for name, given in offered
    }
    return heir, shares


@administers
@require_http_methods(["GET", "POST"])
def merge(request, agency):
    """Units directly below `agency` become one: shown first, then done for all of them."""
    form = MergerForm(
        request.POST or None,
        children=queries.children(agency).select_related("level"),
        initial={"on": clock.today()},
    )
    context = {"agency": agency, "form": form, "groups": None}
    if request.method == "POST" and form.is_valid():
        values = form.values()
        try:
            ending = merging.check_merger(
                sources=values["sources"], target=values["target"], on=values["on"]
            )
            groups = [
                (source, queries.succession_effects(source, values["on"])) for source in ending
            ]
            said = [str(source.pk) + effect for source, effects in groups for effect in effects]
            seen = _digest([*(str(v) for v in values.values()), *said])
            if request.POST.get("xac_nhan") == seen:
                made = actions.merge_agencies(actor=request.user, parent=agency, **values)
                messages.success(request, _("Đã ghi việc sáp nhập."))
                # What is to come stands in no tree yet, so only the one above has a page for me.
                begun = values["on"] <= clock.today()
                return redirect("agencies:overview", made.slug if begun else agency.slug)
            context |= {
                "groups": groups,
                "seen": seen,
                "again": "xac_nhan" in request.POST,
                "later": values["on"] > clock.today(),
            }
        except Refused as refusal:
            form.add_error(None, refusal.message)
    status = 422 if form.is_bound and context["groups"] is None else 200
    context["cancel_url"] = reverse("agencies:overview", args=[agency.slug])
    context["crumbs"] = [
        (_("Cơ quan tôi quản trị"), reverse("agencies:managed")),
        (agency.short_name or agency.name, context["cancel_url"]),
    ]
    return render(request, "agencies/merge.html", context, status=status)


def _digest(parts):
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
