"""The printed slips as a download."""

from django.conf import settings
from django.urls import reverse

from portal.accounts import actions as accounts
from portal.accounts import rules as account_rules
from portal.accounts import slips
from portal.common import clock
from portal.common.attachments import attachment


def slips_response(request, agency, people):
    """Issue a slip to each of `people` and answer with the PDF; nothing of it is kept."""
    until = account_rules.slip_last_day(clock.today())
    issued = accounts.issue_slips(actor=request.user, users=people, agency=agency)
    site = settings.SITE_URL.rstrip("/")
    rows = [
        {
            "name": user.full_name,
            "agency": agency.short_name or agency.name,
            "username": user.username,
            "secret": secret,
            "url": site + reverse("accounts:slip", args=[secret]),
            "until": until,
        }
        for user, secret in issued
    ]
    entry = (site + reverse("accounts:slip_code")).split("://", 1)[-1]
    pdf = slips.render(rows, site=settings.SITE["name"], entry=entry)
    response = attachment(pdf, "phieu-dang-nhap.pdf", "application/pdf")
    response["Cache-Control"] = "no-store"
    return response
