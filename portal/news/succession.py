"""Articles of an agency that ends: they stay as they are, under the name of their day."""

from django.utils.translation import gettext as _

from portal.agencies.registries import Legacy
from portal.common.display import number_vi
from portal.news.models import Article


class NewsLegacy(Legacy):
    """Nothing moves: an article keeps the agency, and the name it had when it was published. The
    newsroom of the successor may correct and withdraw it (`agencies.rules`).
    """

    def effects(self, *, source, on):
        count = Article.objects.filter(agency=source).count()
        if not count:
            return []
        return [_("%s tin bài giữ tên cơ quan lúc đăng, địa chỉ không đổi.") % number_vi(count)]
