"""{% load visits %}: the numbers of readers at the foot of public pages, and what counts them."""

from django import template
from django.conf import settings

from portal.agencies.rules import grants_of
from portal.news import visits as counting
from portal.news.queries import sites

register = template.Library()


@register.inclusion_tag("news/_visits.html", takes_context=True)
def visits(context, agency=None, article=None):
    """Tổng truy cập, Truy cập hiện tại. No query; a page without `agency` is the portal's.

    Previews and what people who work here open is shown the numbers and not counted.
    """
    agency_id = getattr(agency, "pk", None)
    article_id = getattr(article, "pk", None) if agency_id else None
    counted = not context.get("preview") and not _works(context.get("request"))
    return {
        "numbers": counting.numbers(agency_id, article_id),
        "ticket": counting.ticket(agency_id, article_id) if counted else "",
        "of_article": bool(article_id),
    }


def _works(request):
    # Without the cookie nobody is signed in, and the session stays untouched.
    if request is None or settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return False
    return grants_of(request.user).works()


@register.simple_tag
def feet(agency=None):
    """{"agency": Foot or None, "portal": Foot or None, "trust": the one whose badge is shown}.

    No query where the agency came with `select_related("site__badge_image")`.
    """
    own = sites.foot_of(agency) if getattr(agency, "pk", None) else None
    common = sites.portal_foot()
    trust = next((foot for foot in (own, common) if foot and foot.badge_url), None)
    return {"agency": own, "portal": common, "trust": trust}
