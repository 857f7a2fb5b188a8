"""POST /tep/anh/: pictures from the editor and from forms that upload at once."""

from django.http import JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.common.errors import Refused

from .actions import store_image
from .forms import ImageUploadForm
from .registry import agencies_of


def _refusal(message, status=200):
    # "uploaded: 0" with a message is what CKEditor shows to the person, but only under status 200.
    answer = {"uploaded": 0, "error": {"message": str(message)}}
    response = JsonResponse(answer, status=status)
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_POST
def upload_image(request):
    """Keep a picture for an agency the person works in; JSON in CKEditor's form.

    401 for nobody, 403 for people without a working role; a bad picture is answered with
    `"uploaded": 0` and the reason.
    """
    if not request.user.is_authenticated:
        return _refusal(_("Phiên làm việc đã hết. Hãy đăng nhập lại rồi tải ảnh."), status=401)
    agency_ids = agencies_of(request.user)
    if not agency_ids:
        return _refusal(_("Bạn không có quyền tải ảnh lên."), status=403)
    form = ImageUploadForm(request.POST, request.FILES, agency_ids=agency_ids)
    if not form.is_valid():
        return _refusal(" ".join(e for errors in form.errors.values() for e in errors))
    data = form.cleaned_data
    try:
        upload = store_image(
            data["upload"],
            actor=request.user,
            agency=data["agency"],
            alt=data["alt"],
            caption=data["caption"],
            credit=data["credit"],
        )
    except Refused as refused:
        return _refusal(refused.message)
    response = JsonResponse(
        {
            "uploaded": 1,
            "fileName": upload.original_name,
            "url": upload.medium_url,
            "id": str(upload.pk),
            "width": upload.width,
            "height": upload.height,
        }
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response
