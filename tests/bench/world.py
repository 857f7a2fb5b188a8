"""What the parts of the big data hand to each other."""

from dataclasses import dataclass, field

LAST_NAMES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ")
MIDDLE_NAMES = ("Văn", "Thị", "Đức", "Minh", "Thu", "Quang", "Ngọc", "Hải")
GIVEN_NAMES = ("An", "Bình", "Cường", "Dung", "Đạt", "Hà", "Khánh", "Lan", "Nam", "Yến")
PLACES = ("Hòa Bình", "Đông Sơn", "An Phú", "Vĩnh Lộc", "Tân Tiến", "Yên Thịnh", "Bến Thượng")
SENTENCE = """
Đề nghị bổ sung chỉ tiêu về đào tạo cán bộ cơ sở và nêu rõ đơn vị chịu trách nhiệm,
thời hạn hoàn thành, nguồn lực thực hiện; phần nhiệm vụ nên gắn với đặc điểm từng vùng,
chú ý nơi còn khó khăn, người cao tuổi, đoàn viên trẻ và đội ngũ công chức cấp xã.
"""
WORDS = SENTENCE.split()
SYLLABLES = (
    "Tân", "Lập", "Phú", "Thọ", "Kim", "Sơn", "Đông", "Hải", "Bình", "Lộc", "Vân", "Hà", "Ngọc",
    "Khê", "Thanh", "Lâm", "Mỹ", "Xuân", "Trà", "Giang", "Long", "Nghĩa", "Quế", "Châu",
)  # fmt: skip


@dataclass
class World:
    """The rows that others hang on, as numbers; `day` is today in Vietnam."""

    day: object
    now: object
    rng: object
    root: int = 0
    provinces: list = field(default_factory=list)
    communes: list = field(default_factory=list)
    cells: list = field(default_factory=list)
    parent: dict = field(default_factory=dict)
    names: dict = field(default_factory=dict)
    #: agency -> person who works there; and people who belong to cells
    staff: dict = field(default_factory=dict)
    members: list = field(default_factory=list)
    #: people who sign off, and who read opinions, at the root
    approver: int = 0
    rapporteur: int = 0

    def words(self, count):
        """So many words of a sentence nobody has to read, one in ten of them a rare name: what
        everybody writes and what few do, for the search to tell apart.
        """
        start = self.rng.randrange(len(WORDS))
        words = [WORDS[(start + n) % len(WORDS)] for n in range(count)]
        for n in range(9, count - 1, 10):
            words[n : n + 2] = self.rng.sample(SYLLABLES, 2)
        return " ".join(words)

    def person(self):
        """A full name."""
        pick = self.rng.choice
        return f"{pick(LAST_NAMES)} {pick(MIDDLE_NAMES)} {pick(GIVEN_NAMES)}"
