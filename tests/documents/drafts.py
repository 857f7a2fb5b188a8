"""Drafts of Vietnamese text with a next edition whose lineage is known, for tests and measuring."""

from dataclasses import dataclass, field

from documents.blocks import BlockDraft

# ruff: noqa: SIM905 - lists of words read better as lines
_WHO = (
    "Cấp ủy các cấp|Ủy ban nhân dân xã|Mặt trận Tổ quốc và các đoàn thể|Các sở, ngành|Chi bộ thôn|"
    "Ban Thường vụ|Tổ công nghệ số cộng đồng|Doanh nghiệp trong khu công nghiệp|Hợp tác xã|"
    "Trường học và trạm y tế|Đảng ủy phường|Hội Nông dân|Đoàn Thanh niên|Người đứng đầu cơ quan"
).split("|")
_DOES = (
    "rà soát|xây dựng|công khai|bố trí|kiểm tra|đôn đốc|nâng cấp|đào tạo|tiếp nhận|giải quyết|"
    "hoàn thành|duy trì|mở rộng|phối hợp thực hiện|lồng ghép|báo cáo|theo dõi|bảo đảm|sắp xếp|"
    "khuyến khích|tập trung nguồn lực cho|ban hành quy chế về|huy động nhân dân tham gia"
).split("|")
_WHAT = (
    "hồ sơ đất đai tồn đọng|đường liên thôn|vùng nguyên liệu chè|nhà văn hóa|quỹ đất tái định cư|"
    "dữ liệu dân cư|trạm bơm nội đồng|lớp học vùng cao|bữa ăn bán trú|nước sạch nông thôn|"
    "rừng phòng hộ đầu nguồn|điểm giao dịch của xã cũ|cán bộ chuyên trách|chợ dân sinh|kè sông|"
    "sản phẩm đạt chuẩn|khu công nghiệp phía Đông|nghề truyền thống|người cao tuổi sống một mình|"
    "đảng viên đi làm ăn xa|sinh hoạt chuyên đề|tổ hòa giải|camera an ninh|bãi rác tập trung|"
    "hạ tầng số|kinh phí sự nghiệp|thiết chế thể thao|đê bao chống lũ|giống lúa chất lượng cao"
).split("|")
_HOW = (
    "trước khi bước vào mùa mưa|trên cơ sở ý kiến của nhân dân|theo lộ trình đã được phê duyệt|"
    "gắn với trách nhiệm của người đứng đầu|bằng nguồn ngân sách và đóng góp tự nguyện|"
    "ở những nơi giao thông còn cách trở|cùng với việc sắp xếp lại thôn, tổ dân phố|"
    "và báo cáo kết quả hằng quý|để không ai bị bỏ lại phía sau|với sự giám sát của cộng đồng|"
    "nhất là ở các xã biên giới|sau khi hợp nhất hai đơn vị|không phô trương, hình thức|"
    "trong nửa đầu nhiệm kỳ|khi có đủ điều kiện về vốn|qua cổng thông tin của tỉnh"
).split("|")
_PLACES = "Tân Lập Yên Sơn Long Hưng Bình Minh Hòa An Phú Thọ Đông Giang Thanh Bình".split()
_ROMAN = "I II III IV V VI VII VIII IX X".split()


def block(plain, kind="paragraph", level=0, number=""):
    """A BlockDraft of plain text."""
    return BlockDraft(kind, level, number, plain, plain)


def sentence(rng):
    """One sentence of 12 to 40 syllables; two of them are seldom alike."""
    words = [rng.choice(_WHO), rng.choice(_DOES), rng.choice(_WHAT)]
    if rng.random() < 0.6:
        words += ["và", rng.choice(_DOES), rng.choice(_WHAT)]
    words.append(rng.choice(_HOW))
    if rng.random() < 0.4:
        words.append(f"phấn đấu đạt {rng.randint(11, 98)},{rng.randint(1, 9)}%")
    if rng.random() < 0.3:
        words.append(f"tại xã {rng.choice(_PLACES)} {rng.choice(_PLACES)}")
    return " ".join(words) + "."


def boilerplate(rng):
    """A sentence that stands in many sections with another figure."""
    return (
        f"Phấn đấu đến năm 2030 tăng bình quân {rng.randint(1, 12)},{rng.randint(1, 9)}% mỗi năm."
    )


def draft(rng, count):
    """`count` blocks: headings of three levels, paragraphs of one to five sentences, lookalikes,
    repeated short headings."""
    blocks, parts, chapters, sections = [], 0, 0, 0
    while len(blocks) < count:
        here = len(blocks)
        if here % 120 == 0:
            parts, chapters = parts + 1, 0
            title = f"{rng.choice(_DOES).capitalize()} {rng.choice(_WHAT)}"
            blocks.append(block(title, "heading", 1, f"Phần thứ {parts}"))
        elif here % 40 == 0:
            chapters, sections = chapters + 1, 0
            title = f"{rng.choice(_WHAT).capitalize()} {rng.choice(_HOW)}"
            blocks.append(block(title, "heading", 2, f"{_ROMAN[chapters % 10]}."))
        elif here % 13 == 0:
            sections += 1
            title = rng.choice(["Mục tiêu", "Kết quả đạt được", "Hạn chế", rng.choice(_WHAT)])
            blocks.append(block(title, "heading", 3, f"{sections}."))
        elif rng.random() < 0.08:
            blocks.append(block(boilerplate(rng)))
        else:
            said = " ".join(sentence(rng) for _ in range(rng.choice([1, 1, 2, 2, 3, 4, 5])))
            blocks.append(block(said))
    return blocks


@dataclass
class Next:
    """The next edition of a draft and the truth: {(source, target): kind}; moves in `moved`."""

    blocks: list
    truth: dict = field(default_factory=dict)
    moved: set = field(default_factory=set)


def reword(rng, text, share):
    """The text with about `share` of its words taken out, replaced or added to."""
    words = text.split()
    for _ in range(max(1, int(len(words) * share))):
        at = rng.randrange(len(words))
        how = rng.random()
        if how < 0.4:
            words[at : at + 1] = rng.choice(_WHAT).split()[:2]
        elif how < 0.7 and len(words) > 6:
            del words[at]
        else:
            words.insert(at, rng.choice(["kịp thời", "từng bước", "thực chất", "đồng bộ", "không"]))
    return " ".join(words)


def refigure(rng, text):
    """The text with its last figure changed; another word at its end where it has none."""
    digits = [i for i, c in enumerate(text) if c.isdigit()]
    if not digits:
        return text.rstrip(".") + " và được nhân dân đồng tình."
    at = digits[-1]
    return text[:at] + str((int(text[at]) + rng.randint(1, 8)) % 10) + text[at + 1 :]


def revise(rng, blocks, heavy=False):
    """A Next: each block kept, edited, split, merged with the next one, moved or taken out, and new
    ones put in. `heavy` leaves about a third as it was."""
    keep = 0.35 if heavy else 0.8
    out, origins, at = [], [], 0
    while at < len(blocks):
        here, roll = blocks[at], rng.random()
        many = here.plain.split(". ")
        joined = [blocks[at], *blocks[at + 1 : at + 2]]
        if roll < keep or here.kind == "heading":
            out.append(here)
            origins.append([(at, "same")])
        elif roll < keep + (1 - keep) * 0.45:
            share = rng.uniform(0.02, 0.3 if heavy else 0.15)
            said = (
                refigure(rng, here.plain) if rng.random() < 0.3 else reword(rng, here.plain, share)
            )
            out.append(block(said))
            origins.append([(at, "edited")])
        elif roll < keep + (1 - keep) * 0.6 and len(many) > 2:
            middle = len(many) // 2
            out.append(block(". ".join(many[:middle]) + "."))
            out.append(block(". ".join(many[middle:])))
            origins += [[(at, "split")], [(at, "split")]]
        elif roll < keep + (1 - keep) * 0.75 and {b.kind for b in joined} == {"paragraph"}:
            if len(joined) == 2:
                out.append(block(" ".join(b.plain for b in joined)))
                origins.append([(at, "merged"), (at + 1, "merged")])
                at += 1
        elif roll < keep + (1 - keep) * 0.9:
            pass  # taken out
        else:
            out.append(here)
            origins.append([(at, "same")])
            out.append(block(sentence(rng) + " " + sentence(rng)))
            origins.append([])
        at += 1
    order = list(range(len(out)))
    moved = set()
    singles = [i for i in order if len(origins[i]) == 1 and origins[i][0][1] in {"same", "edited"}]
    for i in rng.sample(singles, min(len(singles), len(out) // 40)):
        if out[i].kind == "paragraph":
            order.remove(i)
            order.insert(rng.randrange(len(order) + 1), i)
            moved.add(i)
    found = Next([out[i] for i in order])
    for target, i in enumerate(order):
        for source, kind in origins[i]:
            found.truth[source, target] = kind
            if i in moved:
                found.moved.add((source, target))
    return found
