"""Every address of the portal × every demo account × an anonymous reader."""

import traceback
from collections import Counter

import pytest
from django.conf import settings
from django.db import transaction
from django.shortcuts import resolve_url
from django.test import Client
from django.urls import reverse

from tests.access import ANONYMOUS, LOGIN, USERNAMES, World, addresses, all_rows

ROWS = all_rows()


def outcome(response) -> int | str:
    if response.status_code in (301, 302, 303):
        sign_in = resolve_url(settings.LOGIN_URL)
        return LOGIN if response["Location"].split("?")[0] == sign_in else response.status_code
    return response.status_code


@pytest.fixture(scope="module")
def clients(demo_database):
    """One browser per account, signed in once; what a request does is rolled back after it."""
    world = World()
    browsers = {ANONYMOUS: Client(raise_request_exception=False)}
    for username in USERNAMES:
        browsers[username] = Client(raise_request_exception=False)
        browsers[username].force_login(world.user(username), settings.AUTHENTICATION_BACKENDS[-1])
    return browsers


@pytest.mark.parametrize("row", ROWS, ids=[row.label for row in ROWS])
def test_who_gets_what(row, clients):
    got, failures = {}, []
    for account, client in clients.items():
        cookies = client.cookies.copy()
        with transaction.atomic():
            address = reverse(row.name, kwargs=row.arguments(World())) + row.query_string
            response = getattr(client, row.method)(address, data=row.data)
            got[account] = outcome(response)
            if response.status_code == 500 and getattr(response, "exc_info", None):
                failures.append("".join(traceback.format_exception(*response.exc_info)[-4:]))
            transaction.set_rollback(True)
        client.cookies = cookies
    wrong = [
        f"{account}: {got[account]} instead of {row.expected[account]}"
        for account in got
        if got[account] != row.expected[account]
    ]
    assert not wrong, "\n".join([f"{row.method} {address}", *wrong, *failures[:1]])


def test_every_address_has_a_row():
    described = {row.name for row in ROWS}
    missing = {name: route for name, route in addresses().items() if name not in described}
    assert not missing, "\n".join(f"{name}  {route}" for name, route in missing.items())


def test_no_row_stands_twice():
    labels = Counter((row.label, repr(row.kwargs), repr(row.data)) for row in ROWS)
    assert [label for label, times in labels.items() if times > 1] == []
