"""What upper apps add to the reading room: a consultation offers its form beside each passage, and
says what it loses when an edition goes.

Documents know nothing of consultations; feedback registers both in `AppConfig.ready()`.
"""

from dataclasses import dataclass, field

from portal.common.registry import Registry


@dataclass(frozen=True)
class Companion:
    """What stands beside an edition for one reader.

    template, context: the side panel. say_url: the address of the form for the whole document;
    a passage adds `?doan=<pos>`. counts: {block id: words for the margin}; questions: {block id or
    None for the whole document: [guiding questions]}.
    """

    template: str
    context: dict = field(default_factory=dict)
    say_url: str = ""
    counts: dict = field(default_factory=dict)
    questions: dict = field(default_factory=dict)

    @property
    def general(self):
        """Guiding questions for the whole document."""
        return self.questions.get(None, ())


#: name -> callable(edition, user, now) -> Companion or None
companions = Registry("reading companion")


def companion_for(edition, user, now):
    """The first Companion that has something to say about `edition`, or None."""
    for _name, make in companions:
        found = make(edition, user, now)
        if found is not None:
            return found
    return None


class Concern:
    """What an upper app has going on with an edition that readers have. Subclass it."""

    def warnings(self, edition, now):
        """Vietnamese sentences to be read before the edition is superseded or withdrawn."""
        return []

    def gone(self, edition, *, actor, now):
        """It was: `edition.state` says which. Called inside the transaction."""


#: name -> Concern
concerns = Registry("concern about an edition")


def warnings_of(edition, now):
    """The sentences of every Concern about `edition`."""
    return [words for _name, concern in concerns for words in concern.warnings(edition, now)]


def tell_gone(edition, *, actor, now):
    """Tell every Concern that `edition` is superseded or withdrawn."""
    for _name, concern in concerns:
        concern.gone(edition, actor=actor, now=now)
