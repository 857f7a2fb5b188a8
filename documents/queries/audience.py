"""What a person may read, what their units were given, and the sets it came in."""

from django.db.models import Count, OuterRef, Prefetch, Q, Subquery
from django.utils.translation import gettext as _

from documents.models import Audience, Document, DocumentSet, DocumentSetItem, Edition
from documents.rules import INSIDE_ROLES, readers
from documents.rules.reading import reaches
from portal.agencies.rules import grants_of


def readable_documents(user):
    """Documents whose published editions `user` may read; a list shows those with one."""
    return Document.objects.filter(readers(user))


def audience_words(rows):
    """The lines of an audience as people read them. 1 query."""
    words = []
    for row in rows.select_related("agency", "level"):
        if row.level_id is not None:
            words.append(
                _("Mọi đơn vị %(level)s của %(agency)s")
                % {"level": row.level.name, "agency": row.agency.name}
            )
        elif row.with_below:
            words.append(_("%s và mọi đơn vị cấp dưới") % row.agency.name)
        else:
            words.append(row.agency.name)
    return words


def readable_ids(user, documents):
    """Ids of those of these documents that `user` may read; no query where all are public."""
    asked = {d.pk for d in documents if not d.is_open}
    found = {d.pk for d in documents if d.is_open}
    if asked:
        rows = readable_documents(user).filter(pk__in=asked)
        found |= set(rows.values_list("pk", flat=True))
    return found


def with_live(documents):
    """With the edition readers have now (`live_n`, `live_at`, `live_id`, `paragraphs`), and only
    those that have one."""
    live = Edition.objects.filter(document=OuterRef("pk"), state=Edition.State.PUBLISHED)
    return documents.annotate(
        live_n=Subquery(live.values("n")[:1]),
        live_at=Subquery(live.values("published_at")[:1]),
        live_id=Subquery(live.values("id")[:1]),
        paragraphs=Subquery(live.values("paragraphs")[:1]),
    ).filter(live_n__isnull=False)


def my_documents(user):
    """Văn kiện của tôi: what is not for everybody, and was given to units of `user` or is internal
    to them; newest first. None for whoever has no unit."""
    if not user.is_authenticated or not grants_of(user):
        return Document.objects.none()
    rows = readable_documents(user).filter(
        circulation__in=[Document.Circulation.UNITS, Document.Circulation.INTERNAL]
    )
    return with_live(rows).select_related("agency", "event__host").order_by("-live_at", "-id")


def readable_sets(user):
    """Sets that mean `user`, or everybody, or are kept where they work; newest first."""
    means = Q(audience__isnull=True)
    if user.is_authenticated:
        given = DocumentSet.objects.filter(audience__in=_lines(user))
        means |= Q(pk__in=given.order_by().values("pk"))
        means |= Q(agency__in=grants_of(user).agencies(INSIDE_ROLES).order_by().values("pk"))
    found = DocumentSet.objects.filter(means).distinct()
    return found.select_related("agency", "event__host").order_by("-id")


def my_sets(user):
    """Sets given to units of `user`, newest first."""
    if not user.is_authenticated or not grants_of(user):
        return DocumentSet.objects.none()
    rows = DocumentSet.objects.filter(audience__in=_lines(user)).distinct()
    return rows.select_related("agency", "event__host").order_by("-id")


def _lines(user):
    return Audience.objects.filter(reaches(user)).order_by().values("pk")


def documents_of_set(found, user):
    """What `user` gets of a set, in its order, with the live edition. 1 query."""
    rows = with_live(readable_documents(user).filter(set_items__set=found))
    rows = rows.annotate(position=Subquery(_position(found)))
    return list(rows.select_related("agency", "summary_of").order_by("position", "id"))


def _position(found):
    items = DocumentSetItem.objects.filter(set=found, document=OuterRef("pk"))
    return items.values("position")[:1]


def with_full_texts(documents, user):
    """The documents in a list, with `full_text` where one is a summary of what `user` may read.
    1 query, none without summaries."""
    documents = list(documents)
    ids = {d.summary_of_id for d in documents} - {None}
    full = with_live(readable_documents(user).filter(pk__in=ids)).in_bulk() if ids else {}
    for document in documents:
        document.full_text = full.get(document.summary_of_id)
    return documents


def working_sets(user):
    """Sets of the agencies where `user` works, for the desk."""
    agencies = grants_of(user).agencies(INSIDE_ROLES).values("pk")
    items = DocumentSetItem.objects.select_related("document").order_by("position", "id")
    return (
        DocumentSet.objects.filter(agency__in=agencies)
        .select_related("agency", "event__host")
        .prefetch_related(Prefetch("items", items))
        .annotate(lines=Count("audience", distinct=True))
        .order_by("-id")
    )
