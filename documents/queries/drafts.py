"""Autosaved pages of one person."""

from documents.models import EditionDraft


def drafts_of(user, edition):
    """What `user` typed into an edition and did not save, without the texts. 1 query."""
    rows = EditionDraft.objects.filter(person=user, edition=edition)
    return rows.order_by("-changed_at", "-id")


def draft(user, key):
    """One of them with what it belongs to, or None. 1 query."""
    rows = EditionDraft.objects.select_related("edition__document__agency")
    return rows.filter(person=user, key=key).first()
