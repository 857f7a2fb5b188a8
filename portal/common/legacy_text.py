"""Vietnamese written with fonts of before Unicode: TCVN3 (ABC, fonts ".VnTime") and VNI-Windows.

Such text is Latin-1 to every program; only its font made it readable. Copied from an old Word file
"đại hội" arrives as "®¹i héi" or "ñaïi hoäi". Here it is recognised, by the name of the font where
that is still there, else by what the letters would spell, and turned into Unicode (NFC).

Convert before `text.clean`: in TCVN3 the soft hyphen is the letter ư.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from html.parser import HTMLParser

TCVN3, VNI = "tcvn3", "vni"

_TONES = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")  # none, huyền, hỏi, ngã, sắc, nặng

#: Letter without tone -> its six codes in the order of `_TONES`.
_TCVN3_ROWS = {
    "a": "a\xb5\xb6\xb7\xb8\xb9",
    "ă": "\xa8\xbb\xbc\xbd\xbe\xc6",
    "â": "\xa9\xc7\xc8\xc9\xca\xcb",
    "e": "e\xcc\xce\xcf\xd0\xd1",
    "ê": "\xaa\xd2\xd3\xd4\xd5\xd6",
    "i": "i\xd7\xd8\xdc\xdd\xde",
    "o": "o\xdf\xe1\xe2\xe3\xe4",
    "ô": "\xab\xe5\xe6\xe7\xe8\xe9",
    "ơ": "\xac\xea\xeb\xec\xed\xee",
    "u": "u\xef\xf1\xf2\xf3\xf4",
    "ư": "\xad\xf5\xf6\xf7\xf8\xf9",
    "y": "y\xfa\xfb\xfc\xfd\xfe",
}
#: Only these capitals have codes; others come from fonts of capitals (.VnTimeH).
_TCVN3_CAPITALS = {
    "\xa1": "Ă", "\xa2": "Â", "\xa3": "Ê", "\xa4": "Ô", "\xa5": "Ơ", "\xa6": "Ư", "\xa7": "Đ",
}  # fmt: skip

#: Letter without tone -> what stands for the letter, and the signs of its tones after it.
_PLAIN, _BREVE, _HAT = "øûõùï", "èúüéë", "àåãáä"
_VNI_ROWS = {
    "a": ("a", "a", _PLAIN), "ă": ("aê", "a", _BREVE), "â": ("aâ", "a", _HAT),
    "e": ("e", "e", _PLAIN), "ê": ("eâ", "e", _HAT),
    "o": ("o", "o", _PLAIN), "ô": ("oâ", "o", _HAT), "ơ": ("ô", "ô", _PLAIN),
    "u": ("u", "u", _PLAIN), "ư": ("ö", "ö", _PLAIN),
}  # fmt: skip
_VNI_WHOLE = {
    "ì": "ì", "æ": "ỉ", "ó": "ĩ", "í": "í", "ò": "ị", "ñ": "đ", "î": "ỵ",
    "yø": "ỳ", "yû": "ỷ", "yõ": "ỹ", "yù": "ý",
}  # fmt: skip


def _toned(letter):
    return [unicodedata.normalize("NFC", letter + tone) for tone in _TONES]


def _tcvn3_table():
    table = {"\xae": "đ", **_TCVN3_CAPITALS}
    for letter, codes in _TCVN3_ROWS.items():
        table.update(zip(codes, _toned(letter), strict=True))
    return {code: letter for code, letter in table.items() if code != letter}


def _vni_table():
    table = dict(_VNI_WHOLE)
    for letter, (alone, base, signs) in _VNI_ROWS.items():
        toned = _toned(letter)
        table[alone] = toned[0]
        table.update({base + sign: toned[n] for n, sign in enumerate(signs, start=1)})
    capitals = {}
    for code, letter in table.items():
        capitals[code.upper()] = letter.upper()
        capitals[code[0].upper() + code[1:]] = letter.upper()  # typed without the shift key held
    return {c: letter for c, letter in {**capitals, **table}.items() if c != letter}


_TABLES = {TCVN3: _tcvn3_table(), VNI: _vni_table()}
_CODES = {
    kind: re.compile("|".join(sorted(map(re.escape, table), key=len, reverse=True)))
    for kind, table in _TABLES.items()
}
# Fonts of the kind "symbol" reach us in the private area.
_PRIVATE = {0xF000 + code: code for code in range(0x20, 0x100)}


def to_unicode(text, kind, *, capitals=False):
    """`text` of a legacy font in Unicode, NFC.

    Args:
        kind: TCVN3 or VNI.
        capitals: the font shows small letters as capitals (".VnTimeH").
    """
    table = _TABLES[kind]
    text = text.translate(_PRIVATE)
    if kind == VNI:  # the signs may come apart from nothing, never as combining marks
        text = unicodedata.normalize("NFC", text)
    text = unicodedata.normalize("NFC", _CODES[kind].sub(lambda m: table[m[0]], text))
    return text.upper() if capitals else text


# --- Recognising ----------------------------------------------------------------------------------

_TCVN3_FONT = re.compile(r"\.vn[a-z]|vn(?:time|arial|avant|courier|clarendon|book|teknical)", re.I)
_VNI_FONT = re.compile(r"vni[ -]", re.I)


@dataclass(frozen=True)
class Font:
    """What the name of a font says about its letters; `kind` None: Unicode."""

    kind: str | None
    capitals: bool = False


def font(names):
    """The Font of a CSS `font-family` or an attribute `face`; the first name counts."""
    first = names.split(",")[0].strip().strip("\"'").strip()
    if _TCVN3_FONT.match(first):
        return Font(TCVN3, first.endswith("H"))
    return Font(VNI if _VNI_FONT.match(first) else None)


_WORDS = re.compile(r"[\s!-/:-@\[-`{-~\u2013\u2014\u2018-\u201f\u2026]+")
_ONSET = "ngh|ng|nh|gh|gi|kh|ch|th|tr|ph|qu|[bcdđghklmnpqrstvx]"
_NUCLEUS = (
    "uyê|uya|uyu|iêu|yêu|oai|oay|oao|oeo|uây|uôi|ươi|ươu|ai|ao|au|ay|âu|ây|eo|êu|ia|iê|yê|iu|oa|oă|"
    "oe|oi|ôi|ơi|oo|ua|uâ|uê|ui|uô|uơ|uy|ưa|ươ|ưi|ưu|[aăâeêioôơuưy]"
)
_SYLLABLE = re.compile(f"(?:{_ONSET})?(?:{_NUCLEUS})(?:ch|ng|nh|[cmnpt])?")
_TONE_MARKS = set(_TONES) - {""}


@lru_cache(maxsize=4096)
def is_syllable(word):
    """Whether a word is built like a Vietnamese syllable: onset, vowels, at most one tone, coda."""
    marks = unicodedata.normalize("NFD", word.lower())
    if sum(mark in _TONE_MARKS for mark in marks) > 1:
        return False
    bare = "".join(mark for mark in marks if mark not in _TONE_MARKS)
    return _SYLLABLE.fullmatch(unicodedata.normalize("NFC", bare)) is not None


def _share(words):
    return sum(map(is_syllable, words)) / len(words)


def _telling(text):
    """Words with letters beyond ASCII: only they can tell one writing from another."""
    return [w for w in _WORDS.split(text.translate(_PRIVATE)) if w and not w.isascii()]


#: Fewer telling words say too little.
_FEWEST = 3


def recognise(text):
    """TCVN3 or VNI when `text` spells Vietnamese only if read so; None for everything else.

    Unicode Vietnamese spells syllables as it stands; French and other languages spell none either
    way. So both are left alone.
    """
    words = _telling(text)
    if len(words) < _FEWEST or any(ord(letter) > 0x1E9F for word in words for letter in word):
        return None
    if _share(words) > 0.5:
        return None
    best, kind = max((_share([to_unicode(w, k) for w in words]), k) for k in (TCVN3, VNI))
    return kind if best >= 0.85 else None


def _is_unicode(text):
    """Vietnamese letters that Latin-1 does not have: whatever the font, this is no legacy text."""
    return any("\u1ea0" <= letter <= "\u1ef9" for letter in text)


# --- HTML -----------------------------------------------------------------------------------------

_FAMILY = re.compile(r"(?:^|[;{\s])(?:mso-ascii-|mso-hansi-)?font-family\s*:\s*([^;}]+)", re.I)
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_VOID = {"br", "img", "hr", "meta", "link", "input", "col", "area", "base", "wbr", "source"}


class _Runs(HTMLParser):
    """Walks HTML of a clipboard and knows the font of every text in it."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.parts = []  # ("tag", source) or ("text", words, Font or None)
        self.stack = []  # (tag, Font or None)
        self.rules = {}  # "p.msonormal", ".msonormal" or "p" -> Font
        self.in_style = False

    def _font(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        named = _FAMILY.search(given.get("style", ""))
        if named:
            return font(named[1])
        if given.get("face"):
            return font(given["face"])
        for name in given.get("class", "").lower().split():
            found = self.rules.get(f"{tag}.{name}") or self.rules.get(f".{name}")
            if found:
                return found
        return self.rules.get(tag)

    def handle_starttag(self, tag, attrs):
        self.parts.append(("tag", self.get_starttag_text()))
        if tag in _VOID:
            return
        inherited = self.stack[-1][1] if self.stack else None
        self.stack.append((tag, self._font(tag, attrs) or inherited))
        self.in_style = tag == "style"

    def handle_startendtag(self, tag, attrs):
        self.parts.append(("tag", self.get_starttag_text()))

    def handle_endtag(self, tag):
        self.parts.append(("tag", f"</{tag}>"))
        self.in_style = False
        for place in range(len(self.stack) - 1, -1, -1):
            if self.stack[place][0] == tag:
                del self.stack[place:]
                break

    def handle_data(self, data):
        if self.in_style:
            self._read_rules(data)
            return
        self.parts.append(("text", data, self.stack[-1][1] if self.stack else None))

    def _read_rules(self, css):
        for selectors, body in _RULE.findall(re.sub(r"<!--|-->|/\*.*?\*/", "", css, flags=re.S)):
            named = _FAMILY.search(body)
            if named is None or selectors.strip().startswith("@"):
                continue
            for selector in selectors.split(","):
                self.rules[selector.strip().lower()] = font(named[1])


def convert_html(html):
    """(HTML in Unicode, kinds that were found) of a piece of HTML; not sanitised.

    Text under a legacy font is converted by its font. Text of no known font is converted where it
    spells Vietnamese only then. Without findings the HTML comes back as it was.
    """
    runs = _Runs()
    runs.feed(html)
    runs.close()
    unnamed = [p[1] for p in runs.parts if p[0] == "text" and not (p[2] and p[2].kind)]
    # All together, for words that stand alone; else by paragraphs, where only some are old.
    spelt = recognise("\n".join(unnamed)) or next(filter(None, map(recognise, unnamed)), None)
    found, out = set(), []
    for part in runs.parts:
        if part[0] == "tag":
            out.append(part[1])
            continue
        _text, words, its_font = part
        kind = its_font.kind if its_font else None
        capitals = bool(kind and its_font.capitals)
        if not kind and spelt and _reads_better(words, spelt):
            kind = spelt
        if kind and not _is_unicode(words):
            converted = to_unicode(words, kind, capitals=capitals)
            if converted != words:
                found.add(kind)
            words = converted
        out.append(escape(words, quote=False))
    return ("".join(out), frozenset(found)) if found else (html, frozenset())


def convert_text(text):
    """(text in Unicode, kind or None) of text without fonts."""
    kind = recognise(text)
    return (to_unicode(text, kind), kind) if kind else (text, None)


def _reads_better(words, kind):
    telling = _telling(words)
    if not telling:
        return False
    return _share([to_unicode(word, kind) for word in telling]) > _share(telling)
