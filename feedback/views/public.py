"""Consultations as everybody sees them."""

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render

from documents.queries import readable_ids
from feedback import queries, rules, taking_part
from feedback.models import Consultation
from portal.common import clock, pagecache
from portal.common.paging import paginate


@pagecache.public_page(trang=pagecache.page_number)
def consultation_list(request):
    """All announced consultations: open, upcoming, closed."""
    now = clock.now()
    page = paginate(request, queries.announced_in_order(now), per_page=20)
    totals = queries.totals([c.pk for c in page], day=clock.today(now))
    readable = readable_ids(
        request.user,
        [row.edition.document for c in page for row in c.consultation_editions.all()],
    )
    rows = [
        {
            "consultation": c,
            "phase": rules.phase_of(c, now),
            "total": queries.public_count(totals.get(c.pk, 0), rules.phase_of(c, now)),
            "editions": [
                row.edition
                for row in c.consultation_editions.all()
                if row.edition.document_id in readable
            ],
        }
        for c in page
    ]
    return render(request, "feedback/list.html", {"page": page, "rows": rows})


@pagecache.public_page()
def consultation(request, pk, slug):
    """One consultation: what, who, until when, who reads."""
    found = get_object_or_404(
        Consultation.objects.select_related("agency", "opens", "closes", "reading_level"), pk=pk
    )
    if not rules.may_see(request.user, found):
        raise Http404
    if slug != found.slug:
        return redirect("feedback:consultation", pk=pk, slug=found.slug, permanent=True)
    now = clock.now()
    phase = rules.phase_of(found, now)
    total = queries.totals([found.pk], day=clock.today(now)).get(found.pk, 0)
    rows = queries.editions_with_questions(found)
    readable = readable_ids(request.user, [row.edition.document for row in rows])
    pointing = found.mode == Consultation.Mode.POINTING
    return render(
        request,
        "feedback/consultation.html",
        {
            "consultation": found,
            "phase": phase,
            "rows": [row for row in rows if row.edition.document_id in readable],
            "groups": found.groups.all(),
            "who_writes": taking_part.who_writes(found),
            "who_reads": "" if pointing else taking_part.who_reads(found),
            "ways": taking_part.ways(found),
            "elsewhere": taking_part.elsewhere(found) if pointing else "",
            "takes_online": rules.takes_online(found) and phase == "open",
            "versions": found.consent_texts.order_by("-version"),
            "total": queries.public_count(total, phase),
            "changes": queries.date_changes(found),
        },
    )
