"""Data of the whole portal that its administrators keep: thể loại, and loạt bài of all agencies."""

from django.contrib import admin

from portal.news.models import Article, ArticleRevision, Genre, Series


def _used(field, obj):
    return (
        Article.objects.filter(**{field: obj}).exists()
        or ArticleRevision.objects.filter(**{field: obj}).exists()
    )


@admin.register(Genre)
class GenreAdmin(admin.ModelAdmin):
    """Thể loại are data. One that was used is put out of use, not deleted."""

    list_display = ["name", "slug", "order", "active"]
    ordering = ["order", "id"]
    prepopulated_fields = {"slug": ["name"]}

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else self.prepopulated_fields

    def get_readonly_fields(self, request, obj=None):
        return ["slug"] if obj else []

    def has_delete_permission(self, request, obj=None):
        return obj is None or not _used("genre", obj)


@admin.register(Series)
class SeriesAdmin(admin.ModelAdmin):
    """Loạt bài of all agencies; those of one agency are kept on its own page."""

    list_display = ["title", "slug", "order", "active"]
    fields = ["title", "slug", "about", "order", "active"]
    ordering = ["order", "id"]
    prepopulated_fields = {"slug": ["title"]}

    def get_queryset(self, request):
        return super().get_queryset(request).filter(agency=None)

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else self.prepopulated_fields

    def get_readonly_fields(self, request, obj=None):
        return ["slug"] if obj else []

    def has_delete_permission(self, request, obj=None):
        return obj is None or not _used("series", obj)
