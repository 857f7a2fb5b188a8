"""How upper apps hang themselves onto agencies; filled in AppConfig.ready()."""

from portal.common.registry import Registry

#: What else a person holds and hands over: name -> callable(*, from_user, to_user, agencies, on,
#: actor) -> list of Vietnamese phrases saying what moved ("3 nhiệm vụ"). `agencies` is a set of
#: ids; the callable writes its own audit rows inside the surrounding transaction.
HOLDINGS = Registry("holding that can be handed over")
