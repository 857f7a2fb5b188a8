from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.common.uploads.models import Upload

__all__ = ["AuditEntry", "Upload"]


class AuditEntry(models.Model):
    """Who did what to which object when; append-only: a trigger refuses UPDATE and DELETE.

    `agency_id` is a plain number because this app knows nothing of agencies. Verbs of feedback
    write rows without actor and text together (DESIGN section 5): `audit.record` sees to it.
    """

    at = models.DateTimeField(_("Thời điểm"), auto_now_add=True, db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Người thực hiện"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Thay mặt"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    verb = models.CharField(_("Việc"), max_length=64)
    object_kind = models.CharField(_("Loại đối tượng"), max_length=64)
    object_id = models.CharField(_("Mã đối tượng"), max_length=64)
    object_label = models.CharField(_("Đối tượng"), max_length=300, blank=True)
    agency_id = models.BigIntegerField(_("Cơ quan"), null=True)
    changes = models.JSONField(_("Thay đổi"), default=dict)
    request_id = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("Nhật ký hệ thống")
        verbose_name_plural = _("Nhật ký hệ thống")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["object_kind", "object_id"], name="common_audit_object"),
            models.Index(fields=["actor", "-id"], name="common_audit_actor"),
            models.Index(fields=["agency_id", "-id"], name="common_audit_agency"),
        ]

    def __str__(self):
        return f"{self.verb} {self.object_kind} {self.object_id}"
