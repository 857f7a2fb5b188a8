"""Files in the form of an opinion, on the server: without JavaScript, and kept through errors.

A file is stored when the form that holds it arrives, whatever button was pressed and whatever else
is wrong with the form; it hangs on the form's key and comes back with the page.
"""

import uuid
from dataclasses import dataclass, field

from feedback import actions, attachments, rules
from portal.common.errors import Refused

#: Names of the field and of the buttons beside "send".
FIELD, ADD, REMOVE = "files", "add_files", "remove_file"
_KEY = range(24, 65)


@dataclass
class Files:
    """What hangs on a form: `rows` (OpinionAttachment), `problems` (sentences).

    `sending` is False where a button of the files was pressed, or a file was refused: then the
    opinion is not to be sent yet.
    """

    rows: list = field(default_factory=list)
    problems: list = field(default_factory=list)
    sending: bool = True
    most: int = attachments.MOST

    @property
    def room(self):
        """How many more there may be."""
        return max(self.most - len(self.rows), 0)


def of_form(request, consultation, *, now):
    """Files of the form that `request` brought, with what it uploaded stored or refused."""
    key = request.POST.get("submission_key", "")
    if request.method != "POST" or len(key) not in _KEY:
        return Files()
    digest = actions.submission_digest(consultation, key)
    found = Files(sending=not ({ADD, REMOVE} & set(request.POST)))
    if REMOVE in request.POST:
        try:
            public_id = uuid.UUID(request.POST[REMOVE])
        except ValueError:
            public_id = None
        attachments.remove(submission_digest=digest, public_id=public_id)
    uploaded = request.FILES.getlist(FIELD)
    may = rules.is_open(consultation, now) and rules.may_write(request.user, consultation)
    for file in uploaded if may else ():
        try:
            attachments.add(submission_digest=digest, file=file, now=now)
        except Refused as refused:
            if refused.code == "sent":
                break  # the form was sent before: its receipt is what the person gets
            found.problems.append(str(refused.message))
            found.sending = False
    found.rows = attachments.waiting(digest)
    return found
