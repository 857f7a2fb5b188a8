"""How much an approver may put right and still be the one who approves.

A slip of the pen, a number, a name: nobody should have to send a text back for it, and it does not
make an approver the author. What counts is everything that differs from the text as the writers
handed it in, however many small corrections were made: letters put in and letters taken out.
"""

from portal.common.diff import EQUAL, word_diff

#: Letters put in or taken out, altogether, in title, lead and body.
MOST = 200


def letters_changed(old, new):
    """Letters of `new` that `old` does not have, and the other way round."""
    return sum(len(text.strip()) for op, text in word_diff(old, new) if op != EQUAL)
