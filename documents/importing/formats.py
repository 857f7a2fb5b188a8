"""How Word writes the numbers of lists."""

from portal.common.text import roman

_WORDS = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"]
_BULLETS = {
    "\uf0b7": "•", "\uf0a7": "▪", "\uf0d8": "➢", "\uf0fc": "✓", "\uf076": "❖", "\uf0a8": "□",
    "\uf02d": "-", "\uf0be": "–", "\uf0e8": "➔", "\uf0e0": "→", "\uf071": "❑", "\uf06e": "▪",
    "\uf06c": "●", "\uf0de": "⇒", "\uf02a": "*", "\uf02b": "+", "·": "•", "§": "▪", "Ø": "➢",
    "ü": "✓", "v": "❖", "o": "○", "q": "❑", "¨": "□", "à": "→",
}  # fmt: skip


#: Word goes on to thirty letters in a row.
_MOST_LETTERS = 26 * 30


def bullet(text):
    """The sign of a list without numbers; symbols of Word's own fonts become Unicode."""
    text = text.strip()
    if text in _BULLETS:
        return _BULLETS[text]
    return "•" if not text or any("\ue000" <= sign <= "\uf8ff" for sign in text) else text


def spelled(number):
    """1-99 in Vietnamese words: 21 -> "hai mươi mốt"; digits beyond."""
    if not 1 <= number <= 99:
        return str(number)
    tens, ones = divmod(number, 10)
    if not tens:
        return _WORDS[ones]
    head = "mười" if tens == 1 else f"{_WORDS[tens]} mươi"
    if not ones:
        return head
    last = {1: "mốt" if tens > 1 else "một", 5: "lăm"}.get(ones, _WORDS[ones])
    return f"{head} {last}"


def _ordinal(number):
    return {1: "nhất", 4: "tư"}.get(number) or spelled(number)


def _letters(number):
    """1 -> a, 26 -> z, 27 -> aa, as Word does; the Vietnamese đ is not among them."""
    if number > _MOST_LETTERS:
        return str(number)
    times, place = divmod(number - 1, 26)
    return chr(ord("a") + place) * (times + 1)


def _roman(number):
    return roman(number) if 1 <= number <= 3999 else str(number)


_FORMATS = {
    "upperRoman": _roman,
    "lowerRoman": lambda number: _roman(number).lower(),
    "upperLetter": lambda number: _letters(number).upper(),
    "lowerLetter": _letters,
    "decimalZero": lambda number: f"{number:02d}",
    "cardinalText": lambda number: spelled(number).capitalize(),
    "ordinalText": lambda number: f"Thứ {_ordinal(number)}",
    "vietnameseCounting": spelled,
    "numberInDash": lambda number: f"- {number} -",
    "decimalEnclosedParen": lambda number: f"({number})",
    "decimalEnclosedCircle": lambda number: chr(0x245F + number) if number <= 20 else str(number),
    "none": lambda number: "",
}


def written(number, form):
    """A number in one of Word's formats; digits for the formats of other scripts."""
    return _FORMATS[form](number) if form in _FORMATS and number > 0 else _plain(number, form)


def _plain(number, form):
    return "" if form == "none" else str(number)
