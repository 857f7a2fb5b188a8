from functools import cache

from django.contrib.auth.backends import ModelBackend
from django.db import connection

from portal.accounts import queries
from portal.accounts.models import User


class LoginBackend(ModelBackend):
    """Password with a user name or a phone number, in one field."""

    def authenticate(self, request, username=None, password=None, **kwargs):
        if not username or not password:
            return None
        user = queries.by_login(username)
        if user is None:
            User().set_password(password)  # as slow as a real check: names are not to be probed
            return None
        if user.check_password(password) and self.user_can_authenticate(user):
            return user
        return None

    def get_user(self, user_id):
        """As Django's, with the statement made once: every request of everybody asks it."""
        with connection.cursor() as cursor:
            cursor.execute(_statement(), [user_id])
            row = cursor.fetchone()
        if row is None:
            return None
        user = User.from_db(connection.alias, _columns(), row)
        return user if self.user_can_authenticate(user) else None


@cache
def _columns():
    return [field.attname for field in User._meta.concrete_fields]


@cache
def _statement():
    columns = ", ".join(f'"{field.column}"' for field in User._meta.concrete_fields)
    return f'SELECT {columns} FROM "{User._meta.db_table}" WHERE "id" = %s'  # noqa: S608
