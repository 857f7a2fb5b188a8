"""What the verbs on staged texts share: the locked row, its own person, its version."""

from django.utils.translation import gettext as _

from documents.models import Edition, TextImport
from documents.rules import EDITING_ROLES
from portal.agencies.rules import require
from portal.common.errors import Refused, StaleVersion


def locked(actor, text_import):
    """(the row, locked; who acts). Only its own person does anything to it.

    Raises:
        Refused: "gone" (thrown away or swept), "other_person", "saved", "not_editing", no role.
    """
    found = (
        TextImport.objects.select_for_update(of=("self",))
        .select_related("edition__document__agency")
        .filter(pk=text_import.pk)
        .first()
    )
    if found is None:
        raise Refused(_("Bản nhập này đã được bỏ. Hãy nhập lại tệp."), code="gone")
    if found.made_by_id != actor.pk:
        raise Refused(_("Bản nhập này của người khác."), code="other_person")
    acting = require(actor, EDITING_ROLES, found.edition.document.agency)
    if found.saved_at is not None:
        raise Refused(_("Bản nhập này đã lưu vào bản đang soạn."), code="saved")
    need_editing(found.edition)
    return found, acting


def need_editing(edition):
    if edition.state != Edition.State.EDITING:
        raise Refused(
            _("Lần dự thảo này không còn ở trạng thái đang soạn nên không nhập văn bản được."),
            code="not_editing",
        )


def check_version(text_import, expected):
    """Raises StaleVersion when the person went on in another tab."""
    if text_import.lock_version != expected:
        raise StaleVersion(
            _(
                "Bản nhập đã được sửa ở thẻ khác của trình duyệt. Chưa làm gì; trang đang hiện "
                "bản mới nhất, hãy xem rồi làm lại."
            ),
            current=text_import,
        )
