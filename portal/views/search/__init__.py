"""Tìm kiếm: articles, plans, drafts, consultations and agencies by their words."""

from portal.views.search.page import search

__all__ = ["search"]
