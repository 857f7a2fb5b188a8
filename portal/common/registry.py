"""Registries: how a lower app reaches up without importing (DESIGN: layers)."""


class Registry:
    """Entries by name; filled in `AppConfig.ready()`, read afterwards.

    Args:
        what: what the entries are, for error messages.
    """

    def __init__(self, what):
        self.what = what
        self._entries = {}

    def register(self, name, entry):
        if self._entries.get(name, entry) is not entry:
            raise ValueError(f"{self.what} {name!r} is registered twice")
        self._entries[name] = entry

    def __getitem__(self, name):
        try:
            return self._entries[name]
        except KeyError:
            raise LookupError(f"no {self.what} named {name!r} is registered") from None

    def get(self, name, default=None):
        return self._entries.get(name, default)

    def __contains__(self, name):
        return name in self._entries

    def __iter__(self):
        return iter(self._entries.items())
