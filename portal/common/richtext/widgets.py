"""CKEditor 4 as a widget: the one place that knows its options."""

import copy

from ckeditor.widgets import CKEditorWidget
from django.forms import Media
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .sanitize import sanitize

CONFIG = {
    "language": "vi",
    "defaultLanguage": "vi",
    "versionCheck": False,
    # divarea: the iframe mode does not run under our content policy.
    "extraPlugins": "divarea,image2,uploadimage",
    "removePlugins": (
        "elementspath,exportpdf,scayt,wsc,flash,iframe,forms,smiley,save,newpage,print,preview,"
        "templates,bidi,language,pagebreak,colorbutton,font,copyformatting,find,selectall,"
        "showblocks,div,magicline,about,sourcearea,easyimage,cloudservices,image"
    ),
    "toolbar": [
        ["Format"],
        ["Bold", "Italic", "Underline"],
        ["BulletedList", "NumberedList", "Blockquote"],
        ["JustifyLeft", "JustifyCenter"],
        ["Link", "Unlink"],
        ["Image", "Table", "SpecialChar"],
        ["PasteText", "RemoveFormat"],
        ["Undo", "Redo", "Maximize"],
    ],
    "format_tags": "p;h2;h3;h4",
    "entities": False,
    "basicEntities": True,
    "htmlEncodeOutput": False,
    "fillEmptyBlocks": False,
    "disableNativeSpellChecker": False,
    "image2_alignClasses": ["align-left", "align-center", "align-right"],
    "image2_captionedClass": "image",
    "image2_disableResizer": True,
    "justifyClasses": ["text-left", "text-center", "text-right", "text-justify"],
    "linkDefaultProtocol": "https://",
    "linkShowAdvancedTab": False,
    "linkShowTargetTab": False,
    "removeDialogTabs": "table:advanced;link:advanced;link:target;link:upload",
    "disallowedContent": "*{*}",
    "stylesSet": False,
    "contentsCss": [],
    "customConfig": "",
    "resize_dir": "vertical",
    "width": "100%",
    "height": 420,
}

# What static/js/editor.js says.
WORDS = {
    "choose": _("Chọn ảnh"),
    "kinds": _("JPEG, PNG, WebP hoặc GIF, đến 10 MB."),
    "sending": _("Đang tải ảnh lên…"),
    "sent": _("Đã tải lên: {name}"),
    "failed": _("Không tải được ảnh. Hãy kiểm tra đường truyền rồi chọn lại."),
    "noPicture": _("Hãy chọn một ảnh."),
    "alt": _("Chữ thay thế: nêu điều thấy trong ảnh"),
    "noAlt": _("Hãy nêu điều thấy trong ảnh, cho người không xem được ảnh."),
    # Words that CKEditor's Vietnamese leaves in English.
    "lang": {
        "format": {
            "tag_p": _("Đoạn văn"),
            "tag_h2": _("Tiêu đề mục"),
            "tag_h3": _("Tiêu đề tiểu mục"),
            "tag_h4": _("Tiêu đề ý"),
        },
        "link": {
            "displayText": _("Chữ hiển thị"),
            "toPhone": _("Số điện thoại"),
            "phoneNumber": _("Số điện thoại"),
            "noTel": _("Hãy nhập số điện thoại."),
        },
    },
    "count": _("{words} chữ, đọc khoảng {minutes} phút"),
}


class RichTextWidget(CKEditorWidget):
    """Editor over a textarea; without JavaScript the textarea itself takes HTML or bare text.

    Args:
        formats: {"tag_<name>": label} of block formats in addition to paragraphs and headings.
        overrides: options of CKEditor in place of those in `CONFIG`.
    """

    def __init__(self, attrs=None, *, formats=None, **overrides):
        super().__init__(template_name="common/_richtext_widget.html", attrs=attrs)
        self.formats = formats or {}
        self.config = {**copy.deepcopy(CONFIG), **overrides}

    @property
    def media(self):
        # One list, not a sum: adding two Media may put our script before CKEditor.
        theirs = super().media
        return Media(
            css={"all": [*theirs._css_lists[0]["all"], "css/editor.css"]},
            js=[*theirs._js_lists[0], "js/editor.js"],
        )

    def _set_config(self):
        # Pictures that are pasted or dropped; chosen ones go there through our own dialog.
        self.config["imageUploadUrl"] = reverse("uploads:image")
        words = WORDS["lang"]
        formats = {**words["format"], **self.formats}
        self.config["portal"] = {**WORDS, "lang": {**words, "format": formats}}

    def format_value(self, value):
        # Old and imported HTML is made safe before the editor parses it.
        return sanitize(value) if value else ""
