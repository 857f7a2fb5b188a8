"""Files that come with an opinion: uploaded with its form, before there is an opinion."""

from feedback.models import OpinionAttachment


def claim(submission_digest, opinion):
    """Give the files uploaded with a form to the opinion it became; returns how many. One update.

    Runs in the transaction that stores the opinion.
    """
    waiting = OpinionAttachment.objects.filter(submission_digest=submission_digest, opinion=None)
    return waiting.update(opinion=opinion)
