"""What the verbs share: the lock on a case, and the one way a changed case is stored."""

from portal.moderation.models import Case


def locked(**which):
    """The Case with its decisions and proposals, locked until the transaction ends."""
    # Two statements: what is joined to a locked row is of before the waiting.
    pk = Case.objects.select_for_update().only("pk").get(**which).pk
    return (
        Case.objects.select_related("agency", "claimed_by")
        .prefetch_related("decisions", "proposals")
        .get(pk=pk)
    )


def store(case, *fields):
    """Save these fields; a page that was opened before says so when it is sent."""
    case.lock_version += 1
    case.save(update_fields=[*fields, "lock_version"])
