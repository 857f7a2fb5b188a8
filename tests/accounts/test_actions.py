import pytest

from portal.accounts import actions, rules
from portal.accounts.models import User
from portal.common.errors import Refused
from portal.common.models import AuditEntry
from tests.accounts.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_user_names_come_from_the_name_and_are_unique():
    made = [
        actions.create_account(actor=None, full_name="  Đỗ Thị   Ánh ").username for _ in range(3)
    ]
    assert made == ["dothianh", "dothianh2", "dothianh3"]
    assert actions.create_account(actor=None, full_name="Lý").username == "ly2"
    assert actions.create_account(actor=None, full_name="王").username == "nguoidung"


def test_people_sort_by_their_given_name():
    for name in ("Trần Văn Bình", "Lê Đình An", "Bùi Thị Ân"):
        actions.create_account(actor=None, full_name=name)
    assert list(User.objects.values_list("full_name", flat=True)) == [
        "Lê Đình An",
        "Bùi Thị Ân",
        "Trần Văn Bình",
    ]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"username": "1abc"}, "username"),
        ({"username": "có dấu"}, "username"),
        ({"username": "TRUNG"}, "username_taken"),
        ({"phone": "123"}, "phone"),
        ({"phone": "0912 000 501"}, "phone_taken"),
        ({"full_name": "  "}, "full_name"),
    ],
)
def test_what_cannot_be_an_account_is_refused(given, code):
    UserFactory(username="trung", phone="0912000501")
    with pytest.raises(Refused) as refusal:
        actions.create_account(actor=None, **({"full_name": "A B"} | given))
    assert refusal.value.code == code
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0912 000 501", "0912000501"),
        ("+84 912-000.501", "0912000501"),
        ("(024) 3812 345", "0243812345"),
        ("+1 202 555 0100", ""),
        ("912000501", ""),
        ("bientap", ""),
        ("０９１２０００５０１", "0912000501"),
    ],
)
def test_phone_numbers(typed, kept):
    assert rules.normalise_phone(typed) == kept


def test_a_closed_account_is_opened_again_and_nothing_is_deleted():
    admin, user = UserFactory(), UserFactory()
    actions.deactivate(actor=admin, user=user)
    actions.deactivate(actor=admin, user=user)
    user.refresh_from_db()
    assert user.is_active is False
    actions.reactivate(actor=admin, user=user)
    user.refresh_from_db()
    assert user.is_active is True
    verbs = list(AuditEntry.objects.order_by("id").values_list("verb", flat=True))
    assert verbs == ["deactivate_account", "reactivate_account"]
    with pytest.raises(Refused):
        actions.deactivate(actor=admin, user=admin)
