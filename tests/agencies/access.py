"""Who reaches the pages of agencies. `quantri` administers the province and is superuser."""

from portal.accounts.models import User
from portal.agencies.models import Agency, Delegation
from tests.access import Row

COMMUNE = {"slug": "dang-bo-xa-hoa-binh"}
CELL = {"slug": "chi-bo-van-phong-xa-hoa-binh"}


def _member(world):
    return CELL | {"public_id": User.objects.get(username="dangvien").public_id}


def _role(world):
    user = User.objects.get(username="dangvien")
    row = user.memberships.get(agency=Agency.objects.get(**CELL))
    return _member(world) | {"pk": row.pk}


def _delegation(world):
    return {"pk": Delegation.objects.get(to_user__username="lethuylinh").pk}


def _work(name, kwargs=COMMUNE, **more):
    return Row(name, kwargs, **({"default": 404, "quantri": 200} | more))


ROWS = [
    Row("agencies:index", anonymous=200),
    Row("agencies:agency", COMMUNE, anonymous=200),
    Row("agencies:audit", default=403, quantri=200),
    Row("agencies:managed", default=403, quantri=200),
    Row("agencies:role_requests", default=403, quantri=200),
    Row("agencies:decide_role", {"pk": 999_999}, method="post", default=404),
    _work("agencies:overview"),
    _work("agencies:settings"),
    _work("agencies:rename"),
    _work("agencies:move"),
    _work("agencies:succeed"),
    _work("agencies:create"),
    _work("agencies:merge"),
    _work("agencies:import_units"),
    _work("agencies:import_units_template"),
    # a list of somebody else, or of nobody
    Row(
        "agencies:sheet",
        {"public_id": "00000000-0000-4000-8000-000000000001"},
        default=404,
    ),
    _work("agencies:people", CELL),
    _work("agencies:add_person"),
    _work("agencies:import"),
    _work("agencies:import_template"),
    _work("agencies:slips", method="post", quantri=302),
    _work("agencies:person", _member),
    _work("agencies:edit_person", _member),
    _work("agencies:grant", _member),
    _work("agencies:end_role", _role),
    _work("agencies:delegate", _member),
    _work("agencies:hand_over", _member),
    _work("agencies:slip", _member, method="post"),
    _work("agencies:close", _member),
    Row("agencies:my_delegations", dangvien=403),
    Row("agencies:end_delegation", _delegation, method="post", default=404, quantri=302),
]
