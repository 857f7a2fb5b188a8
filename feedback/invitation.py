"""What somebody is told who comes by the QR code of a draft: who writes, until when, who reads."""

from django.urls import reverse
from django.utils.translation import gettext as _

from documents.registry import Invitation
from feedback import queries, taking_part
from feedback.rules import phase_of, takes_online
from portal.common.display import date_range, date_vi


def invitation(editions, now):
    """The Invitation of the consultation on one of `editions`: the open one, else the next, else
    the last; None where there was never one."""
    found = (
        queries.announced_in_order(now)
        .select_related("reading_level")
        .filter(consultation_editions__edition__in=editions)
        .first()
    )
    if found is None:
        return None
    asked = {row.edition_id for row in found.consultation_editions.all()}
    edition = next(e for e in editions if e.pk in asked)
    phase = phase_of(found, now)
    here = found.mode == found.Mode.COLLECTED
    return Invitation(
        edition=edition,
        phase=phase,
        who_writes=taking_part.who_writes(found),
        until=_until(found, phase),
        who_reads=taking_part.who_reads(found) if here else _("Cơ quan thu nhận ở cấp trên"),
        say_url=reverse("feedback:say", args=[found.pk, edition.pk])
        if takes_online(found) and phase == "open"
        else "",
        elsewhere="" if here or phase == "closed" else found.external_url,
        needs_account=taking_part.needs_account(found),
        about_url=reverse("feedback:consultation", args=[found.pk, found.slug]),
    )


def _until(consultation, phase):
    opens, closes = consultation.opens.resolved_on, consultation.closes.resolved_on
    if closes is None:
        return _("Chưa xác định ngày kết thúc")
    if phase == "closed":
        return _("Đã hết thời gian nhận ý kiến ngày %s") % date_vi(closes)
    if phase == "open" or opens is None:
        return _("Hết ngày %s") % date_vi(closes)
    return date_range(opens, closes)
