"""What upper apps add to the reading room: a consultation offers its form beside each passage, and
says what it loses when an edition goes.

Documents know nothing of consultations; feedback registers its functions in `AppConfig.ready()`.
The text itself is stored and the same for everybody, so what changes comes apart from it: the side
panel with the page (`companions`), numbers and questions in the margin by JSON (`margins`).
"""

from dataclasses import dataclass, field

from portal.common.registry import Registry


@dataclass(frozen=True)
class Companion:
    """What stands beside an edition for one reader.

    template, context: the side panel. say_url: the address of the form for the whole document
    while opinions are taken; a passage adds `?doan=<pos>`, chosen words `&trich=…`. open_to_all:
    guests may write too. questions: {pos of a block, or None for the whole document: [Question]}.
    """

    template: str
    context: dict = field(default_factory=dict)
    say_url: str = ""
    questions: dict = field(default_factory=dict)
    open_to_all: bool = False

    @property
    def general(self):
        """Guiding questions for the whole document."""
        return self.questions.get(None, ())


@dataclass(frozen=True)
class Question:
    """A guiding question beside the text; url: where it is answered, "" while it cannot be."""

    text: str
    url: str = ""


@dataclass(frozen=True)
class Margins:
    """What stands in the margin of an edition.

    counts: {block id: number of opinions in words, as the public may see it}; contents: the same
    for headings, in the table of contents. questions: as in `Companion`.
    """

    counts: dict = field(default_factory=dict)
    contents: dict = field(default_factory=dict)
    questions: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Reason:
    """What stands in the third column beside a change: an answer, a number of opinions.

    url: where it is read in full, "" for nowhere.
    """

    text: str
    url: str = ""


@dataclass(frozen=True)
class PassageNote:
    """What stands below one passage on its own page: a template with its context as `note`."""

    template: str
    context: dict = field(default_factory=dict)


#: name -> callable(block, user, now) -> PassageNote or None
passage_notes = Registry("note below a passage")


def notes_below(block, user, now):
    """The PassageNotes of all who have something to say about `block`."""
    found = (make(block, user, now) for _name, make in passage_notes)
    return [note for note in found if note is not None]


#: name -> callable(edition, old, user, now) -> {id of a block of either edition: [Reason]}
reasons = Registry("reasons of a change")


def reasons_for(edition, old, user, now):
    """{block id: [Reason]} of all who have something to say on what `edition` changed of `old`."""
    found = {}
    for _name, give in reasons:
        for block_id, rows in give(edition, old, user, now).items():
            found.setdefault(block_id, []).extend(rows)
    return found


#: name -> callable(edition, user, now) -> Companion or None
companions = Registry("reading companion")
#: name -> callable(edition, user, now) -> Margins or None
margins = Registry("reading margin")


def companion_for(edition, user, now):
    """The first Companion that has something to say about `edition`, or None."""
    return _first(companions, edition, user, now)


def margins_for(edition, user, now):
    """The first Margins of `edition`, empty ones where nobody has any."""
    return _first(margins, edition, user, now) or Margins()


def _first(registry, *about):
    for _name, make in registry:
        found = make(*about)
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


@dataclass(frozen=True)
class Invitation:
    """What somebody who comes by the code of a document is told before the text.

    edition: the one that is asked about. phase: "open", "upcoming", "closed" or "undetermined".
    who_writes, until, who_reads: words for people. say_url: the form while opinions are taken here;
    elsewhere: the address of the channel that takes them instead. needs_account: whether one signs
    in to write. about_url: everything about it.
    """

    edition: object
    phase: str
    who_writes: str
    until: str
    who_reads: str
    say_url: str = ""
    elsewhere: str = ""
    needs_account: bool = True
    about_url: str = ""


#: name -> callable(editions of one document, newest first, now) -> Invitation or None
invitations = Registry("invitation to write")


def invitation_for(editions, now):
    """The first Invitation to write about one of `editions`, or None."""
    return _first(invitations, editions, now)
