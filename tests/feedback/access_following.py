"""Access to what happens after an opinion was sent."""

from tests.access import Row

EMPTY = {"code": "0000000000000000000A"}


def rows(node, opinion):
    """Rows for the access matrix; node, opinion: functions(world) giving keyword arguments."""

    def thread(world):
        return node(world) | opinion(world)

    return [
        # nobody has this code: everybody gets the same page
        Row("feedback:receipt_reply", method="post", data=EMPTY, default=404, anonymous=404),
        Row("feedback:receipt_withdraw", method="post", data=EMPTY, default=404, anonymous=404),
        Row("feedback:receipt_picture", method="post", data=EMPTY, anonymous=200),
        Row("feedback:threads", node, default=404, tonghop=200),
        Row("feedback:thread", thread, default=404, tonghop=200),
        # nothing was asked about it
        Row("feedback:thread_settle", thread, method="post", default=404, tonghop=302),
    ]
