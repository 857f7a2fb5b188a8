"""People for tests. `UserFactory(username="bientap", full_name="Nguyễn Thị Biên")`."""

import factory

from portal.accounts.models import User
from portal.common import text

PASSWORD = "Mau@2026"


class UserFactory(factory.django.DjangoModelFactory):
    """An active account with the password `PASSWORD` and no roles."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"nguoi{n}")
    full_name = factory.Sequence(lambda n: f"Nguyễn Văn Số {n}")
    sort_key = factory.LazyAttribute(lambda o: text.person_sort_key(o.full_name))
    phone = None
    email = ""

    @classmethod
    def _create(cls, model_class, *args, password=PASSWORD, **kwargs):
        user = model_class(*args, **kwargs)
        if password is None:
            user.set_unusable_password()
        else:
            user.set_password(password)
        user.save()
        return user


class AdminFactory(UserFactory):
    """The portal administrator."""

    username = factory.Sequence(lambda n: f"quantri{n}")
    full_name = "Trần Quản Trị"
    is_staff = True
    is_superuser = True
