"""Agencies and roles for tests, made through the actions that the portal uses."""

import datetime as dt

import factory

from portal.agencies import actions
from portal.agencies.models import Agency, Delegation, Level

LONG_AGO = dt.date(2000, 1, 1)


class LevelFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Level
        django_get_or_create = ["slug"]

    slug = "xa"
    name = "Cấp xã"
    order = 50


class AgencyFactory(factory.Factory):
    """An agency with its name and edge rows and its place in the tree.

    `AgencyFactory(name="Đảng bộ xã", parent=province, kind="party")`; every keyword of
    `actions.create_agency` may be given.
    """

    class Meta:
        model = Agency

    name = factory.Sequence(lambda n: f"Cơ quan số {n}")
    kind = Agency.Kind.STATE
    level = factory.SubFactory(LevelFactory)
    starts = LONG_AGO
    actor = None

    @classmethod
    def _create(cls, model_class, *args, led_by=None, **kwargs):
        agency = actions.create_agency(**kwargs)
        if led_by is not None:
            agency = actions.edit_agency(
                actor=None, agency=agency, expected_version=0, led_by=led_by
            )
        return agency


class CellFactory(AgencyFactory):
    """A chi bộ."""

    name = factory.Sequence(lambda n: f"Chi bộ số {n}")
    kind = Agency.Kind.PARTY
    level = factory.SubFactory(LevelFactory, slug="chi-bo", name="Chi bộ", order=90)
    is_cell = True


def give(user, role, agency, *, starts=LONG_AGO, until=None):
    """Give `user` the role at `agency` and return the Membership."""
    starts = max(starts, agency.valid.lower or starts)
    return actions.grant_role(
        actor=None, user=user, agency=agency, role=role, starts=starts, until=until
    )


def delegate(giver, to_user, agency, role):
    """Let `to_user` act for `giver` at `agency`, ever since and for good, whoever they are."""
    Delegation.objects.create(
        giver=giver,
        to_user=to_user,
        agency=agency,
        role=role,
        valid=(LONG_AGO, None),
        created_by=giver,
    )
