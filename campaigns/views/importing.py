"""Pages where lists from Excel are uploaded; the dry run is `portal.agencies.views.sheets`."""

from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from campaigns import importing
from campaigns.queries.congresses import datable
from campaigns.rules import access
from campaigns.views._desk import for_office, signed_in, working_plan
from portal.agencies.forms.sheets import SheetForm
from portal.agencies.models import Agency
from portal.agencies.views.sheets import download, upload_page


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def tasks(request, pk):
    """Tasks of a plan that is drafted or in force."""
    plan = working_plan(request.user, pk, access.may_edit_plan)
    back = reverse("campaigns:manage", args=[pk])
    return upload_page(
        request,
        kind=importing.TASKS,
        params=lambda form: {"plan": pk},
        form=_form(request),
        template_url=reverse("campaigns:import_tasks_template", args=[pk]),
        back_url=back,
        crumbs=[
            (_("Kế hoạch"), reverse("campaigns:desk")),
            (plan.document.symbol or plan.title, back),
        ],
        steps=[_("Mỗi dòng một nhiệm vụ; đợt, hình thức ghi đúng tên trong kế hoạch.")],
    )


@signed_in
@require_safe
def tasks_template(request, pk):
    working_plan(request.user, pk, access.may_edit_plan)
    sample = {
        "title": "Treo pa nô, băng rôn ở trung tâm xã",
        "deliverable": "Ảnh trước và sau",
        "due": "7 ngày trước khai mạc",
        "units": "dang-bo-xa-hoa-binh; dang-bo-xa-yen-son",
    }
    return download(_("Nhiệm vụ"), importing.TASKS, "mau-nhiem-vu.xlsx", [sample])


@for_office
@require_http_methods(["GET", "HEAD", "POST"])
def congresses(request):
    """Days of the congresses of my units and of those below."""
    _staff(request)
    return upload_page(
        request,
        kind=importing.CONGRESSES,
        params=lambda form: {},
        form=_form(request),
        template_url=reverse("campaigns:import_congresses_template"),
        back_url=reverse("campaigns:congress_desk"),
        crumbs=[(_("Lịch đại hội"), reverse("campaigns:congress_desk"))],
        steps=[
            _("Mỗi dòng một đại hội; chưa có ngày thì để trống ô ngày."),
            _("Đại hội đã có được sửa theo tệp; ô trống giữ nguyên."),
        ],
    )


@for_office
@require_safe
def congresses_template(request):
    _staff(request)
    sample = {
        "unit": "dang-bo-xa-hoa-binh",
        "term": "2025-2030",
        "ordinal": "I",
        "kind": "Đại hội đại biểu",
        "opens": "24/7/2025",
        "closes": "25/7/2025",
        "place": "Hội trường xã",
    }
    return download(_("Đại hội"), importing.CONGRESSES, "mau-dai-hoi.xlsx", [sample])


def _form(request):
    return SheetForm(request.POST or None, request.FILES or None)


def _staff(request):
    if not Agency.objects.filter(datable(request.user)).exists():
        raise PermissionDenied
