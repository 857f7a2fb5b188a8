"""How upper apps hang themselves onto accounts; filled in AppConfig.ready()."""

from portal.common.registry import Registry

#: Parts of the page "Tài khoản của tôi": name -> callable(request) -> (template, context) or None.
PROFILE_PANELS = Registry("panel of the profile page")


class PersonalData:
    """What one app keeps about a person. Subclass it in that app."""

    #: the heading of its part of the file, and of what is said about it
    label = ""

    def export(self, user):
        """Plain dicts, lists and texts for the file "dữ liệu của tôi", with Vietnamese keys."""
        raise NotImplementedError

    def check_erase(self, user):
        """Raise Refused where the account may not be erased yet, with what is to be done first."""

    def erase(self, user):
        """Erase or cut off what is about the person, inside the caller's transaction.

        What the person did in an office stays: it belongs to the records of the office and keeps
        the account's number, under which no name stands any more.
        """


#: name -> PersonalData; asked in the order of registration
PERSONAL_DATA = Registry("what an app keeps about a person")
