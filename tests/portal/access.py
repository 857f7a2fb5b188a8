from tests.access import Row

ROWS = [
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
