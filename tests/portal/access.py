from portal.news.models import Microsite
from tests.access import Row


def microsite(world):
    return {"slug": Microsite.objects.earliest("pk").slug}


ROWS = [
    Row("microsites", anonymous=200),
    Row("microsite", microsite, anonymous=200),
    Row("microsite_phase", lambda world: {**microsite(world), "n": 1}, anonymous=200),
    Row("microsite_phase", lambda world: {**microsite(world), "n": 99}, anonymous=404, default=404),
    Row("healthz", anonymous=200),
    Row("home", anonymous=200),
    Row("robots", anonymous=200),
    Row("sitemaps", anonymous=200),
    Row("sitemap", {"part": "trang"}, anonymous=200),
    Row("calendar", anonymous=200),
    Row("search", query="q=dai+hoi", anonymous=200),
    Row("calendar", query="thang=2025-13", anonymous=404, default=404),
    Row("today", dangvien=403),
]
