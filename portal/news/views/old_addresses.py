"""Địa chỉ cũ: addresses of an agency's earlier site, and where they lead."""

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.agencies.forms.sheets import SheetForm
from portal.agencies.views.sheets import download, upload_page
from portal.common.paging import paginate
from portal.news import actions
from portal.news.importing import OLD_ADDRESSES
from portal.news.queries import old_addresses
from portal.news.views._common import for_staff, say
from portal.news.views.sections import kept_agency


@for_staff
@require_safe
def index(request, agency_slug):
    """Which old addresses lead where."""
    agency = kept_agency(request, agency_slug)
    page = paginate(request, old_addresses.of_agency(agency), 50)
    return render(request, "news/old_addresses.html", {"agency": agency, "page": page})


@for_staff
@require_POST
def drop(request, agency_slug, pk):
    """Forget one."""
    agency = kept_agency(request, agency_slug)
    actions.drop_old_address(actor=request.user, pk=pk, agency=agency)
    say(request, _("Đã bỏ địa chỉ cũ."))
    return redirect("news:old_addresses", agency.slug)


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request, agency_slug):
    """A list from Excel; its dry run follows."""
    agency = kept_agency(request, agency_slug)
    back = reverse("news:old_addresses", args=[agency.slug])
    return upload_page(
        request,
        kind=OLD_ADDRESSES,
        params=lambda form: {"agency": agency.slug},
        form=SheetForm(request.POST or None, request.FILES or None),
        template_url=reverse("news:old_addresses_template", args=[agency.slug]),
        back_url=back,
        crumbs=[(_("Tin bài"), reverse("news:desk")), (_("Địa chỉ cũ"), back)],
        steps=[_("Mỗi dòng một địa chỉ của trang cũ và địa chỉ mới ở cổng này.")],
    )


@for_staff
@require_safe
def template(request, agency_slug):
    """The empty list."""
    agency = kept_agency(request, agency_slug)
    home = reverse("news:agency", args=[agency.slug])
    sample = {"old": "http://trangcu.example.vn/tin.aspx?id=125", "new": home}
    return download(_("Địa chỉ cũ"), OLD_ADDRESSES, "mau-dia-chi-cu.xlsx", [sample])
