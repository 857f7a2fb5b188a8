"""Django's admin at /quan-tri/: for portal administrators, mostly to look.

Agencies, people and roles are managed in the portal itself, where the verbs and the audit log are;
here nothing of them is written. Rows of feedback are never registered.
"""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.models import Group
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.common.models import AuditEntry

admin.site.site_header = admin.site.site_title = _("Quản trị cổng")
admin.site.index_title = _("Danh mục")


def _sign_in(request, extra_context=None):
    """Signing in goes through the portal's own page, with its locks and two-step sign-in."""
    if request.user.is_authenticated:
        raise PermissionDenied
    return redirect_to_login(request.GET.get("next") or reverse("admin:index"))


admin.site.login = _sign_in
admin.site.has_permission = lambda request: request.user.is_active and request.user.is_superuser

for model in (Group, EmailAddress, Authenticator):
    if admin.site.is_registered(model):
        admin.site.unregister(model)


class LookOnly:
    """Nothing is added, changed or deleted here."""

    def has_add_permission(self, request, *args):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(User)
class UserAdmin(LookOnly, admin.ModelAdmin):
    list_display = ["username", "full_name", "is_active", "is_superuser", "last_login"]
    list_filter = ["is_active", "is_superuser"]
    search_fields = ["username", "full_name"]
    fields = ["username", "full_name", "is_active", "is_superuser", "date_joined", "last_login"]


@admin.register(Authenticator)
class AuthenticatorAdmin(LookOnly, admin.ModelAdmin):
    """For a person who lost phone and recovery codes: the second step is taken away here."""

    list_display = ["user", "type", "created_at", "last_used_at"]
    search_fields = ["user__username", "user__full_name"]
    fields = ["user", "type", "created_at", "last_used_at"]

    def has_delete_permission(self, request, obj=None):
        return True


@admin.register(AuditEntry)
class AuditEntryAdmin(LookOnly, admin.ModelAdmin):
    list_display = ["at", "actor", "verb", "object_kind", "object_label"]
    list_select_related = ["actor"]
    show_full_result_count = False
