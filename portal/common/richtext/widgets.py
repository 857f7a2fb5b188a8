"""CKEditor 4 as a widget: the one place that knows its options."""

import copy

from ckeditor.widgets import CKEditorWidget
from django.forms import Media
from django.urls import reverse

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
    "image2_altRequired": True,
    "image2_disableResizer": True,
    "justifyClasses": ["text-left", "text-center", "text-right", "text-justify"],
    "linkShowAdvancedTab": False,
    "linkShowTargetTab": False,
    "removeDialogTabs": "image2:advanced;table:advanced;link:advanced;link:target;link:upload",
    "disallowedContent": "*{*}; img{width,height}",
    "stylesSet": False,
    "contentsCss": [],
    "customConfig": "",
    "resize_dir": "vertical",
    "width": "100%",
    "height": 420,
}


class RichTextWidget(CKEditorWidget):
    """Editor over a textarea; without JavaScript the textarea itself takes HTML or bare text."""

    def __init__(self, attrs=None, **overrides):
        super().__init__(template_name="common/_richtext_widget.html", attrs=attrs)
        self.config = {**copy.deepcopy(CONFIG), **overrides}

    @property
    def media(self):
        return super().media + Media(js=["js/editor.js"])

    def _set_config(self):
        address = reverse("uploads:image")
        self.config["filebrowserUploadUrl"] = self.config["imageUploadUrl"] = address
        self.config["filebrowserUploadMethod"] = "xhr"

    def format_value(self, value):
        # Old and imported HTML is made safe before the editor parses it.
        return sanitize(value) if value else ""
