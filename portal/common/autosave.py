"""What the pages of editors and static/js/autosave.js say to each other; apps keep the drafts.

A page carries a key of its own (`KEY`) and the person it was made for (`PERSON`); the script sends
its form now and then, and the app keeps the fields under the key. `?tu_luu=<key>` opens the editor
with what was kept.
"""

import uuid

from django.http import JsonResponse, QueryDict
from django.middleware.csrf import get_token
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

#: Hidden field of the editor's page: the key under which the page keeps what is typed.
KEY = "ban_tu_luu"
#: Address parameter: the draft with which the editor opens.
TAKE_UP = "tu_luu"
#: Who the page was made for; another person may have signed in since on the same computer.
PERSON = "nguoi_soan"
_NO_TEXT = {"csrfmiddlewaretoken", KEY, PERSON}


def key_of(text):
    """The UUID in a field or address, or None."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def fields_of(request, *, leave_out=()):
    """{name: [values]} of the form that was sent, without what belongs to the page itself."""
    dropped = _NO_TEXT | set(leave_out)
    return {name: values for name, values in request.POST.lists() if name not in dropped}


def as_sent(fields):
    """Kept fields as a form is bound to them."""
    data = QueryDict(mutable=True)
    for name, values in fields.items():
        data.setlist(name, values)
    return data


def without_errors(form):
    """A draft is not finished: what is still missing is said when it is saved."""
    form.is_valid()
    if hasattr(form, "forget_errors"):
        form.forget_errors()
    else:
        form._errors = type(form.errors)()


def of_this_person(request, form, sentence):
    """Whether the page was made for who sends it now. If not, the form says so once (`sentence`):
    what comes back is a page of theirs, to be saved or left."""
    person = request.POST.get(PERSON, "")
    if not person or person == str(request.user.pk):
        return True
    form.add_error(None, sentence)
    return False


def refusal(message, status):
    """What the script shows."""
    return JsonResponse({"message": str(message)}, status=status)


def not_taken(request):
    """The answer to a page that may not autosave: nobody signed in, or somebody else; else None.

    Never a redirect: the page asks with fetch, and a sign-in page would look like an answer.
    """
    if not request.user.is_authenticated:
        return refusal(_("Phiên làm việc đã hết."), 401)
    if request.POST.get(PERSON) != str(request.user.pk):
        return refusal(_("Người khác đã đăng nhập ở máy này; nội dung này không được lưu."), 409)
    if key_of(request.POST.get(KEY, "")) is None:
        return incomplete()
    return None


def incomplete():
    """The answer to a form without its hidden fields."""
    return refusal(_("Trang không đầy đủ. Hãy tải lại trang."), 422)


@never_cache
@require_safe
def token(request):
    """Who is signed in now, and a fresh CSRF token for a page that was opened before. JSON."""
    if not request.user.is_authenticated:
        return JsonResponse({"person": None}, status=401)
    return JsonResponse({"person": str(request.user.pk), "token": get_token(request)})
