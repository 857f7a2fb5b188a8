"""Boundaries as the text puts them, or as words made from what is stored."""

from campaigns import registry
from campaigns.boundaries.rows import spec_of
from campaigns.models import Boundary
from campaigns.rules import specs, words


def as_written(boundary, *, context_key=""):
    """Vietnamese words for a boundary: verbatim if given, else made from its source.

    Args:
        context_key: the context the reader is in ("campaigns.plan:7"); what belongs to another one
            is named with it. Costs queries for rows not loaded; for many rows use `written`.
    """
    return written([boundary], context_key=context_key)[boundary.pk]


def written(boundaries, *, context_key=""):
    """{boundary id: words} for many rows in a fixed number of queries.

    Rows that hang on events should come with `event` and `event__host` loaded.
    """
    refs = {b.ref_boundary_id for b in boundaries if b.ref_boundary_id and not b.verbatim}
    pairs = Boundary.objects.filter(pk__in=refs).values_list("pk", "owner_kind") if refs else ()
    described = registry.describe(pairs)
    return {b.pk: b.verbatim or _words(b, described, context_key) for b in boundaries}


def _words(boundary, described, context_key):
    spec = spec_of(boundary)
    match spec:
        case specs.DateSpec():
            return words.date_words(spec)
        case specs.EventSpec():
            return words.event_words(spec.moment, str(boundary.event), spec.offset, spec.working)
        case specs.RefSpec():
            item = described.get(spec.boundary_id)
            if item is None:
                return words.unknown_words()
            name = item.name
            if item.context and item.context_key != context_key:
                name = f"{name} ({item.context})"
            return words.phase_words(item.side, name, spec.offset, spec.working)
        case specs.Open():
            return words.open_words()
        case _:
            return words.unknown_words()
