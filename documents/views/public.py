"""The public side: the list of documents. Reading one is `reading`."""

from django.shortcuts import render

from documents import actions, queries
from portal.common import pagecache
from portal.common.paging import paginate


@pagecache.public_page(trang=pagecache.page_number)
def document_list(request):
    """Published documents, newest first."""
    actions.serve_due()
    page = paginate(request, queries.public_documents(request.user), per_page=20)
    return render(request, "documents/list.html", {"page": page})
