"""The page of the demo that shows every mail the portal sent; routed only when DEMO is set."""

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.common.paging import paginate
from portal.demo import mailbox


@never_cache
@require_safe
def mails(request):
    """All mails, newest first."""
    return render(request, "demo/mails.html", {"page": paginate(request, mailbox.letters())})


@never_cache
@require_safe
def mail(request, name):
    """One mail as text and as HTML."""
    letter = mailbox.letter(name)
    if letter is None:
        raise Http404
    return render(request, "demo/mail.html", {"letter": letter})
