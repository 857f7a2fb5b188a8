from django.contrib import admin

from portal.agencies.models import Level


@admin.register(Level)
class LevelAdmin(admin.ModelAdmin):
    """Levels are data: a reorganisation adds one, renames one."""

    list_display = ["name", "slug", "order"]
    ordering = ["order"]

    def has_delete_permission(self, request, obj=None):
        return obj is None or not obj.agencies.exists()
