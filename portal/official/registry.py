"""What upper apps may tell the register without being imported by it."""

from portal.common.registry import Registry

#: name -> function(queryset of OfficialDocument, user) -> narrower queryset. A plan that is still
#: being written hides its own row this way.
visibility = Registry("document filter")

#: name -> function(list of OfficialDocument, user) -> {document id: (label, address)}: where the
#: thing behind a document (a plan, a draft) has a page of its own.
pages = Registry("document page")
