"""The beacon: a page that is read says so. No cookie, no session, no query."""

from django.http import HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from redis.exceptions import RedisError

from portal.common.display import number_vi
from portal.news import visits

#: A ticket is far shorter; longer bodies are not even read.
LONGEST = 80


@csrf_exempt
@never_cache
@require_POST
def count(request):
    """Count a reading and answer with the numbers of the page as they are now.

    What is not counted (robots, forged tickets, pages of others) gets the same empty 204 as when
    there is nothing to say; only an address beyond its share is told (429).
    """
    nothing = HttpResponse(status=204)
    if visits.is_robot(request) or visits.is_from_elsewhere(request):
        return nothing
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or not 0 < int(length[:9]) <= LONGEST:
        return nothing
    page = visits.opened(request.body.decode("ascii", "replace"))
    if page is None:
        return nothing
    agency_id, article_id = page
    try:
        counted = visits.count(
            address=request.META.get("REMOTE_ADDR", ""),
            agent=request.headers.get("User-Agent", ""),
            agency_id=agency_id,
            article_id=article_id,
        )
    except (RedisError, OSError):
        return nothing
    if counted is None:
        return HttpResponse(status=429, headers={"Retry-After": "60"})
    shown = visits.numbers(agency_id, article_id)
    found = {"total": shown.total, "now": shown.now, "reads": shown.reads}
    return JsonResponse({name: number_vi(n) for name, n in found.items() if n is not None})
