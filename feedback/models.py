"""Consultations, the ladder, opinions and the one guarded place that knows a person.

No table here holds a person and an opinion together, except `Identity`, whose row number is the
opinion's random id and whose contents are an HMAC and a ciphertext under a key of that consultation
which is not in this database (`feedback.keys`). Only the date is kept of when an opinion came.
"""

import secrets
import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from campaigns.models import Boundary
from documents.models import Block, Edition
from portal.agencies.models import Agency, Level


def random_id():
    """A random positive bigint: ids say nothing of the order in which rows were made."""
    return secrets.randbits(62) + 1


class RespondentGroup(models.Model):
    """Đối tượng góp ý: data; each consultation chooses its own list."""

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(_("Tên"), max_length=120)
    order = models.IntegerField(default=0)

    class Meta:
        verbose_name = _("Đối tượng góp ý")
        verbose_name_plural = _("Đối tượng góp ý")
        ordering = ["order", "id"]

    def __str__(self):
        return self.name


class Consultation(models.Model):
    """Đợt lấy ý kiến on one or several editions.

    Life cycle is stored (editing, announced, withdrawn); upcoming, open and closed are computed
    from the half-open instants of its two boundaries. `key_id` names the key of its identities.
    """

    class State(models.TextChoices):
        EDITING = "editing", _("Đang soạn")
        ANNOUNCED = "announced", _("Đã công bố")
        WITHDRAWN = "withdrawn", _("Đã hủy")

    class Mode(models.TextChoices):
        COLLECTED = "collected", _("Thu nhận ý kiến tại đây")
        POINTING = "pointing", _("Chỉ dẫn kênh cấp trên")

    class Audience(models.TextChoices):
        MEMBERS = "members", _("Thành viên các tổ chức trực thuộc")
        SIGNED_IN = "signed_in", _("Mọi người có tài khoản")

    class Policy(models.TextChoices):
        COUNTS = "counts", _("Chỉ công bố số lượng")
        MODERATED = "moderated", _("Công bố ý kiến sau kiểm duyệt")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    agency = models.ForeignKey(
        Agency, verbose_name=_("Cơ quan"), on_delete=models.PROTECT, related_name="consultations"
    )
    title = models.CharField(_("Tên đợt lấy ý kiến"), max_length=300)
    slug = models.SlugField(max_length=120)
    intro = models.TextField(_("Giới thiệu"), blank=True)
    mode = models.CharField(
        _("Cách thu nhận"), max_length=10, choices=Mode.choices, default=Mode.COLLECTED
    )
    external_url = models.URLField(_("Kênh của cấp trên"), blank=True)
    audience = models.CharField(
        _("Ai được góp ý"), max_length=10, choices=Audience.choices, default=Audience.MEMBERS
    )
    policy = models.CharField(
        _("Công bố"), max_length=10, choices=Policy.choices, default=Policy.COUNTS
    )
    opens = models.OneToOneField(
        Boundary, on_delete=models.PROTECT, related_name="consultation_opening"
    )
    closes = models.OneToOneField(
        Boundary, on_delete=models.PROTECT, related_name="consultation_closing"
    )
    reading_level = models.ForeignKey(
        Level, verbose_name=_("Cấp được đọc ý kiến"), on_delete=models.PROTECT, related_name="+"
    )
    reading_min_members = models.PositiveIntegerField(default=50)
    groups = models.ManyToManyField(RespondentGroup, blank=True, related_name="consultations")
    consent_text = models.TextField(_("Nội dung đồng ý xử lý dữ liệu"))
    consent_version = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State.choices, default=State.EDITING)
    key_id = models.CharField(max_length=40, blank=True, editable=False)
    key_destroyed_at = models.DateTimeField(null=True, editable=False)
    ladder_copied_at = models.DateTimeField(null=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    announced_at = models.DateTimeField(null=True)
    lock_version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("Đợt lấy ý kiến")
        verbose_name_plural = _("Đợt lấy ý kiến")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(opens=F("closes")), name="feedback_consultation_two_boundaries"
            ),
            models.CheckConstraint(
                condition=Q(reading_min_members__gte=1), name="feedback_consultation_reading_min"
            ),
            models.CheckConstraint(
                condition=Q(mode="collected") | ~Q(external_url=""),
                name="feedback_consultation_pointing_url",
            ),
        ]

    def __str__(self):
        return self.title


class ConsultationEdition(models.Model):
    """An edition that is open for opinions in a consultation."""

    consultation = models.ForeignKey(
        Consultation, on_delete=models.PROTECT, related_name="consultation_editions"
    )
    edition = models.ForeignKey(
        Edition, on_delete=models.PROTECT, related_name="consultation_editions"
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("Văn kiện lấy ý kiến")
        verbose_name_plural = _("Văn kiện lấy ý kiến")
        ordering = ["consultation", "position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "edition"], name="feedback_consultationedition_once"
            ),
        ]

    def __str__(self):
        return f"{self.consultation_id} {self.edition_id}"


class GuideQuestion(models.Model):
    """Câu hỏi gợi ý, for the whole document or below one heading."""

    consultation_edition = models.ForeignKey(
        ConsultationEdition, on_delete=models.CASCADE, related_name="questions"
    )
    block = models.ForeignKey(
        Block, on_delete=models.PROTECT, null=True, blank=True, related_name="questions"
    )
    position = models.PositiveSmallIntegerField(default=0)
    text = models.CharField(_("Câu hỏi"), max_length=500)

    class Meta:
        verbose_name = _("Câu hỏi gợi ý")
        verbose_name_plural = _("Câu hỏi gợi ý")
        ordering = ["consultation_edition", "position", "id"]

    def __str__(self):
        return self.text


class LadderNode(models.Model):
    """One unit on the ladder of a consultation, copied at opening.

    A later merger changes `handled_by`, never the edges, or numbers would stop reconciling.
    `members` is the number of people below the node when it was copied; `reads` says whether texts
    are read here (the reading level or above, and enough members); below it there are only counts.
    `reader` is the lowest node at or above this one that reads (route "unit"), `reader_above` the
    next one above that (route "direct"; the same one where there is none higher).
    """

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="nodes")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="ladder_nodes")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    handled_by = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="handled_nodes")
    name = models.CharField(max_length=200)
    depth = models.PositiveSmallIntegerField()
    position = models.PositiveIntegerField()
    members = models.PositiveIntegerField(default=0)
    reads = models.BooleanField(default=False)
    reader = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    reader_above = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("Nấc tổng hợp")
        verbose_name_plural = _("Thang tổng hợp")
        ordering = ["consultation", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "agency"], name="feedback_node_agency_once"
            ),
            models.UniqueConstraint(
                fields=["consultation"],
                condition=Q(parent=None),
                name="feedback_node_one_root",
            ),
            models.CheckConstraint(
                condition=~Q(parent=F("id")), name="feedback_node_not_its_parent"
            ),
        ]
        indexes = [models.Index(fields=["handled_by"], name="feedback_node_handled")]

    def __str__(self):
        return self.name


class Opinion(models.Model):
    """Ý kiến góp ý. Knows its place, its words and where it enters the ladder; never its author.

    `quote` is the passage as it stood when written about, kept for ever. `entry_node` is where it
    counts; `reading_node` is the lowest node whose rapporteur reads the words, by the author's
    choice of `route`. `submission_digest` makes a second sending of the same form harmless;
    `content_digest` tells a repeat from a forgery.
    """

    class Stance(models.TextChoices):
        AGREE = "agree", _("Tán thành")
        PARTLY = "partly", _("Đồng ý một phần")
        DISAGREE = "disagree", _("Không tán thành")

    class Channel(models.TextChoices):
        ONLINE = "online", _("Trực tuyến trên cổng")

    class Route(models.TextChoices):
        UNIT = "unit", _("Gửi qua đảng ủy cơ sở")
        DIRECT = "direct", _("Gửi thẳng cấp trên")

    class Naming(models.TextChoices):
        NAMED = "named", _("Nêu tên")
        UNNAMED = "unnamed", _("Không nêu tên")
        ANONYMOUS = "anonymous", _("Ẩn danh")

    class State(models.TextChoices):
        RECEIVED = "received", _("Đã tiếp nhận")
        WITHDRAWN = "withdrawn", _("Người gửi đã rút")

    id = models.BigIntegerField(primary_key=True, default=random_id, editable=False)
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    consultation = models.ForeignKey(
        Consultation, on_delete=models.PROTECT, related_name="opinions"
    )
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="opinions")
    block = models.ForeignKey(
        Block, on_delete=models.PROTECT, null=True, blank=True, related_name="opinions"
    )
    quote = models.TextField(blank=True)
    entry_node = models.ForeignKey(LadderNode, on_delete=models.PROTECT, related_name="entered")
    reading_node = models.ForeignKey(LadderNode, on_delete=models.PROTECT, related_name="read_here")
    route = models.CharField(max_length=8, choices=Route.choices)
    stance = models.CharField(_("Quan điểm"), max_length=8, choices=Stance.choices)
    text = models.TextField(_("Nội dung góp ý"), blank=True)
    reason = models.TextField(_("Lý do"), blank=True)
    proposed = models.TextField(_("Đề xuất sửa câu chữ"), blank=True)
    group = models.ForeignKey(
        RespondentGroup, on_delete=models.PROTECT, null=True, blank=True, related_name="opinions"
    )
    channel = models.CharField(max_length=8, choices=Channel.choices, default=Channel.ONLINE)
    naming = models.CharField(max_length=10, choices=Naming.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RECEIVED)
    submission_digest = models.BinaryField(max_length=32, unique=True)
    content_digest = models.BinaryField(max_length=32)
    receipt_hmac = models.BinaryField(max_length=32, unique=True)
    received_on = models.DateField()
    lock_version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("Ý kiến góp ý")
        verbose_name_plural = _("Ý kiến góp ý")
        indexes = [
            models.Index(fields=["block", "received_on", "id"], name="feedback_opinion_block"),
            models.Index(
                fields=["reading_node", "received_on", "id"], name="feedback_opinion_reading"
            ),
            models.Index(fields=["entry_node", "received_on", "id"], name="feedback_opinion_entry"),
            models.Index(fields=["consultation", "id"], name="feedback_opinion_consultation"),
        ]

    def __str__(self):
        return str(self.public_id)


class OpinionRevision(models.Model):
    """The words of an opinion before it was edited; only the day is kept."""

    opinion = models.ForeignKey(Opinion, on_delete=models.PROTECT, related_name="revisions")
    n = models.PositiveSmallIntegerField()
    stance = models.CharField(max_length=8, choices=Opinion.Stance.choices)
    text = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    proposed = models.TextField(blank=True)
    replaced_on = models.DateField()

    class Meta:
        verbose_name = _("Bản trước của ý kiến")
        verbose_name_plural = _("Các bản trước của ý kiến")
        ordering = ["opinion", "n"]
        constraints = [
            models.UniqueConstraint(fields=["opinion", "n"], name="feedback_revision_n"),
        ]

    def __str__(self):
        return f"{self.opinion_id} #{self.n}"


class Identity(models.Model):
    """The one guarded place. `lookup` is HMAC(key of the consultation, person); `ciphertext` holds
    the name only where the author chose to be named, else it is empty. Anonymous opinions have no
    row here at all.
    """

    opinion = models.OneToOneField(
        Opinion, on_delete=models.PROTECT, primary_key=True, related_name="identity"
    )
    key_id = models.CharField(max_length=40)
    lookup = models.BinaryField(max_length=32)
    ciphertext = models.BinaryField(blank=True, default=b"")

    class Meta:
        verbose_name = _("Danh tính")
        verbose_name_plural = _("Danh tính")
        indexes = [models.Index(fields=["lookup"], name="feedback_identity_lookup")]

    def __str__(self):
        return str(self.opinion_id)


class IdentityLook(models.Model):
    """Each look at a name: which reader, why, when. Shown to the author."""

    opinion = models.ForeignKey(Opinion, on_delete=models.PROTECT, related_name="looks")
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("Lý do"), max_length=300)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("Lượt xem danh tính")
        verbose_name_plural = _("Lượt xem danh tính")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="feedback_look_has_reason"),
        ]

    def __str__(self):
        return f"{self.opinion_id} {self.at:%Y-%m-%d}"


class Consent(models.Model):
    """Đồng ý xử lý dữ liệu cá nhân, held by the keyed token of a person in one consultation."""

    id = models.BigIntegerField(primary_key=True, default=random_id, editable=False)
    consultation = models.ForeignKey(
        Consultation, on_delete=models.PROTECT, related_name="consents"
    )
    lookup = models.BinaryField(max_length=32)
    version = models.PositiveSmallIntegerField()
    text_digest = models.CharField(max_length=64)
    given_on = models.DateField()
    withdrawn_on = models.DateField(null=True)

    class Meta:
        verbose_name = _("Đồng ý xử lý dữ liệu cá nhân")
        verbose_name_plural = _("Đồng ý xử lý dữ liệu cá nhân")
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "lookup", "version"], name="feedback_consent_once"
            ),
        ]

    def __str__(self):
        return str(self.pk)


class PublishedNumbers(models.Model):
    """Numbers shown to the public, as they stood at the end of the day before `day`.

    `subject` is "consultation:<id>" with {"all": n}, or "edition:<id>" with {block id: n}. Taken
    once a day and kept, so that no number tells that somebody just wrote or withdrew.
    """

    subject = models.CharField(max_length=40, primary_key=True)
    day = models.DateField()
    numbers = models.JSONField()

    class Meta:
        verbose_name = _("Số liệu công bố trong ngày")
        verbose_name_plural = _("Số liệu công bố trong ngày")

    def __str__(self):
        return f"{self.subject} {self.day}"
