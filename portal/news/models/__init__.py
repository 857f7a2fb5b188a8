"""Articles of agencies: texts and what goes with them, where they belong, what befell them."""

from portal.news.models.articles import SERVABLE, Article, ArticleRevision
from portal.news.models.desk import Remark, Step
from portal.news.models.drafts import ArticleDraft
from portal.news.models.features import Feature
from portal.news.models.items import ArticleItem
from portal.news.models.looks import Look
from portal.news.models.microsites import Microsite
from portal.news.models.old_addresses import OldAddress
from portal.news.models.previews import PreviewLink, PreviewOpening
from portal.news.models.responses import Response, ResponseContact
from portal.news.models.sections import Genre, Section, Series
from portal.news.models.showings import Showing
from portal.news.models.sites import AgencySite
from portal.news.models.texts import TAG_LENGTH, TAG_SLUG_LENGTH, TAGS_MOST
from portal.news.models.visits import DailyVisits, VisitTotal

__all__ = [
    "SERVABLE",
    "TAGS_MOST",
    "TAG_LENGTH",
    "TAG_SLUG_LENGTH",
    "AgencySite",
    "Article",
    "ArticleDraft",
    "ArticleItem",
    "ArticleRevision",
    "DailyVisits",
    "Feature",
    "Genre",
    "Look",
    "Microsite",
    "OldAddress",
    "PreviewLink",
    "PreviewOpening",
    "Remark",
    "Response",
    "ResponseContact",
    "Section",
    "Series",
    "Showing",
    "Step",
    "VisitTotal",
]
