"""The register in Django's admin: to be read. Documents change through the portal's own pages."""

from django.contrib import admin

from .models import DocumentLink, DocumentType, OfficialDocument


class ReadOnly:
    """Seen by administrators, changed by nobody here: the actions write the audit log."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class LinkInline(ReadOnly, admin.TabularInline):
    model = DocumentLink
    fk_name = "source"
    extra = 0
    fields = ["kind", "target"]


@admin.register(OfficialDocument)
class OfficialDocumentAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["__str__", "issuer", "type", "issued_on", "scope_key", "title"]
    list_filter = ["kind", "type"]
    list_select_related = ["issuer", "type"]
    search_fields = ["symbol", "canonical", "title"]
    date_hierarchy = "issued_on"
    inlines = [LinkInline]


@admin.register(DocumentType)
class DocumentTypeAdmin(admin.ModelAdmin):
    """Types are data: an administrator may add one; one in use cannot be deleted (PROTECT)."""

    list_display = ["name", "abbreviation", "family", "order"]
    list_filter = ["family"]
    ordering = ["family", "order"]
