"""Nhật ký hệ thống: administrators see what was done in the agencies they administer."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.agencies import audit_words, queries, rules
from portal.agencies.forms.audit import AuditFilter
from portal.agencies.models import Agency
from portal.common.models import AuditEntry
from portal.common.paging import paginate


@dataclass(frozen=True)
class Line:
    """One entry in words."""

    entry: AuditEntry
    verb: str
    kind: str
    agency: str
    changes: list


@never_cache
@login_required
@require_safe
def index(request):
    """Who did what to which object, newest first.

    A portal administrator sees everything, an agency's administrator what happened in their
    agencies. Rows about opinions carry no actor (`portal.common.audit`).
    """
    user = request.user
    if not rules.administers_something(user):
        raise PermissionDenied
    rows = AuditEntry.objects.select_related("actor", "on_behalf_of").order_by("-id")
    if not user.is_superuser:
        rows = rows.filter(agency_id__in=queries.managed_by(user).order_by().values("pk"))
    found = AuditFilter(request.GET or None, queryset=rows)
    page = paginate(request, found.qs, per_page=50)
    names = dict(
        Agency.objects.filter(pk__in={entry.agency_id for entry in page}).values_list("pk", "name")
    )
    lines = [
        Line(
            entry,
            audit_words.verb(entry.verb),
            audit_words.kind(entry.object_kind),
            names.get(entry.agency_id, ""),
            audit_words.changes(entry),
        )
        for entry in page
    ]
    context = {"filter": found, "page": page, "lines": lines}
    return render(request, "agencies/audit.html", context)
