"""The part of the editor's form for what goes with a text: gallery, attachments, videos.

Rows travel as plain fields `kem-<n>-<name>`, their number as `kem-so`. Files sent with the form are
kept at once and become rows, whatever else is wrong with the form: a browser cannot fill a file
field a second time.
"""

from dataclasses import dataclass

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.forms.utils import ErrorDict
from django.utils.functional import lazy
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from portal.common.errors import Refused
from portal.common.forms import Form
from portal.common.uploads import videos
from portal.common.uploads.actions import store_file, store_image, store_video
from portal.common.uploads.models import Upload
from portal.news import video
from portal.news.actions.items import MOST, UNSET, ItemInput, items_as_given
from portal.news.models import ArticleItem

Kind = ArticleItem.Kind
COUNT = "kem-so"
#: Rows beyond this were not made by our page.
MOST_ROWS = sum(MOST.values()) + 10

FIELDS = ("kind", "upload", "provider", "ref", "title", "alt", "caption", "credit")


def prefix_of(n):
    return f"kem-{n}"


def _limit(name):
    return ArticleItem._meta.get_field(name).max_length


class ItemForm(Form):
    """One row. `upload` is set by whoever made it; None for an embedded video."""

    kind = forms.ChoiceField(choices=Kind.choices, widget=forms.HiddenInput)
    upload = forms.UUIDField(required=False, widget=forms.HiddenInput)
    provider = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    ref = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)
    title = forms.CharField(label=_("Tên hiện ra"), required=False, max_length=_limit("title"))
    alt = forms.CharField(label=_("Chữ thay thế"), required=False, max_length=_limit("alt"))
    caption = forms.CharField(label=_("Chú thích"), required=False, max_length=_limit("caption"))
    credit = forms.CharField(label=_("Nguồn"), required=False, max_length=_limit("credit"))
    order = forms.IntegerField(label=_("Thứ tự"), required=False, min_value=1, max_value=999)
    remove = forms.BooleanField(label=_("Bỏ"), required=False)

    def __init__(self, *args, state, upload, **kwargs):
        self.state, self.stored = state, upload
        super().__init__(*args, **kwargs)
        self.fields["alt"].required = state["kind"] == Kind.IMAGE
        self.fields["alt"].error_messages["required"] = _g(
            "Nêu điều thấy trong ảnh, cho người không xem được ảnh."
        )

    @property
    def name(self):
        """What the row is called among the others."""
        if self.stored is not None:
            return self.stored.original_name
        return video.watch_url(self.state["provider"], self.state["ref"])

    @property
    def provider_name(self):
        return video.name_of(self.state["provider"]) if self.stored is None else ""

    def item(self):
        """The row as the actions take it."""
        given = {name: self.cleaned_data[name] for name in FIELDS if name != "upload"}
        return ItemInput(upload=self.stored, **given)


class _Files(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files in one control; a list, empty when none was chosen."""

    widget = _Files

    def clean(self, data, initial=None):
        given = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(one, initial) for one in given if one]


def _picture_help():
    return _g("JPEG, PNG hoặc WebP, mỗi ảnh đến 10 MB, nhiều nhất {most} ảnh một bài.").format(
        most=MOST[Kind.IMAGE]
    )


def _video_help():
    return _g("MP4 (H.264) hoặc WebM, đến {most} MB.").format(most=settings.VIDEO_MAX_MB)


def _address_help():
    names = ", ".join(provider.name for provider in video.allowed())
    return _g("{names}. Người đọc chỉ thấy video sau khi đồng ý tải từ trang đó.").format(
        names=names
    )


class NewItems(Form):
    """Files and an address that become rows; also what a page with scripts sends at once."""

    new_images = FilesField(
        label=_("Thêm ảnh"),
        required=False,
        widget=_Files(attrs={"accept": "image/jpeg,image/png,image/webp,image/gif"}),
        help_text=lazy(_picture_help, str)(),
    )
    new_files = FilesField(
        label=_("Thêm tệp"),
        required=False,
        widget=_Files(attrs={"accept": ".pdf,.docx,.xlsx"}),
        help_text=_("PDF, Word (.docx) hoặc Excel (.xlsx), mỗi tệp đến 25 MB."),
    )
    new_video = forms.FileField(
        label=_("Tải video lên"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": "video/mp4,video/webm"}),
        help_text=lazy(_video_help, str)(),
    )
    video_address = forms.CharField(
        label=_("Hoặc dán địa chỉ video"),
        required=False,
        max_length=500,
        help_text=lazy(_address_help, str)(),
    )


@dataclass(frozen=True)
class _Way:
    """How what was sent in one field becomes rows."""

    kind: str
    store: object


_WAYS = {
    "new_images": _Way(Kind.IMAGE, store_image),
    "new_files": _Way(Kind.FILE, store_file),
    "new_video": _Way(Kind.VIDEO, store_video),
}


def keep_new(data, *, actor, agency, room):
    """([(state, Upload or None)], {field: [sentence]}) of what was sent; good files are kept.

    Args:
        data: cleaned data of `NewItems`.
        room: {kind: how many more the article may have}; counted down.
    """
    rows, errors = [], {}
    for field, way in _WAYS.items():
        given = data.get(field) or []
        for file in given if isinstance(given, list) else [given]:
            if room[way.kind] <= 0:
                errors.setdefault(field, []).append(_full(way.kind, file.name))
                continue
            try:
                upload = way.store(file, actor=actor, agency=agency)
            except Refused as refused:
                errors.setdefault(field, []).append(f"{file.name}: {refused.message}")
                continue
            room[way.kind] -= 1
            rows.append((_state(kind=way.kind, upload=str(upload.pk)), upload))
    address = data.get("video_address")
    if address:
        found = video.recognise(address)
        if found is None:
            errors["video_address"] = [_unknown_address()]
        elif room[Kind.VIDEO] <= 0:
            errors["video_address"] = [_full(Kind.VIDEO, address)]
        else:
            room[Kind.VIDEO] -= 1
            rows.append((_state(kind=Kind.VIDEO, provider=found[0], ref=found[1]), None))
    return rows, errors


def _state(**given):
    return {**dict.fromkeys(FIELDS, ""), **{name: str(value) for name, value in given.items()}}


def _full(kind, name):
    return _g("{name}: không nhận thêm, một bài có nhiều nhất {most}.").format(
        name=name, most=MOST[kind]
    )


def _unknown_address():
    names = ", ".join(provider.name for provider in video.allowed())
    return _g(
        "Địa chỉ này không phải trang của một video ở {names}. Hãy mở video đó, chép địa chỉ trên "
        "thanh địa chỉ rồi dán lại, hoặc tải video lên đây."
    ).format(names=names)


class WithItems(NewItems):
    """Mixin of the editor's form: `item_rows` to show, `items` for the actions.

    The form sets `agency`, `actor` and `article` before `super().__init__` and calls
    `clean_items()` in its `clean`.
    """

    @property
    def item_rows(self):
        """The ItemForms, by kind and in their order."""
        if self.is_bound:
            self.errors  # noqa: B018  rows are known once the form was looked at
        elif not hasattr(self, "_rows"):
            given = [] if self.article is None else items_as_given(self.article.working)
            places = dict.fromkeys(Kind.values, 0)
            self._rows = []
            for n, item in enumerate(given):
                places[item.kind] += 1
                state = {name: getattr(item, name) for name in FIELDS}
                state["upload"] = "" if item.upload is None else str(item.upload.pk)
                self._rows.append(
                    ItemForm(
                        initial={**state, "order": places[item.kind]},
                        prefix=prefix_of(n),
                        state=state,
                        upload=item.upload,
                    )
                )
        return self._rows

    @property
    def most_video_bytes(self):
        """The page does not send a larger one only to hear that it is too large."""
        return videos.max_bytes()

    @property
    def image_rows(self):
        return self._of(Kind.IMAGE)

    @property
    def file_rows(self):
        return self._of(Kind.FILE)

    @property
    def video_rows(self):
        return self._of(Kind.VIDEO)

    def _of(self, kind):
        return [row for row in self.item_rows if row.state["kind"] == kind]

    @property
    def items(self):
        """ItemInputs for the actions, of a valid form; UNSET when it came without its rows."""
        if not self._with_rows and not self._rows:
            return UNSET
        return [row.item() for row in self._rows]

    def clean_items(self):
        """Keep what was sent, drop what was taken out, check the rest."""
        self._with_rows = COUNT in self.data
        rows = self._sent_rows()
        room = {
            kind: most - sum(s["kind"] == kind for s, _u in rows) for kind, most in MOST.items()
        }
        new, errors = keep_new(self.cleaned_data, actor=self.actor, agency=self.agency, room=room)
        for field, sentences in errors.items():
            self.add_error(field, ValidationError(sentences))
        self._write(rows + new)
        wrong = sum(not row.is_valid() for row in self._rows)
        if wrong:
            self.add_error(
                None,
                ValidationError(
                    _g("Phần kèm bài: còn {n} ảnh, tệp hoặc video cần sửa.").format(n=wrong),
                    code="items",
                ),
            )

    def _sent_rows(self):
        """[(state, Upload or None)] in the order wished for, without those taken out."""
        try:
            count = min(int(self.data.get(COUNT) or 0), MOST_ROWS)
        except ValueError:
            count = 0
        sent = []
        for n in range(count):
            prefix = prefix_of(n)
            state = {name: self.data.get(f"{prefix}-{name}", "") for name in FIELDS}
            if state["kind"] not in Kind.values or self.data.get(f"{prefix}-remove"):
                continue
            order = self.data.get(f"{prefix}-order", "")
            place = int(order) if order.isascii() and order.isdigit() and len(order) < 5 else 9999
            sent.append((place, state))
        sent.sort(key=lambda row: row[0])
        stored = self._stored({state["upload"] for _place, state in sent} - {""})
        rows, lost = [], 0
        for _place, state in sent:
            upload = stored.get(state["upload"])
            if upload is not None or video.is_known(state["provider"], state["ref"]):
                rows.append((state, upload))
            else:
                lost += 1
        if lost:
            self.add_error(
                None,
                ValidationError(
                    _g("{n} ảnh, tệp hoặc video không còn trên máy chủ. Hãy tải lên lại.").format(
                        n=lost
                    ),
                    code="lost",
                ),
            )
        return rows

    def _stored(self, ids):
        """{id as text: Upload} of those that belong to the agency or came with the article."""
        ids = [pk for pk in ids if _is_uuid(pk)]
        if not ids:
            return {}
        mine = Q(agency_id=self.agency.pk)
        if self.article is not None:
            with_it = ArticleItem.objects.filter(revision__article=self.article.pk)
            mine |= Q(pk__in=with_it.values("upload"))
        return {str(upload.pk): upload for upload in Upload.objects.filter(mine, pk__in=ids)}

    def _write(self, rows):
        """Number the rows anew, in the data of the form as well: that is what is shown again."""
        self.data = self.data.copy()
        self._rows, places = [], dict.fromkeys(Kind.values, 0)
        for n, (state, upload) in enumerate(rows):
            prefix = prefix_of(n)
            places[state["kind"]] += 1
            for name, value in {**state, "order": str(places[state["kind"]])}.items():
                self.data[f"{prefix}-{name}"] = value
            self.data.pop(f"{prefix}-remove", None)
            self._rows.append(ItemForm(self.data, prefix=prefix, state=state, upload=upload))
        self.data[COUNT] = str(len(rows))
        self.data["video_address"] = (
            self.data.get("video_address", "") if "video_address" in self.errors_so_far else ""
        )

    @property
    def errors_so_far(self):
        return self._errors or {}

    def forget_errors(self):
        """Show the form as it stands, without what is still missing: it was not meant to be kept.

        Files and addresses that were refused keep their sentence.
        """
        refused = {name: self.errors[name] for name in NewItems.base_fields if name in self.errors}
        self._errors = ErrorDict(refused)
        for row in self._rows:
            row.full_clean()
            row._errors = ErrorDict()


def _is_uuid(text):
    try:
        forms.UUIDField().clean(text)
    except ValidationError:
        return False
    return True
