"""The official symbol of an edition: a document of the register."""

from django.db import transaction
from django.utils.translation import gettext as _

from documents.actions._common import lock, record
from documents.actions._live import store
from documents.actions.audience import require_approver
from documents.models import Edition
from documents.rules import APPROVING_ROLES, EDITING_ROLES
from portal.agencies.rules import require
from portal.common.errors import Refused
from portal.common.text import one_line
from portal.official import actions as official
from portal.official.queries import matching
from portal.official.symbols import UNKNOWN, parse_symbol


@transaction.atomic
def set_symbol(
    *, actor, edition, symbol, issued_on=None, signer="", signer_position="", expected_version=None
):
    """Say by which symbol the edition goes out; an empty one takes it away.

    The document of the agency with this symbol (and date, where given) is taken from the register;
    what is not there yet is registered with the title of the edition's document.

    Raises:
        Refused: "approver_only" once readers have the edition; "withdrawn"; "no_symbol" when the
            text reads like none; "many" when several documents fit; "taken" when another edition
            goes out by it; "stale".
    """
    edition = lock(edition)
    document = edition.document
    acting = require(actor, EDITING_ROLES | APPROVING_ROLES, document.agency)
    if edition.state == Edition.State.WITHDRAWN:
        raise Refused(_("Lần dự thảo này đã thu hồi."), code="withdrawn")
    if expected_version is not None and expected_version != edition.lock_version:
        raise Refused(
            _("Văn bản đã thay đổi từ lúc đồng chí mở trang này. Hãy xem lại rồi làm tiếp."),
            code="stale",
        )
    if edition.published_at is not None:
        acting = require_approver(
            actor, document, _("Văn kiện đã công bố: chỉ người duyệt ghi, đổi được số, ký hiệu.")
        )
    symbol = one_line(symbol or "")
    found = None
    if symbol:
        found = _registered(document.agency, symbol, issued_on) or official.register_document(
            actor=actor,
            issuer=document.agency,
            symbol=symbol,
            issued_on=issued_on,
            signer=signer,
            signer_position=signer_position,
            title=document.title,
        )
        _refuse_taken(found, edition)
    before = str(edition.official) if edition.official_id else None
    if edition.official_id == (found and found.pk):
        return edition
    edition.official = found
    store(edition, "official")
    changes = {"official": [before, found and str(found)]}
    record(acting, "set_edition_symbol", edition, document, changes)
    return edition


def _registered(agency, symbol, issued_on):
    if parse_symbol(symbol).kind == UNKNOWN:
        raise Refused(
            _("“%s” không đọc được như một số, ký hiệu văn bản (ví dụ 135-BC/TU).") % symbol,
            code="no_symbol",
        )
    found = list(matching(symbol, issuer=agency, issued_on=issued_on)[:2])
    if len(found) > 1:
        raise Refused(
            _("Có nhiều văn bản số %s trong sổ; hãy ghi thêm ngày ban hành.") % symbol, code="many"
        )
    return found[0] if found else None


def _refuse_taken(found, edition):
    other = Edition.objects.filter(official=found).exclude(pk=edition.pk)
    other = other.select_related("document").first()
    if other is not None:
        raise Refused(
            _("Số %(symbol)s đã gắn với “%(title)s”, dự thảo lần %(n)d.")
            % {"symbol": found.symbol, "title": other.document.title, "n": other.n},
            code="taken",
        )
