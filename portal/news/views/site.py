"""Trang tin của cơ quan: what stands at the foot of its public pages."""

from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.agencies.models import Agency
from portal.agencies.rules import grants_of
from portal.common.errors import Refused, StaleVersion
from portal.common.scoped import fetch
from portal.news import actions, rules
from portal.news.forms.site import SiteForm, links_as_text
from portal.news.queries import sites
from portal.news.views._common import for_staff, say


def _sees(user, agency):
    return grants_of(user).has(rules.READERS, agency)


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, slug):
    """The settings of one agency's public pages."""
    agency = fetch(
        Agency.objects.select_related("node"),
        user=request.user,
        see=_sees,
        may=rules.may_keep_sections,
        slug=slug,
    )
    site = sites.site_of(agency)
    form = SiteForm(
        request.POST or None,
        request.FILES or None,
        site=site,
        for_portal=rules.may_speak_for_portal(request.user, agency),
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_site(
                actor=request.user,
                agency=agency,
                expected_version=form.expected_version,
                values=form.values(),
                badge_file=form.cleaned_data["badge_file"],
            )
        except StaleVersion as stale:
            form.mark_stale(stale.current, values={"links": links_as_text(stale.current.links)})
        except Refused as refused:
            # What is wrong with a picture itself has many codes.
            known = refused.code in form.fields or refused.code in {"role", "portal"}
            field = refused.code if refused.code in form.fields else None
            form.add_error(field if known else "badge_file", str(refused.message))
        else:
            say(request, _("Đã lưu. Trang công khai đổi trong vòng một phút."))
            return redirect("news:agency_site", agency.slug)
    context = {"agency": agency, "site": site, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "news/agency_site.html", context, status=status)
