"""Files in the form of an opinion, on the server: without JavaScript, and kept through errors.

A file is stored when the form that holds it arrives, whatever button was pressed and whatever else
is wrong with the form; it hangs on the form's key and comes back with the page.
"""

import uuid
from dataclasses import dataclass, field
from functools import cached_property

from django.utils.translation import gettext as _

from feedback import actions, attachments
from portal.common.errors import Refused
from portal.common.limits import allowed
from portal.common.text import one_line

#: Names of the field and of the buttons beside "send".
FIELD, ADD, REMOVE = "files", "add_files", "remove_file"
_KEY = range(24, 65)
#: Files in an hour of one person, and of all guests at one address: strangers fill no disk.
PER_PERSON, PER_ADDRESS = 120, 90


@dataclass
class Files:
    """What hangs on a form: `rows` (OpinionAttachment, read when asked for), `problems`
    (sentences).

    `sending` is False where a button of the files was pressed, or a file was refused: then the
    opinion is not to be sent yet.
    """

    digest: bytes | None = None
    problems: list = field(default_factory=list)
    sending: bool = True
    most: int = attachments.MOST

    @cached_property
    def rows(self):
        return attachments.waiting(self.digest) if self.digest else []

    @property
    def room(self):
        """How many more there may be."""
        return max(self.most - len(self.rows), 0)


def of_form(request, consultation, *, may, now):
    """Files of the form that `request` brought, with what it uploaded stored or refused.

    Args:
        may: whether the person may write now; who may not uploads nothing.
    """
    key = request.POST.get("submission_key", "")
    if request.method != "POST" or len(key) not in _KEY:
        return Files()
    digest = actions.submission_digest(consultation, key)
    found = Files(digest, sending=not ({ADD, REMOVE} & set(request.POST)))
    if REMOVE in request.POST:
        try:
            public_id = uuid.UUID(request.POST[REMOVE])
        except ValueError:
            public_id = None
        attachments.remove(submission_digest=digest, public_id=public_id)
    for file in request.FILES.getlist(FIELD) if may else ():
        if not _within_limit(request):
            found.problems.append(
                _("Một giờ qua đã tải lên quá nhiều tệp từ đây. Hãy gửi ý kiến không kèm tệp này.")
            )
            found.sending = False
            break
        try:
            attachments.add(submission_digest=digest, file=file, now=now)
        except Refused as refused:
            if refused.code == "sent":
                break  # the form was sent before: its receipt is what the person gets
            found.problems.append(f"{one_line(file.name)[:80]}: {refused.message}")
            found.sending = False
    return found


def _within_limit(request):
    address = None if request.user.is_authenticated else PER_ADDRESS
    return allowed(request, "opinion.files", per_person=PER_PERSON, per_address=address, minutes=60)
