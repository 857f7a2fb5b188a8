"""Agencies over time. Names, parent edges and memberships carry validity; today is a projection.

A validity is a half-open range of dates `[from, to)`; an open upper end means "until further
notice". Overlaps are excluded by the database; ids are cast to ranges so that GiST needs no
extension.
"""

import uuid

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node

from portal.common.fulltext import TitleWordsField, WordlessManager, WordsField
from portal.common.sqltext import SortKeyField


def as_range(field):
    """An id (or small number) as a one-element int8range, for exclusion without btree_gist."""
    number = Cast(F(field), models.BigIntegerField())
    return Func(number, number, Value("[]"), function="int8range")


class Level(models.Model):
    """Cấp: data, because reorganisations add and abolish levels. A lower `order` is higher up."""

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(_("Tên cấp"), max_length=120)
    order = models.IntegerField(_("Thứ tự"), default=0)

    class Meta:
        verbose_name = _("Cấp")
        verbose_name_plural = _("Cấp")
        ordering = ["order", "slug"]

    def __str__(self):
        return self.name


class Agency(models.Model):
    """Cơ quan, tổ chức: a Party unit, state agency or mass organisation.

    `name`, `short_name`, `committee_name`, `parent` and `sort_key` are the projection of today,
    written only by `agencies.actions`; the truth is in AgencyName and AgencyEdge.
    """

    class Kind(models.TextChoices):
        PARTY = "party", _("Tổ chức đảng")
        STATE = "state", _("Cơ quan nhà nước")
        MASS = "mass", _("Mặt trận, đoàn thể")
        OTHER = "other", _("Tổ chức khác")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(max_length=80, unique=True)
    code = models.CharField(_("Mã, ký hiệu"), max_length=40, blank=True)
    kind = models.CharField(_("Loại"), max_length=8, choices=Kind.choices)
    level = models.ForeignKey(Level, on_delete=models.PROTECT, related_name="agencies")
    is_cell = models.BooleanField(_("Chi bộ"), default=False)
    protocol_no = models.IntegerField(_("Thứ tự văn bản"), default=1000)
    valid = DateRangeField(_("Thời gian hoạt động"))
    # Declared by the unit; accounts that happen to exist here are never counted instead.
    member_count = models.PositiveIntegerField(_("Số đảng viên"), null=True, blank=True)
    about = models.TextField(_("Giới thiệu"), blank=True)
    address = models.CharField(_("Địa chỉ"), max_length=200, blank=True)
    phone = models.CharField(_("Điện thoại"), max_length=40, blank=True)
    # Of a body outside the Party tree: the Party organisation that may hand it tasks. Named by the
    # body itself, so nobody reaches into another's tree by their own word.
    led_by = models.ForeignKey(
        "self",
        verbose_name=_("Cấp ủy lãnh đạo"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="leads",
    )
    lock_version = models.PositiveIntegerField(default=0)
    # the projection of today
    name = models.CharField(_("Tên"), max_length=200)
    short_name = models.CharField(_("Tên ngắn"), max_length=80, blank=True)
    committee_name = models.CharField(_("Cấp ủy"), max_length=200, blank=True)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("Cấp trên trực tiếp"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
    )
    # who looks after what an agency left that has ended; written when its succession takes effect
    heir = models.ForeignKey(
        "self",
        verbose_name=_("Nơi tiếp nhận"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="legacies",
    )
    sort_key = SortKeyField(max_length=600)
    search_words = WordsField("name", "short_name", "code", "committee_name")
    search_title = TitleWordsField("name")

    objects = WordlessManager()

    class Meta:
        base_manager_name = "objects"
        verbose_name = _("Cơ quan, tổ chức")
        verbose_name_plural = _("Cơ quan, tổ chức")
        ordering = ["protocol_no", "sort_key", "id"]
        indexes = [GinIndex("search_words", name="agencies_agency_words")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(valid__isempty=True), name="agencies_agency_valid_not_empty"
            ),
            models.CheckConstraint(
                condition=Q(led_by=None) | ~Q(led_by=F("id")),
                name="agencies_agency_not_led_by_itself",
            ),
        ]

    def __str__(self):
        return self.name


class AgencyName(models.Model):
    """The names of an agency in one stretch of time."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="names")
    name = models.CharField(_("Tên"), max_length=200)
    short_name = models.CharField(_("Tên ngắn"), max_length=80, blank=True)
    committee_name = models.CharField(_("Cấp ủy"), max_length=200, blank=True)
    sort_key = SortKeyField(max_length=600)
    valid = DateRangeField(_("Thời gian"))
    decision = models.CharField(_("Quyết định"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("Tên theo thời gian")
        verbose_name_plural = _("Tên theo thời gian")
        ordering = ["agency", "valid"]
        constraints = [
            ExclusionConstraint(
                name="agencies_name_no_overlap",
                expressions=[
                    (as_range("agency_id"), RangeOperators.OVERLAPS),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self):
        return self.name


class AgencySlug(models.Model):
    """An address an agency once had; it redirects and is never given to another agency."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="old_slugs")
    slug = models.SlugField(max_length=80, unique=True)

    class Meta:
        verbose_name = _("Địa chỉ cũ")
        verbose_name_plural = _("Địa chỉ cũ")

    def __str__(self):
        return self.slug


class AgencyEdge(models.Model):
    """Child under parent in one stretch of time; at most one parent on any day."""

    child = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="parent_edges")
    parent = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="child_edges")
    valid = DateRangeField(_("Thời gian"))
    decision = models.CharField(_("Quyết định"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("Quan hệ trực thuộc")
        verbose_name_plural = _("Quan hệ trực thuộc")
        constraints = [
            ExclusionConstraint(
                name="agencies_edge_one_parent",
                expressions=[
                    (as_range("child_id"), RangeOperators.OVERLAPS),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=~Q(child=F("parent")), name="agencies_edge_not_itself"
            ),
        ]

    def __str__(self):
        return f"{self.child_id} < {self.parent_id}"


class AgencyNode(MP_Node):
    """The tree of today, rebuilt from the edges by `agencies.actions.project_today`.

    The only place that stores a path; written under the advisory lock "agencies.tree".
    """

    agency = models.OneToOneField(Agency, on_delete=models.CASCADE, related_name="node")

    class Meta:
        verbose_name = _("Nút cây tổ chức")
        verbose_name_plural = _("Cây tổ chức hôm nay")

    def __str__(self):
        return self.path


class Succession(models.Model):
    """What became of an agency: merged, split, renamed, abolished.

    `applied_at` is when its open work was passed on, on the day itself or at the next run after;
    `heir` of a split says which of the targets looks after what is not shared out, `shares` what
    is: {registry name: {key: target id}}.
    """

    class Kind(models.TextChoices):
        MERGE = "merge", _("Hợp nhất, sáp nhập")
        SPLIT = "split", _("Chia, tách")
        RENAME = "rename", _("Đổi tên")
        ABOLISH = "abolish", _("Kết thúc hoạt động")

    source = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="successions")
    target = models.ForeignKey(
        Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="predecessions"
    )
    kind = models.CharField(_("Hình thức"), max_length=8, choices=Kind.choices)
    on = models.DateField(_("Từ ngày"))
    decision = models.CharField(_("Quyết định"), max_length=120, blank=True)
    heir = models.BooleanField(default=True)
    shares = models.JSONField(default=dict, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    applied_at = models.DateTimeField(null=True, db_index=True)

    class Meta:
        verbose_name = _("Kế tục")
        verbose_name_plural = _("Kế tục")
        ordering = ["-on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "target", "on"],
                name="agencies_succession_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(kind="abolish", target=None) | (~Q(kind="abolish") & ~Q(target=None)),
                name="agencies_succession_target",
            ),
        ]

    def __str__(self):
        return f"{self.source_id} -> {self.target_id} ({self.kind})"


class Role(models.IntegerChoices):
    """Working roles inside one agency; see `agencies.rules` for what each may do."""

    EDITOR = 1, _("Biên tập viên")
    APPROVER = 2, _("Người duyệt")
    STAFF = 3, _("Cán bộ theo dõi kế hoạch")
    SECRETARY = 4, _("Bí thư, người nhập liệu của chi bộ")
    RAPPORTEUR = 5, _("Người tổng hợp ý kiến")
    MODERATOR = 6, _("Người kiểm duyệt")
    ADMIN = 7, _("Quản trị cơ quan")
    MEMBER = 8, _("Thành viên")
    SUPERVISOR = 9, _("Theo dõi cấp dưới")


class Membership(models.Model):
    """A person holds a role in an agency for a stretch of time."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships"
    )
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="memberships")
    role = models.PositiveSmallIntegerField(_("Vai trò"), choices=Role.choices)
    valid = DateRangeField(_("Thời gian"))
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("Vai trò trong cơ quan")
        verbose_name_plural = _("Vai trò trong cơ quan")
        indexes = [
            models.Index(fields=["user", "role"], name="agencies_membership_user"),
            models.Index(fields=["agency", "role"], name="agencies_membership_agency"),
        ]
        constraints = [
            ExclusionConstraint(
                name="agencies_membership_no_overlap",
                expressions=[
                    (as_range("user_id"), RangeOperators.OVERLAPS),
                    (as_range("agency_id"), RangeOperators.OVERLAPS),
                    (as_range("role"), RangeOperators.OVERLAPS),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self):
        return f"{self.user_id} {self.get_role_display()} {self.agency_id}"


class Delegation(models.Model):
    """Ủy quyền: `to_user` acts in `giver`'s role at `agency` for a stretch of time ("thay mặt").

    It holds only while the giver holds the role.
    """

    giver = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="delegations_given"
    )
    to_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="delegations_held"
    )
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="delegations")
    role = models.PositiveSmallIntegerField(_("Vai trò"), choices=Role.choices)
    valid = DateRangeField(_("Thời gian"))
    decision = models.CharField(_("Quyết định, giấy ủy quyền"), max_length=200, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("Ủy quyền")
        verbose_name_plural = _("Ủy quyền")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(giver=F("to_user")), name="agencies_delegation_not_self"
            ),
            ExclusionConstraint(
                name="agencies_delegation_no_overlap",
                expressions=[
                    (as_range("giver_id"), RangeOperators.OVERLAPS),
                    (as_range("to_user_id"), RangeOperators.OVERLAPS),
                    (as_range("agency_id"), RangeOperators.OVERLAPS),
                    (as_range("role"), RangeOperators.OVERLAPS),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self):
        return f"{self.giver_id} -> {self.to_user_id} ({self.get_role_display()})"


class SheetImport(models.Model):
    """A list from Excel between its dry run and its being carried out: rows as they were read.

    `digest` is what the dry run said would happen; when that is another by the time somebody
    confirms, the tree or the plan has changed and the import is refused.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=40)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    params = models.JSONField(default=dict, blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    rows = models.JSONField(default=list)
    digest = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("Danh sách nhập từ Excel")
        verbose_name_plural = _("Danh sách nhập từ Excel")

    def __str__(self):
        return self.file_name or self.kind


class RoleRequest(models.Model):
    """A role that reads what members write: given by one administrator, valid once another agrees.

    It gives no right by itself; the Membership is made when it is confirmed.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Chờ xác nhận")
        CONFIRMED = "confirmed", _("Đã xác nhận")
        REFUSED = "refused", _("Không xác nhận")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="role_requests"
    )
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="role_requests")
    role = models.PositiveSmallIntegerField(_("Vai trò"), choices=Role.choices)
    valid = DateRangeField(_("Thời gian"))
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    requested_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("Vai trò chờ xác nhận")
        verbose_name_plural = _("Vai trò chờ xác nhận")
        ordering = ["requested_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "agency", "role"],
                condition=Q(state="waiting"),
                name="agencies_request_once",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None)
                | (~Q(decided_by=F("requested_by")) & ~Q(decided_by=F("user")))
                | Q(state="refused"),
                name="agencies_request_two_people",
            ),
        ]

    def __str__(self):
        return f"{self.user_id} {self.get_role_display()} {self.agency_id}"
