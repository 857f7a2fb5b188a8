"""The public side: the list of documents. Reading one is `reading`."""

from django.shortcuts import render

from documents import actions, queries
from documents.filters import ReaderFilter
from portal.common import pagecache
from portal.common.paging import paginate

#: So much of what was given to one's own units stands above the list.
_MINE = 50


@pagecache.public_page(trang=pagecache.page_number)
def document_list(request):
    """Published documents, newest first."""
    actions.serve_due()
    found = ReaderFilter(request.GET, queryset=queries.public_documents(request.user))
    page = paginate(request, found.qs, per_page=20)
    mine = queries.with_full_texts(queries.my_documents(request.user)[:_MINE], request.user)
    sets = queries.my_sets(request.user)[:_MINE]
    return render(
        request,
        "documents/list.html",
        {
            "page": page,
            "mine": mine,
            "sets": sets,
            "filter": found,
        },
    )
