"""The letter made of a Mail: subject, text and plain HTML. Nothing remote, nothing secret."""

from urllib.parse import urljoin

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import override

from portal.common import clock
from portal.common.display import date_vi
from portal.notices import registry

SUBJECT_LENGTH = 90


def site_url(path):
    """The full address of a path of this site, for mails."""
    return urljoin(settings.SITE_URL.rstrip("/") + "/", path.lstrip("/"))


def compose(mail, deliveries):
    """The letter of `mail` with one item per delivery (its notice loaded), oldest first."""
    with override(settings.LANGUAGE_CODE):
        items = _items(deliveries)
        # The day it was made, not the day of a second try: both tries are the same mail.
        context = {
            "person": mail.person,
            "items": items,
            "date": clock.today(mail.created_at),
            "inbox_url": site_url(reverse("notices:inbox")),
            "preferences_url": site_url(reverse("notices:preferences")),
            "subject": _subject(items, clock.today(mail.created_at)),
        }
        letter = EmailMultiAlternatives(
            subject=context["subject"],
            body=render_to_string("mail/notices.txt", context),
            to=[mail.person.email],
            headers={
                "Message-ID": f"<{mail.message_id}>",
                "Date": mail.created_at.strftime("%a, %d %b %Y %H:%M:%S %z"),
                "Auto-Submitted": "auto-generated",
            },
        )
        letter.attach_alternative(render_to_string("mail/notices.html", context), "text/html")
        return letter


def compose_letter(letter):
    """The mail of a Letter, or None when its writer has nobody to write to."""
    with override(settings.LANGUAGE_CODE):
        words = registry.writers[letter.subject_kind](letter)
        if words is None:
            return None
        context = {"words": words, "link": site_url(words.path)}
        mail = EmailMultiAlternatives(
            subject=Truncator(" ".join(words.subject.split())).chars(SUBJECT_LENGTH),
            body=render_to_string("mail/letter.txt", context),
            to=[words.to],
            headers={
                "Message-ID": f"<{letter.message_id}>",
                "Date": letter.created_at.strftime("%a, %d %b %Y %H:%M:%S %z"),
                "Auto-Submitted": "auto-generated",
            },
        )
        mail.attach_alternative(render_to_string("mail/letter.html", context), "text/html")
        return mail


def _items(deliveries):
    """One item per thing to know, oldest first.

    The same thing may come through several plans (a unit's own and that of its superior): what has
    the same title under the same kind is told once, with every text and every reason.
    """
    items = {}
    for delivery in deliveries:
        label = str(registry.kind_of(delivery.notice).label)
        item = items.setdefault(
            (label, delivery.title),
            {
                "label": label,
                "title": delivery.title,
                "texts": [],
                "whys": [],
                "url": site_url(reverse("notices:open", args=[delivery.public_id])),
            },
        )
        for name, value in (("texts", delivery.text), ("whys", delivery.why)):
            if value and value not in item[name]:
                item[name].append(value)
    return [
        item | {"text": "\n".join(item["texts"]), "why": "\n".join(item["whys"])}
        for item in items.values()
    ]


def _subject(items, date):
    if len(items) == 1:
        text = items[0]["title"]
    else:
        text = _("%(count)s việc cần biết, ngày %(date)s") % {
            "count": len(items),
            "date": date_vi(date),
        }
    return Truncator(" ".join(text.split())).chars(SUBJECT_LENGTH)
