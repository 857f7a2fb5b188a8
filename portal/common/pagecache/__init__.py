"""Public pages from stored bytes: what may be kept, how long, and how a change is told.

    @public_page(trang=page_number, ngay=day)
    def index(request): ...

    pagecache.changed()  # inside a transaction: from its commit on, pages are made anew

`portal.common.audit.record` calls `changed` by itself, so an action that writes an audit row need
not. See docs/adr/0010-public-pages-from-stored-bytes.md.
"""

from portal.common.pagecache.policy import choice, day, month, page_number, public_page
from portal.common.pagecache.shelf import changed, forget

__all__ = ["changed", "choice", "day", "forget", "month", "page_number", "public_page"]
