"""One transition table per life cycle."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from portal.common.errors import Refused


@dataclass(frozen=True)
class Transition:
    """`verb` leads from one of `sources` to `target`; `refusal` is said everywhere else."""

    verb: str
    sources: frozenset
    target: str
    refusal: str


class Lifecycle:
    """The transitions of one kind of row. Rows carry their state in the field `state`."""

    def __init__(self, *transitions):
        self._by_verb = {t.verb: t for t in transitions}

    def allows(self, verb, state):
        return state in self._by_verb[verb].sources

    def verbs_from(self, state):
        """The verbs open to a row in `state`, in the order of the table."""
        return [v for v, t in self._by_verb.items() if state in t.sources]

    def target(self, verb, state):
        """The state that `verb` leads to. Raises Refused with the table's sentence."""
        transition = self._by_verb[verb]
        if state not in transition.sources:
            raise Refused(_(transition.refusal), code=f"transition:{verb}:{state}")
        return transition.target


def transition(verb, sources, target, refusal):
    return Transition(verb, frozenset(sources), target, refusal)
