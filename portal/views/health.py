"""Is the portal ready to serve?"""

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return cursor.fetchone() == (1,)
    except DatabaseError:
        connection.close()  # a broken connection must not be handed to the next request
        return False


def _redis_answers() -> bool:
    try:
        cache.get("healthz")
    except (RedisError, OSError):
        return False
    return True


@csrf_exempt
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Ready to serve? 200 when the database and Redis both answer, else 503 naming which does not.

    Touches neither session nor user, so that a probe every few seconds costs two round trips.
    """
    parts = {"database": _database_answers(), "redis": _redis_answers()}
    words = {name: "ok" if answers else "down" for name, answers in parts.items()}
    return JsonResponse(words, status=200 if all(parts.values()) else 503)
