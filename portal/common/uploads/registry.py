"""Who may upload for whom: told by the apps that know agencies and roles."""

from portal.common.registry import Registry

#: name -> function(user) -> ids of the agencies for which the person may hand in pictures
uploading_agencies = Registry("upload permission")


def agencies_of(user):
    """Sorted ids of the agencies for which `user` may upload; empty for everybody else."""
    ids = set()
    for _name, find in uploading_agencies:
        ids |= set(find(user))
    return sorted(ids)
