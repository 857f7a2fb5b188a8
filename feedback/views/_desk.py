"""What the pages share that prepare and run consultations."""

from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.views.decorators.cache import never_cache

from campaigns.queries.choices import event_choices
from feedback import rules
from feedback.forms import MOMENTS
from feedback.models import Consultation
from portal.agencies.rules import grants_of
from portal.common.errors import Refused
from portal.common.scoped import fetch

CONSULTATIONS = Consultation.objects.select_related("agency", "opens", "closes", "reading_level")
GET_OR_POST = ["GET", "HEAD", "POST"]


def desk_page(view):
    """Signed in, staff somewhere, and never kept by a cache. Whoever's session ended while a
    fragment was asked for goes to the sign-in page as a whole."""

    @login_required
    @wraps(view)
    def ready(request, *args, **kwargs):
        return view(request, *args, **kwargs)

    @never_cache
    @wraps(view)
    def checked(request, *args, **kwargs):
        if request.htmx and not request.user.is_authenticated:
            return HttpResponse(headers={"HX-Redirect": redirect_to_login(request.path).url})
        return ready(request, *args, **kwargs)

    return checked


def staff_only(user):
    """Refuse whoever runs consultations nowhere."""
    if not grants_of(user).agency_ids(rules.MANAGING_ROLES):
        raise PermissionDenied


def managed(user, pk):
    """The consultation for those who run it; to everybody else it is not there."""
    return fetch(CONSULTATIONS, user=user, see=rules.may_manage, pk=pk)


def posted(request):
    """What a form is bound to: the data of a POST, even an empty one, else nothing."""
    return request.POST if request.method == "POST" else None


def moment_choices(request, *stored, prefixes=tuple(MOMENTS)):
    """{prefix: BoundaryChoices}: what was looked for and what is chosen is among them."""
    data = request.POST if request.method == "POST" else request.GET
    near = grants_of(request.user).agency_ids(rules.MANAGING_ROLES)
    return {
        prefix: event_choices(
            near,
            *stored,
            chosen=[data.get(f"{prefix}-event", "")],
            words=data.get(f"{prefix}-tim", ""),
        )
        for prefix in prefixes
    }


def sent(request, form):
    """Whether the form is to be saved; a button of it may only look for events."""
    if request.method == "POST" and "tim" in request.POST:
        form.forget_errors()
        return False
    return request.method == "POST"


def tell(request, done, action, **arguments):
    """Do `action` and say so, or say why not. Returns whether it was done."""
    try:
        action(actor=request.user, **arguments)
    except Refused as refused:
        messages.error(request, refused.message)
        return False
    messages.success(request, done)
    return True
