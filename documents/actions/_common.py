"""What the verbs on documents share: the locked row, the audit row, what may not be stored."""

from django.utils.translation import gettext as _

from documents import blocks as cutting
from documents import secrecy
from documents.models import Edition
from portal.common import audit
from portal.common.errors import Refused


def refuse_marking(*texts):
    """Raise Refused if one of the plain texts carries a secrecy marking; nothing is stored."""
    for text in texts:
        marking = secrecy.find_marking(text or "")
        if marking:
            raise Refused(
                _(
                    "Văn bản có dấu độ mật “%s”. Cổng không tiếp nhận văn bản thuộc bí mật nhà "
                    "nước; chưa có gì được lưu."
                )
                % marking,
                code="secret",
            )


def lock(edition):
    return (
        Edition.objects.select_for_update(of=("self",))
        .select_related("document__agency")
        .get(pk=edition.pk)
    )


def record(acting, verb, obj, document, changes=None):
    audit.record(
        actor=acting.actor,
        verb=verb,
        obj=obj,
        agency=document.agency_id,
        changes=changes,
        on_behalf_of=acting.on_behalf_of,
        label=document.title,
    )


def plain_of(html):
    return "\n".join(f"{b.number} {b.plain}".strip() for b in cutting.cut(html))
