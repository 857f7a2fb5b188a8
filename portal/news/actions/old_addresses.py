"""Keeping addresses of earlier systems."""

from django.db import transaction
from django.utils.translation import gettext as _

from portal.common import clock
from portal.common.errors import Refused
from portal.news import rules
from portal.news.actions._common import need_role, record
from portal.news.models import OldAddress


@transaction.atomic
def keep_old_addresses(*, actor, agency, rows, now=None):
    """Let addresses of an earlier system lead to pages of `agency`. Known ones are changed.

    Args:
        rows: [(path as `old_addresses.plain` spells it, Article or None, page or "")].

    Raises:
        Refused: no role; "foreign" for an address that leads to another agency.
    """
    now = now or clock.now()
    grant = need_role(actor, rules.SECTION_KEEPERS, agency, clock.today(now))
    paths = [path for path, _article, _page in rows]
    if OldAddress.objects.filter(path__in=paths).exclude(agency=agency).exists():
        raise Refused(_("Có địa chỉ cũ đang dẫn tới trang của cơ quan khác."), code="foreign")
    OldAddress.objects.bulk_create(
        [
            OldAddress(path=path, agency=agency, article=article, page=page, by=actor, at=now)
            for path, article, page in rows
        ],
        update_conflicts=True,
        unique_fields=["path"],
        update_fields=["article", "page", "by", "at"],
        batch_size=2000,
    )
    changes = {"addresses": [0, len(rows)]}
    record("keep_old_addresses", agency, actor=actor, grant=grant, agency=agency, changes=changes)


@transaction.atomic
def drop_old_address(*, actor, pk, agency, now=None):
    """Forget one old address of `agency`; nothing happens when it is gone already."""
    grant = need_role(actor, rules.SECTION_KEEPERS, agency, clock.today(now or clock.now()))
    row = OldAddress.objects.select_for_update().filter(pk=pk, agency=agency).first()
    if row is None:
        return
    record("drop_old_address", row, actor=actor, grant=grant, agency=agency)
    row.delete()
