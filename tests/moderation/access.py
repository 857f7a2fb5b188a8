from portal.moderation.models import Case
from tests.access import Row

OWN = "so-noi-vu-tinh-mau"  # where `bientap` and `duyet` decide on responses of readers


def case(world):
    """Waits for its first decision."""
    found = Case.objects.filter(agency__slug=OWN, state="pending").earliest("submitted_at", "pk")
    return {"pk": found.pk}


def appealed(world):
    """`duyet` decided on it before."""
    return {"pk": Case.objects.get(agency__slug=OWN, state="appealed").pk}


# `khach` edits elsewhere: has a queue, but not this one.
QUEUE = {"default": 403, "bientap": 200, "duyet": 200, "khach": 200}
READ = {"default": 403, "bientap": 200, "duyet": 200, "khach": 404}
DECIDE = {"default": 403, "bientap": 302, "duyet": 302, "khach": 404}
SECOND = {"default": 403, "bientap": 302, "duyet": 403, "khach": 404}

ROWS = [
    Row("moderation:queue", **QUEUE),
    Row(
        "moderation:decide_many",
        method="post",
        default=403,
        bientap=302,
        duyet=302,
        khach=302,
    ),
    Row("moderation:case", case, **READ),
    Row("moderation:approve", case, method="post", data={"lock_version": 0}, **DECIDE),
    Row("moderation:approve", appealed, method="post", data={"lock_version": 2}, **SECOND),
    Row("moderation:spam", case, method="post", data={"lock_version": 0}, **DECIDE),
    Row("moderation:take_back", case, method="post", **DECIDE),
    Row("moderation:give_back", case, method="post", **DECIDE),
    # what readers answer is not alike for the queue
    Row(
        "moderation:decide_alike", case, method="post", **(DECIDE | {"bientap": 403, "duyet": 403})
    ),
    Row(
        "moderation:hide",
        case,
        method="post",
        data={"lock_version": 0, "reasons": ["spam"]},
        **DECIDE,
    ),
]
