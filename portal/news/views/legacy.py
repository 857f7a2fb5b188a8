"""Text pasted into the editor of an article."""

from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from portal.agencies.rules import grants_of
from portal.common import pasting
from portal.common.limits import limited
from portal.news import rules


@never_cache
@limited("legacy_text", per_person=200, minutes=10)
@require_POST
def pasted(request):
    """What a piece of the clipboard says in Unicode, see `portal.common.pasting`."""
    return pasting.answer(request, lambda user: bool(grants_of(user).agency_ids(rules.WRITERS)))
