"""How upper apps hang themselves onto accounts; filled in AppConfig.ready()."""

from portal.common.registry import Registry

#: Parts of the page "Tài khoản của tôi": name -> callable(request) -> (template, context) or None.
PROFILE_PANELS = Registry("panel of the profile page")
