"""What HTML of an editor, a Word file or an attacker may become: a short list, all else goes.

CKEditor's own filter is no sanitiser, and what is stored is printed as it is, so this module is
the only gate. nh3 (ammonia, a real HTML5 parser) does the parsing; the rules below decide.
"""

import re
from functools import lru_cache
from html import unescape
from html.parser import HTMLParser

import nh3
from django.conf import settings
from django.utils.html import escape

from portal.common import text

ID_PREFIX = "nd-"  # "nội dung": ids of the text never meet ids of the page

TAGS = {
    "p", "br", "hr", "h2", "h3", "h4", "strong", "b", "em", "i", "u", "s", "sub", "sup",
    "blockquote", "ul", "ol", "li", "a", "img", "figure", "figcaption", "div",
    "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td",
}  # fmt: skip
# Gone with all they hold; of other unknown tags the text stays.
DROPPED = {
    "script", "style", "template", "noscript", "iframe", "object", "embed", "applet", "svg", "math",
    "form", "select", "textarea", "title", "head", "audio", "video", "noembed", "noframes", "xmp",
}  # fmt: skip

_ALIGN = {"text-left", "text-center", "text-right", "text-justify"}
CLASSES = {
    **dict.fromkeys(("h2", "h3", "h4", "li", "th", "td", "figcaption"), _ALIGN),
    "h4": _ALIGN | {f"level-{n}" for n in range(4, 11)},
    "p": _ALIGN | {"align-center", "footnote"} | {f"indent-{n}" for n in range(1, 10)},
    "strong": {"number"},
    "sup": {"note"},
    "div": {"align-center"},
    "img": {"align-left", "align-center", "align-right"},
    "figure": {"image", "align-left", "align-center", "align-right"},
}
_ID = {"id"}
ATTRIBUTES = {
    "a": _ID | {"href", "title"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start"},
    "th": {"colspan", "rowspan", "scope"},
    "td": {"colspan", "rowspan"},
    "p": _ID, "h2": _ID, "h3": _ID, "h4": _ID, "li": _ID, "table": _ID, "figure": _ID,
}  # fmt: skip
SCHEMES = {"http", "https", "mailto", "tel"}

_NUMBER = re.compile(r"[1-9]\d{0,3}")
_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_IGNORED_IN_URL = re.compile(r"[\x00-\x20\x7f-\xa0\u1680\u2000-\u200f\u2028-\u202f\u2060\ufeff]")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):")
_IMG = re.compile(r'<img(?P<attrs>(?:\s+[\w-]+="[^"]*")*)\s*/?>')
# What Word's classes leave behind; in nh3's output "<" stands in tags only.
_NO_CLASS = re.compile(r'(<[a-z0-9]+(?: [\w-]+="[^"]*")*) class=""')
_ATTR = re.compile(r'([\w-]+)="([^"]*)"')
_TAG = re.compile(r"<[A-Za-z/!?]")
_SLASHED = re.compile(r"([<>=])\u0338+")
# White space of the source between blocks; "<" and ">" in attributes are escaped by nh3.
_HOLDS = "[uo]l|li|table|thead|tbody|tfoot|tr|blockquote|figure|div"
_ENDS = f"p|h[234]|caption|td|th|figcaption|{_HOLDS}"
_BETWEEN = re.compile(rf"(</(?:{_ENDS})>|<(?:{_HOLDS})(?: [^<>]*)?>|<hr>)\s+(?=<)")
_EMPTY = re.compile(r"(?:\s|<br>)*")
_DATED = r"anh/\d{4}/\d{2}/[0-9a-f-]{36}(?:-(?:480|960))?\.(?:jpg|png|webp)"


@lru_cache(maxsize=4)
def _own_picture(media_url: str) -> re.Pattern:
    return re.compile(re.escape(media_url) + _DATED)


def _identifier(value: str) -> str | None:
    bare = value.removeprefix(ID_PREFIX)
    return ID_PREFIX + bare if _IDENTIFIER.fullmatch(bare) else None


def _href(value: str) -> str | None:
    """An address a link may have: http(s), mailto, tel, of this site, or within this text."""
    value = value.strip()
    seen = _IGNORED_IN_URL.sub("", value).replace("\\", "/")
    if seen != value:
        return None  # browsers and readers would disagree about it
    if value.startswith("#"):
        target = _identifier(value[1:])
        return f"#{target}" if target else None
    if value.startswith("/"):
        return None if value.startswith("//") else value
    scheme = _SCHEME.match(value)
    if not scheme or scheme[1].lower() not in SCHEMES:
        return None
    if scheme[1].lower() in ("http", "https") and not re.match(r"https?://[^/?#]", value, re.I):
        return None
    return value


def _filter(tag: str, name: str, value: str) -> str | None:
    if name == "href":
        return _href(value)
    if name == "src":
        return value if _own_picture(settings.MEDIA_URL).fullmatch(value) else None
    if name == "id":
        return _identifier(value)
    if name in ("width", "height", "colspan", "rowspan", "start"):
        return value if _NUMBER.fullmatch(value) else None
    if name == "scope":
        return value if value in ("row", "col", "rowgroup", "colgroup") else None
    if name in ("alt", "title"):
        return text.one_line(value)
    return value


_cleaner = nh3.Cleaner(
    tags=TAGS,
    clean_content_tags=DROPPED,
    attributes=ATTRIBUTES,
    attribute_filter=_filter,
    allowed_classes=CLASSES,
    url_schemes=SCHEMES,
    link_rel="noopener noreferrer nofollow",
    strip_comments=True,
)


def _clean_text(html: str) -> str:
    # ">" with a combining stroke would become one letter in NFC and swallow the tag.
    return text.clean(_SLASHED.sub(r"\1", html))


def _without_strangers(html: str) -> str:
    """Pictures that lost their address go. nh3's output quotes every attribute."""
    return _IMG.sub(lambda m: m[0] if ' src="' in m["attrs"] else "", html)


def _pass(html: str) -> str:
    if not _TAG.search(html):
        html = _paragraphs(html.replace("<", "&lt;"))
    html = _cleaner.clean(_clean_text(html)).replace("&nbsp;", " ")
    html = _NO_CLASS.sub(r"\1", html)
    return _BETWEEN.sub(r"\1", _without_strangers(html))


def _without_empty_ends(html: str) -> str:
    """White space and empty paragraphs at both ends go; in time that grows with the length only."""
    begin, end = 0, len(html)
    while True:
        while begin < end and html[begin].isspace():
            begin += 1
        closes = html.find("</p>", begin, end) if html.startswith("<p>", begin, end) else -1
        if closes < 0 or not _EMPTY.fullmatch(html, begin + 3, closes):
            break
        begin = closes + 4
    while True:
        while end > begin and html[end - 1].isspace():
            end -= 1
        opens = html.rfind("<p>", begin, end) if html.endswith("</p>", begin, end) else -1
        if opens < 0 or not _EMPTY.fullmatch(html, opens + 3, end - 4):
            return html[begin:end]
        end = opens


@lru_cache(maxsize=32)  # form field, model field and widget ask for the same text in a row
def sanitize(html: str) -> str:
    """Safe, tidy HTML; text without any tag becomes paragraphs. Idempotent.

    Runs until nothing changes: character references may hold characters that only show after the
    first parse. Five rounds are more than any honest text needs; what still moves is printed as
    plain text.
    """
    if not html or not html.strip():
        return ""
    before = html
    for _round in range(5):
        after = _without_empty_ends(_pass(before))
        if after == before:
            return after
        before = after
    return _paragraphs(escape(plain(before)))


def _paragraphs(escaped: str) -> str:
    parts = re.split(r"\n\s*\n", text.clean(escaped))
    return "".join(f"<p>{part.strip().replace(chr(10), '<br>')}</p>" for part in parts)


_BLOCKS = {
    "p", "h2", "h3", "h4", "li", "blockquote", "figure", "figcaption", "div", "table", "caption",
    "tr", "ul", "ol", "hr", "br",
}  # fmt: skip


class _Plain(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_starttag(self, tag, attrs):
        if tag in _BLOCKS:
            self.parts.append("\n")
        elif tag in ("td", "th"):
            self.parts.append(" ")

    def handle_endtag(self, tag):
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data):
        self.parts.append(re.sub(r"\s+", " ", data))


def plain(html: str) -> str:
    """The text of sanitised HTML, a line per block: for search, excerpts and differences."""
    parser = _Plain()
    parser.feed(html)
    parser.close()
    lines = (" ".join(line.split()) for line in "".join(parser.parts).split("\n"))
    return "\n".join(line for line in lines if line)


def pictures(html: str) -> list[dict[str, str]]:
    """The attributes of the pictures in sanitised HTML, in order."""
    return [
        {name: unescape(value) for name, value in _ATTR.findall(match["attrs"])}
        for match in _IMG.finditer(html)
    ]


def is_blank(html: str) -> bool:
    """Whether sanitised HTML shows nothing: no text, no picture."""
    return not plain(html) and not pictures(html)
