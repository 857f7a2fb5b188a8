"""Access to what happens after an opinion was sent."""

from feedback.models import Answer
from tests.access import Row

EMPTY = {"code": "0000000000000000000A"}


def drafted(consultation):
    """An answer that is being written in the demo."""
    return Answer.objects.filter(consultation=consultation).order_by("pk").first().pk


def rows(node, opinion, public, staff, say):
    """Rows for the access matrix; the arguments are functions(world)."""

    def thread(world):
        return node(world) | opinion(world)

    def edition(world):
        return {"pk": say(world)["pk"], "edition": say(world)["edition"]}

    def answer(world):
        return staff(world) | {"answer": drafted(staff(world)["pk"])}

    return [
        # an opinion of the demo belongs to nobody of these accounts
        Row("feedback:mine_reply", opinion, method="post", default=404),
        # a draft of nobody
        Row("feedback:mine_draft_discard", {"pk": 1}, method="post", default=404),
        # nobody has this code: everybody gets the same page
        Row("feedback:answers", public, anonymous=200),
        # staff and approvers of the consulting agency
        Row("feedback:answer_desk", staff, default=404, kehoach=200),
        Row("feedback:answer_edit", edition, default=404, kehoach=200),
        Row("feedback:answer_delete", answer, method="post", default=404, kehoach=302),
        Row("feedback:answer_submit", staff, default=404, kehoach=200),
        Row("feedback:answer_decide", staff, default=404, kehoach=302),
        # the office has an approver of its own
        Row("feedback:answer_paper", staff, default=404, kehoach=302),
        Row("feedback:answer_take_back", staff, default=404, kehoach=302),
        # a link that nobody signed
        Row("feedback:guest_confirm", {"link": "abc"}, default=404, anonymous=404),
        Row("feedback:guest_stop", {"link": "abc"}, anonymous=200),
        Row("feedback:receipt_reply", method="post", data=EMPTY, default=404, anonymous=404),
        Row("feedback:receipt_withdraw", method="post", data=EMPTY, default=404, anonymous=404),
        Row("feedback:receipt_rewrite", method="post", data=EMPTY, default=404, anonymous=404),
        Row("feedback:receipt_picture", method="post", data=EMPTY, anonymous=200),
        Row("feedback:threads", node, default=404, tonghop=200),
        Row("feedback:thread", thread, default=404, tonghop=200),
        # nothing was asked about it
        Row("feedback:thread_settle", thread, method="post", default=404, tonghop=302),
    ]
