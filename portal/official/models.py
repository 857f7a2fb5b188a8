"""Register of official documents: symbols, issuers, dates and the links between documents."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.agencies.models import Agency
from portal.common.fulltext import words_vector
from portal.common.uploads.models import Upload


class DocumentType(models.Model):
    """Loại văn bản. Party "QĐ" is both Quyết định and Quy định: the abbreviation is not unique."""

    class Family(models.TextChoices):
        PARTY = "party", _("Văn bản của Đảng")
        STATE = "state", _("Văn bản của Nhà nước")

    abbreviation = models.CharField(_("Chữ viết tắt"), max_length=10)
    name = models.CharField(_("Tên loại"), max_length=80)
    family = models.CharField(_("Hệ thống"), max_length=8, choices=Family.choices)
    order = models.IntegerField(default=0)

    class Meta:
        verbose_name = _("Loại văn bản")
        verbose_name_plural = _("Loại văn bản")
        ordering = ["family", "order", "name"]
        constraints = [
            models.UniqueConstraint(fields=["family", "name"], name="official_type_name"),
        ]

    def __str__(self):
        return self.name


#: What the search finds a document by its symbol with.
SYMBOL_WORDS = words_vector("symbol")

#: What it is found by in the register: "5-KH/TU" is canonically 05-KH/TU, so both are there.
DOCUMENT_WORDS = words_vector("symbol", "canonical", "title")


class OfficialDocument(models.Model):
    """Văn bản. Symbol and date are optional: some plans are known only from a report.

    `symbol` is the raw text as found; the parsed parts stand beside it. Unique where parsed:
    issuer + type + number + scope (term for the Party, year for the state).

    `kept_by` is the agency that entered it and may mend it beside the issuer; one that is not
    public is for their offices and those above. A removed one waits 30 days in "Đã xóa".
    """

    issuer = models.ForeignKey(
        Agency,
        verbose_name=_("Cơ quan ban hành"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="official_documents",
    )
    issuer_name = models.CharField(_("Tên cơ quan ban hành"), max_length=200, blank=True)
    symbol = models.CharField(_("Số, ký hiệu"), max_length=80, blank=True)
    canonical = models.CharField(max_length=80, blank=True, editable=False)
    kind = models.CharField(max_length=12, blank=True, editable=False)
    number = models.PositiveIntegerField(null=True, editable=False)
    number_suffix = models.CharField(max_length=4, blank=True, editable=False)
    type_abbreviation = models.CharField(max_length=10, blank=True, editable=False)
    issuer_code = models.CharField(max_length=40, blank=True, editable=False)
    scope_key = models.CharField(max_length=20, blank=True, editable=False)
    type = models.ForeignKey(
        DocumentType,
        verbose_name=_("Loại văn bản"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    issued_on = models.DateField(_("Ngày ban hành"), null=True, blank=True)
    title = models.CharField(_("Trích yếu"), max_length=500, blank=True)
    signer = models.CharField(_("Người ký"), max_length=120, blank=True)
    signer_position = models.CharField(_("Chức vụ"), max_length=120, blank=True)
    recipients = models.TextField(_("Nơi nhận"), blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    lock_version = models.PositiveIntegerField(default=0)
    kept_by = models.ForeignKey(
        Agency,
        verbose_name=_("Cơ quan ghi vào sổ"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="kept_documents",
    )
    is_public = models.BooleanField(_("Công bố"), default=True)
    removed_at = models.DateTimeField(_("Xóa lúc"), null=True, editable=False)

    class Meta:
        verbose_name = _("Văn bản")
        verbose_name_plural = _("Văn bản")
        ordering = ["-issued_on", "-id"]
        indexes = [
            models.Index(fields=["canonical"], name="official_doc_canonical"),
            models.Index(fields=["-issued_on", "-id"], name="official_doc_newest"),
            GinIndex(SYMBOL_WORDS, name="official_doc_symbol_words"),
            GinIndex(DOCUMENT_WORDS, name="official_doc_words"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "issuer",
                    "type_abbreviation",
                    "issuer_code",
                    "number",
                    "number_suffix",
                    "scope_key",
                ],
                condition=Q(number__isnull=False, issuer__isnull=False, removed_at=None),
                name="official_doc_symbol",
            ),
        ]

    def __str__(self):
        return self.symbol or self.title or _("Văn bản không số")

    @property
    def label(self):
        """What it is called in a list: type and symbol, else its title. Reads `type`."""
        if not self.symbol:
            return str(self)
        return f"{self.type.name} {self.symbol}" if self.type_id else self.symbol

    @property
    def issuer_label(self):
        """Who issued it, as the paper says; else the agency's name of today; '' if not known."""
        if self.issuer_name or self.issuer_id is None:
            return self.issuer_name
        return self.issuer.name


class DocumentLink(models.Model):
    """`source` stands on, carries out, replaces or amends `target`."""

    class Kind(models.TextChoices):
        BASIS = "basis", _("Căn cứ")
        IMPLEMENTS = "implements", _("Thực hiện")
        REPLACES = "replaces", _("Thay thế")
        AMENDS = "amends", _("Sửa đổi, bổ sung")

    source = models.ForeignKey(OfficialDocument, on_delete=models.PROTECT, related_name="links_out")
    target = models.ForeignKey(OfficialDocument, on_delete=models.PROTECT, related_name="links_in")
    kind = models.CharField(_("Quan hệ"), max_length=12, choices=Kind.choices)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("Liên kết văn bản")
        verbose_name_plural = _("Liên kết văn bản")
        ordering = ["source", "kind", "position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["source", "target", "kind"], name="official_link_once"),
            models.CheckConstraint(
                condition=~Q(source=F("target")), name="official_link_not_itself"
            ),
        ]

    def __str__(self):
        return f"{self.source_id} {self.kind} {self.target_id}"


class SignedCopy(models.Model):
    """Bản ký: a signed PDF of a document, byte for byte. The newest is in force; none is erased.

    The SHA-256 of the Upload is shown, so that anybody can compare.
    """

    document = models.ForeignKey(
        OfficialDocument, on_delete=models.PROTECT, related_name="signed_copies"
    )
    n = models.PositiveIntegerField()
    upload = models.ForeignKey(Upload, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(_("Lý do thay"), max_length=300, blank=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("Bản ký")
        verbose_name_plural = _("Bản ký")
        ordering = ["document", "n"]
        constraints = [
            models.UniqueConstraint(fields=["document", "n"], name="official_signed_copy_n"),
        ]

    def __str__(self):
        return f"{self.document_id} #{self.n}"


class RegisterImport(models.Model):
    """A list from Excel that was put into the register: what it did, so that it can be undone.

    `changes` has one entry for each document: {"id", "new", "version", "before", "links"}: the
    lock_version it had afterwards, the values before, the links that were added.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField(auto_now_add=True)
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    changes = models.JSONField(default=list)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("Lần nhập văn bản từ Excel")
        verbose_name_plural = _("Lần nhập văn bản từ Excel")
        ordering = ["-made_at", "-id"]

    def __str__(self):
        return self.file_name


class PaperApproval(models.Model):
    """Phê duyệt trên giấy: where an office has no second person, a signature on paper approves.

    The subject is named by kind and id, so that plans, articles and drafts can use it; its own row
    keeps the way back. The scan is required.
    """

    class Act(models.TextChoices):
        ISSUE = "issue", _("Ban hành")
        AMEND = "amend", _("Sửa đổi")
        PUBLISH = "publish", _("Đăng")

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="paper_approvals")
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=40)
    subject_label = models.CharField(max_length=300)
    act = models.CharField(_("Việc được duyệt"), max_length=10, choices=Act.choices)
    signer = models.CharField(_("Người ký"), max_length=120)
    position = models.CharField(_("Chức vụ"), max_length=120)
    number = models.CharField(_("Số"), max_length=80)
    signed_on = models.DateField(_("Ngày ký"))
    scan = models.ForeignKey(Upload, on_delete=models.PROTECT, related_name="+")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("Phê duyệt trên giấy")
        verbose_name_plural = _("Phê duyệt trên giấy")
        ordering = ["-recorded_at", "-id"]
        indexes = [
            models.Index(fields=["subject_kind", "subject_id"], name="official_approval_subject")
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(signer="") & ~Q(position="") & ~Q(number=""),
                name="official_approval_complete",
            ),
        ]

    def __str__(self):
        return self.subject_label
