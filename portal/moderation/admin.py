from django.contrib import admin

from portal.moderation.models import Decision, ReasonCode


@admin.register(ReasonCode)
class ReasonCodeAdmin(admin.ModelAdmin):
    """Reasons are data. One that was given once is put out of use, not deleted."""

    list_display = ["label", "code", "outcome", "two_people", "order", "active"]
    ordering = ["order", "code"]

    def get_readonly_fields(self, request, obj=None):
        return ["code"] if obj else []

    def has_delete_permission(self, request, obj=None):
        return obj is None or not Decision.objects.filter(reasons__contains=[obj.code]).exists()
