"""What upper apps may tell the register without being imported by it."""

from portal.common.registry import Registry

#: name -> function(queryset of OfficialDocument, user) -> narrower queryset. A plan that is still
#: being written hides its own row this way.
visibility = Registry("document filter")

#: kind of subject ("campaigns.plan") -> function(list of ids as text, user) -> {id: address}: the
#: page of what was approved on paper, for those who may see it.
approved = Registry("subject of a paper approval")

#: name -> function(list of OfficialDocument, user) -> {document id: (label, address)}: where the
#: thing behind a document (a plan, a draft) has a page of its own.
pages = Registry("document page")

#: name -> function(list of document ids) -> {document id: sentence}: documents that are changed
#: elsewhere (that of a plan in the plan), and why the register leaves them alone.
changed_elsewhere = Registry("keeper of a document")
