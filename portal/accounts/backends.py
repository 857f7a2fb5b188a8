from django.contrib.auth.backends import ModelBackend

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
