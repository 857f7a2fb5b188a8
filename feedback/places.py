"""Where an opinion on paper belongs: what somebody typed, found in the text of an edition.

Understood are "đoạn 12" (or just 12), the number or the words of a heading ("Mục II.1", "II. Kết
quả"), "câu hỏi 2", and "toàn văn". A page or line is kept as typed: the portal has no pages, so
such an opinion counts for the whole document.
"""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from documents.models import Block
from feedback.models import ConsultationEdition, GuideQuestion
from portal.common.text import fold

_PARAGRAPH = re.compile(r"(?:doan(?: van)?|d\.?)?\s*(?:so\s*)?(\d{1,5})\.?")
_QUESTION = re.compile(r"cau(?: hoi)?(?: goi y)?\s*(?:so\s*)?(\d{1,3})\.?")
_NUMBERED = re.compile(r"^\d{1,3}\. ")
_WHOLE = {"", "toan van", "toan van kien", "ca van kien", "toan bo", "toan bo van kien", "chung"}
_PAGE = re.compile(r"\b(?:trang|tr|dong)\b\.?\s*\d")
_PREFIX = re.compile(r"^(?:phan|chuong|muc|tieu muc|khoan|diem|de muc)\s+(?:so\s+)?")


@dataclass(frozen=True)
class Place:
    """A place in an edition: a block, a guiding question, or neither (the whole document).

    `problem` is a sentence where what was typed could not be found; "" else.
    """

    block: Block | None = None
    question: GuideQuestion | None = None
    problem: str = ""


class Places:
    """The places of one consultation; each edition is read once, when it is first asked for."""

    def __init__(self, consultation):
        self.consultation = consultation
        rows = ConsultationEdition.objects.filter(consultation=consultation)
        rows = rows.select_related("edition__document").defer("edition__source")
        self.rows = list(rows.order_by("position", "id"))
        self.editions = [row.edition for row in self.rows]
        self._texts = {}

    @property
    def only_edition(self):
        """The edition where there is one only, so that nobody has to name it; else None."""
        return self.editions[0] if len(self.editions) == 1 else None

    def edition(self, typed):
        """The edition that a number (1 for the first) or a title names; None where none does."""
        wanted = fold(typed).rstrip(".")
        if not wanted:
            return self.only_edition
        if wanted.isdecimal():
            n = int(wanted) if len(wanted) < 4 else 0
            return self.editions[n - 1] if 1 <= n <= len(self.editions) else None
        wanted = _NUMBERED.sub("", wanted)  # as the form offers it: "2. Báo cáo chính trị"
        titles = [(fold(edition.document.title), edition) for edition in self.editions]
        same = [edition for title, edition in titles if title == wanted]
        like = same or [edition for title, edition in titles if len(wanted) > 5 and wanted in title]
        return like[0] if len(like) == 1 else None

    def find(self, edition, typed):
        """The Place in `edition` (one of the consultation's) that `typed` names."""
        wanted = fold(typed).strip(" .:;,")
        if wanted in _WHOLE:
            return Place()
        text = self._text(edition)
        if match := _QUESTION.fullmatch(wanted):
            question = text.questions.get(int(match[1]))
            problem = "" if question else _("Văn kiện không có câu hỏi gợi ý số %s.") % match[1]
            return Place(question=question, problem=problem)
        if match := _PARAGRAPH.fullmatch(wanted):
            block = text.paragraphs.get(int(match[1]))
            problem = "" if block else _("Văn kiện không có đoạn %s.") % match[1]
            return Place(block=block, problem=problem)
        found = text.headings.get(wanted) or text.headings.get(_PREFIX.sub("", wanted)) or []
        if len(found) == 1:
            return Place(block=found[0])
        if len(found) > 1:
            return Place(
                problem=_("Có %(n)d đề mục tên “%(typed)s”; hãy ghi số đoạn.")
                % {"n": len(found), "typed": typed}
            )
        if _PAGE.search(wanted):
            return Place()
        return Place(problem=_("Không tìm thấy “%s” trong văn kiện.") % typed)

    def _text(self, edition):
        if edition.pk not in self._texts:
            row = next(row for row in self.rows if row.edition_id == edition.pk)
            self._texts[edition.pk] = _Text(row)
        return self._texts[edition.pk]


class _Text:
    """Paragraphs by number, questions by number, headings by whatever they are called."""

    def __init__(self, row):
        blocks = Block.objects.filter(edition_id=row.edition_id).defer("html").order_by("pos")
        self.paragraphs, self.headings = {}, {}
        above = []
        for block in blocks:
            if block.para_no:
                self.paragraphs[block.para_no] = block
            if block.kind == Block.Kind.HEADING:
                above = [h for h in above if h.level < block.level] + [block]
                for name in _names(block, above):
                    self.headings.setdefault(name, []).append(block)
        questions = row.questions.order_by("position", "id")
        self.questions = dict(enumerate(questions, start=1))


def _names(block, above):
    """Folded names of a heading: its number, its words, both, and the numbers above joined."""
    number, words = fold(block.number).strip(" .:"), fold(block.plain).strip(" .:")
    names = {words, f"{number} {words}", f"{number}. {words}", number}
    head, dot, rest = words.partition(". ")
    if dot and len(head) <= 20:
        names |= {head, _PREFIX.sub("", head), rest}
    numbers = [_short(h) for h in above]
    names |= {".".join(n for n in numbers[i:] if n) for i in range(len(numbers))}
    return {name for name in names if name and not name.isspace()}


def _short(heading):
    number = fold(heading.number).strip(" .:")
    if number:
        return _PREFIX.sub("", number)
    head, dot, _rest = fold(heading.plain).partition(". ")
    return _PREFIX.sub("", head) if dot and len(head) <= 20 else ""
