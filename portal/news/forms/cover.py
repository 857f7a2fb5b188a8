"""The picture at the head of an article or a chuyên trang, in the forms that have one."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.common.errors import Refused
from portal.common.uploads.actions import store_image

ALT_HELP = _("Nêu điều thấy trong ảnh, cho người không xem được ảnh.")


def cover_file_field(label):
    return forms.FileField(
        label=label,
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/gif"}),
        help_text=_("JPEG, PNG hoặc WebP, nhiều nhất 10 MB. Nên rộng từ 1.200 điểm ảnh."),
    )


class WithCover:
    """Mixin of a form with the fields `cover_file`, `cover` (hidden), `cover_remove`, `cover_alt`.

    A picture sent with the form is kept at once, whatever else is wrong with the form: the browser
    cannot fill a file field a second time, so the hidden field `cover` remembers it. The form sets
    `actor` and `uploads_to` (the Agency that gets the picture) and calls `settle_cover` in `clean`.
    """

    kept_cover = None

    def clean_cover_file(self):
        file = self.cleaned_data["cover_file"]
        if file is None:
            return None
        try:
            return store_image(file, actor=self.actor, agency=self.uploads_to)
        except Refused as refused:
            raise forms.ValidationError(refused.message, code=refused.code) from refused

    def settle_cover(self, data):
        """Which picture it is now, in `data` and in the hidden field; with one, words for it."""
        cover = data.get("cover_file") or data.get("cover")
        if data.get("cover_remove") and not data.get("cover_file"):
            cover = None
        self.kept_cover = data["cover"] = cover
        self.data = self.data.copy()
        self.data[self.add_prefix("cover")] = "" if cover is None else str(cover.pk)
        if cover is not None and not data.get("cover_alt") and "cover_alt" not in self.errors:
            self.add_error("cover_alt", forms.ValidationError(ALT_HELP, code="cover_alt"))

    @property
    def cover_shown(self):
        """The picture that belongs to the form as it stands, or None."""
        if self.is_bound:
            self.errors  # noqa: B018  the picture is known once the form was looked at
            return self.kept_cover
        return self.initial.get("cover")
