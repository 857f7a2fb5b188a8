"""The style guide is for portal administrators; pictures come from people with a working role;
jobs are their owner's."""

import hashlib

from portal.common import clock
from portal.common.models import Job
from tests.access import Row


def job_of_kehoach(world, **changes):
    """A job of one account (made for the request, gone after it)."""
    now = clock.now()
    values = {
        "kind": "tests.gone",
        "actor": world.user("kehoach"),
        "title": "Xuất tiến độ",
        "fingerprint": hashlib.sha256(b"x").hexdigest(),
        "state": Job.State.FAILED,
        "created_at": now,
        "finished_at": now,
    }
    return {"public_id": Job.objects.create(**(values | changes)).public_id}


ROWS = [
    Row("uploads:image", anonymous=405, default=405),
    # refused or not, the editor wants its answer in JSON under 200
    Row(
        "uploads:image",
        method="post",
        anonymous=401,
        default=403,
        bientap=200,
        duyet=200,
        kehoach=200,
        khach=200,
    ),
    Row("jobs:mine"),
    Row("jobs:job", job_of_kehoach, default=404, kehoach=200),
    Row("jobs:state", job_of_kehoach, default=404, kehoach=200, anonymous=286),
    # its kind is gone and it has no file
    Row("jobs:download", job_of_kehoach, default=404),
    Row("jobs:retry", job_of_kehoach, method="post", default=404, kehoach=302),
    Row("common:signed_in", anonymous=200),
    Row("common:styleguide", default=404, quantri=200),
    Row("common:styleguide", query="khung=ban-lam-viec", default=404, quantri=200),
]
