"""How upper apps hang themselves onto agencies; filled in AppConfig.ready()."""

from dataclasses import dataclass

from portal.common.registry import Registry

#: What else a person holds and hands over: name -> callable(*, from_user, to_user, agencies, on,
#: actor) -> list of Vietnamese phrases saying what moved ("3 nhiệm vụ"). `agencies` is a set of
#: ids; the callable writes its own audit rows inside the surrounding transaction.
HOLDINGS = Registry("holding that can be handed over")


@dataclass(frozen=True)
class Share:
    """One piece of open work that a split may give to any of its targets."""

    key: str
    label: str


class Legacy:
    """What an app keeps for an agency and what becomes of it when the agency ends. Subclass it.

    Everything runs inside the transaction of the succession and writes its own audit rows.
    """

    def effects(self, *, source, on):
        """Vietnamese sentences saying what will happen, before anybody confirms."""
        return []

    def divisible(self, *, source):
        """Shares that a split may give out one by one."""
        return []

    def decided(self, *, source, links, on, actor):
        """The succession was written, for today or for a day to come."""

    def carry_over(self, *, source, heir, links, shares, on, actor):
        """The day has come: pass on what is open. Phrases saying what moved ("3 nhiệm vụ").

        Args:
            heir: the Agency that takes what is not shared out, None where there is nobody.
            links: the Successions, with their targets.
            shares: {key: Agency} of what `divisible` offered.
        """
        return []


#: name -> Legacy
LEGACIES = Registry("legacy of an agency")


class SheetKind:
    """One kind of list that comes from Excel: what it holds, what it would do, doing it.

    `columns` are `portal.common.sheets.Column`; `check` reads only, `commit` runs in a transaction.
    """

    title = ""
    #: what the button says that carries it out
    button = ""
    columns = ()
    max_rows = 1000
    #: formulas count with their stored results; otherwise they are problems
    results = False
    #: the page of the dry run
    template = "agencies/sheet.html"

    def shown(self, request, outcome):
        """What a template of its own needs beside `outcome`."""
        return {}

    def context(self, user, params):
        """What the rows are checked against; None when `user` may not (any more)."""
        raise NotImplementedError

    def check(self, rows, context):
        """SheetOutcome of the rows as things stand."""
        raise NotImplementedError

    def commit(self, outcome, context, *, actor):
        """Carry a SheetOutcome without problems out. Returns a sentence for the person."""
        raise NotImplementedError

    def urls(self, context):
        """(address of the upload page, address to go to when it is done)."""
        raise NotImplementedError


@dataclass
class SheetOutcome:
    """What a dry run found: `problems` by line, `lines` saying what would happen to each row
    (number, name, words), `counts` of what would be (label, number), and the work itself.
    """

    problems: list
    lines: list
    counts: list
    work: object = None


#: name -> SheetKind
SHEETS = Registry("list from Excel")
