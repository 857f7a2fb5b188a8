import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.common.uploads.models import Upload

__all__ = ["AuditEntry", "Job", "Upload"]


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


def result_name(job, filename):
    """Where the result of a job lies; a second attempt never overwrites the first."""
    ending = filename.rsplit(".", 1)[-1]
    return f"viec/{job.created_at:%Y/%m}/{job.public_id}-{job.attempts}.{ending}"


class Job(models.Model):
    """Long work that a person asked for: an export, a re-resolve (see `portal.common.jobs`).

    The row is the queue and the truth: what was asked, whether it runs, how it ended. `done` and
    `total` are written at the ends only; while it runs the numbers stand in the cache.
    `fingerprint` tells two requests for the same thing, of which only one is open at a time.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Chờ thực hiện")
        RUNNING = "running", _("Đang thực hiện")
        DONE = "done", _("Đã xong")
        FAILED = "failed", _("Không thực hiện được")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=80)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Người yêu cầu"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    title = models.CharField(_("Việc"), max_length=300)
    params = models.JSONField(default=dict)
    fingerprint = models.CharField(max_length=64, editable=False)
    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(null=True)
    note = models.CharField(_("Kết quả"), max_length=500, blank=True)
    error = models.CharField(_("Lý do"), max_length=500, blank=True)
    file = models.FileField(_("Tệp"), upload_to=result_name, max_length=200, blank=True)
    file_name = models.CharField(_("Tên tệp"), max_length=200, blank=True)
    content_type = models.CharField(max_length=100, blank=True)
    size = models.PositiveBigIntegerField(_("Dung lượng"), null=True)
    back_url = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(_("Yêu cầu lúc"))
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(_("Tệp giữ đến"), null=True)

    class Meta:
        verbose_name = _("Việc chạy nền")
        verbose_name_plural = _("Việc chạy nền")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["actor", "fingerprint"],
                condition=Q(state__in=["queued", "running"]),
                name="common_job_open_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(state__in=["queued", "running"], finished_at=None)
                | Q(state__in=["done", "failed"], finished_at__isnull=False),
                name="common_job_finished",
            ),
        ]
        indexes = [
            models.Index(fields=["actor", "-created_at"], name="common_job_actor"),
            models.Index(
                fields=["state"],
                condition=Q(state__in=["queued", "running"]),
                name="common_job_open",
            ),
            models.Index(fields=["expires_at"], condition=~Q(file=""), name="common_job_expires"),
        ]

    def __str__(self):
        return self.title

    @property
    def is_open(self):
        return self.state in {self.State.QUEUED, self.State.RUNNING}
