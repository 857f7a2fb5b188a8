"""What `documents.lineage.propose` says.

Measured on 12 generated drafts of 300 blocks, half of them heavily revised, 3.467 links of known
truth: of 2.239 unchanged passages all are found, 92 % as certain; edited 99,7 %, split 97 %, merged
94 % are found with the right kind; nothing certain is wrong.
"""

import random
import time
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.blocks import BlockDraft, cut
from documents.lineage import Link, nearest, propose, relation, similarity
from tests.documents.drafts import block, draft, refigure, revise, sentence

GOAL = "Phấn đấu đến năm 2030 tăng bình quân {} mỗi năm ở các xã vùng cao."


def said(count, seed=1):
    rng = random.Random(seed)
    return [block(f"{sentence(rng)} {sentence(rng)}") for _ in range(count)]


def kinds(links):
    return {(link.source, link.target): (link.kind, link.state) for link in links}


def heading(text, number="", level=2):
    return block(text, "heading", level, number)


def test_an_unchanged_edition_is_certain_throughout():
    old = draft(random.Random(3), 200) + [block("Như trên.")] * 3
    assert propose(old, old) == [Link(i, i, "same", 1.0) for i in range(len(old))]


def test_nothing_comes_of_nothing():
    assert propose([], []) == propose(said(3), []) == propose([], said(3)) == []


def test_what_jumped_has_moved_and_the_rest_stayed():
    old = said(5)
    new = [old[4], old[0], block("Một đoạn hoàn toàn mới, chưa từng có ở lần trước."), *old[1:4]]
    assert kinds(propose(old, new)) == {
        (4, 0): ("moved", "certain"),
        (0, 1): ("same", "certain"),
        (1, 3): ("same", "certain"),
        (2, 4): ("same", "certain"),
        (3, 5): ("same", "certain"),
    }


def test_spelling_of_tones_is_no_change_but_capitals_and_the_last_mark_are_an_edit():
    old = [*said(3), block("Ủy ban hòa giải cơ sở họp mỗi tháng một lần;")]
    new = [*said(3), block("Uỷ ban hoà giải cơ sở họp mỗi tháng một lần;")]
    assert kinds(propose(old, new))[3, 3] == ("same", "certain")
    new[3] = block("Ủy ban hòa giải cơ sở họp mỗi tháng một lần.")
    assert kinds(propose(old, new))[3, 3] == ("edited", "certain")


def test_other_marks_are_another_word_and_need_a_look():
    old = [*said(3), block("Xã bàn việc thu tiền điện của các hộ trong năm.")]
    new = [*said(3), block("Xã bán việc thu tiền điện của các hộ trong năm.")]
    (link,) = [link for link in propose(old, new) if link.source == 3]
    assert (link.state, link.kind, link.doubts) == ("proposed", "edited", ("marks",))


def test_a_swapped_figure_is_never_certain_and_never_chosen_with_confidence():
    ground = said(8)
    old = [*ground[:3], block(GOAL.format("6,8%")), *ground[3:6], block(GOAL.format("8,6%"))]
    new = [*ground[:3], block(GOAL.format("8,6%")), *ground[3:6], block(GOAL.format("9,1%"))]
    links = [link for link in propose(old, new) if link.source in {3, 7}]
    assert len(links) == 2
    for link in links:
        assert link.state == "proposed"
        assert link.score < 0.7
        assert "lookalike" in link.doubts


def test_the_moved_twin_of_a_boilerplate_sentence_is_not_certain():
    ground = said(6)
    old = [block(GOAL.format("6,8%")), *ground, block(GOAL.format("8,6%"))]
    new = [block(GOAL.format("8,6%")), *ground]
    assert {link.state for link in propose(old, new) if link.target == 0} == {"proposed"}


def test_a_changed_figure_and_a_negation_are_flagged():
    old = [*said(3), block("Các xã được cấp phép cho 12 dự án dùng nhiều nước ngầm ở vùng hạ lưu.")]
    new = [
        *said(3),
        block("Các xã không được cấp phép cho 15 dự án dùng nhiều nước ngầm ở vùng hạ lưu."),
    ]
    (link,) = [link for link in propose(old, new) if link.source == 3]
    assert (link.kind, link.state, link.doubts) == ("edited", "proposed", ("numbers", "negation"))
    assert link.score > 0.8


def test_repeated_texts_are_certain_only_between_certain_neighbours_and_in_equal_number():
    ground, twin = said(4), block("Mục tiêu")
    old = [ground[0], twin, ground[1], ground[2], twin, ground[3]]
    assert {state for _kind, state in kinds(propose(old, old)).values()} == {"certain"}
    new = [ground[0], twin, ground[1], twin, ground[2], twin, ground[3]]
    doubtful = [link for link in propose(old, new) if old[link.source] is twin]
    assert len(doubtful) == 2
    assert {(link.state, link.doubts[0]) for link in doubtful} == {("proposed", "repeated")}


def test_split_into_paragraphs_and_into_list_items():
    rng = random.Random(5)
    ground, parts = said(4), [sentence(rng) for _ in range(4)]
    old = [*ground[:2], block(" ".join(parts)), *ground[2:]]
    new = [*ground[:2], *map(block, parts[:2]), block(" ".join(parts[2:])), *ground[2:]]
    found = kinds(propose(old, new))
    assert {found[2, j] for j in (2, 3, 4)} == {("split", "proposed")}
    html = f"<p>{parts[0]}</p><ul>" + "".join(f"<li>{p}</li>" for p in parts[1:]) + "</ul>"
    new = [*ground[:2], *cut(html), *ground[2:]]
    found = kinds(propose(old, new))
    assert {found[2, j] for j in (2, 3, 4, 5)} == {("split", "proposed")}


def test_two_paragraphs_run_together_are_merged_even_with_a_word_changed():
    ground, (one, other) = said(4), said(2, seed=8)
    old = [*ground[:2], one, other, *ground[2:]]
    new = [*ground[:2], block(f"{one.plain} Đồng thời, {other.plain}"), *ground[2:]]
    found = kinds(propose(old, new))
    assert {found[2, 2], found[3, 2]} == {("merged", "proposed")}


def test_a_heading_with_another_title_keeps_its_passages():
    ground = said(6)
    old = [heading("Mở đầu", "I."), *ground[:2], heading("Tài nguyên", "II."), *ground[2:]]
    new = [heading("Mở đầu", "I."), *ground[:2], heading("Xanh và bền vững", "II."), *ground[2:]]
    (link,) = [link for link in propose(old, new) if link.source == 3]
    assert (link.target, link.kind, link.state) == (3, "edited", "proposed")


def test_a_heading_that_became_a_paragraph_is_doubted():
    ground = said(4)
    old = [*ground[:2], heading("Một số bài học chủ yếu rút ra từ nhiệm kỳ"), *ground[2:]]
    new = [*ground[:2], block("Một số bài học chủ yếu rút ra từ nhiệm kỳ"), *ground[2:]]
    (link,) = [link for link in propose(old, new) if link.source == 2]
    assert (link.target, link.state, link.doubts) == (2, "proposed", ("kind",))


def table(*cells):
    row = "".join(f"<td>{cell}</td>" for cell in cells)
    return cut(f"<table><tbody><tr>{row}</tr></tbody></table>")[0]


def figure(src, words):
    html = f'<figure><img src="{src}" alt=""><figcaption>{words}</figcaption></figure>'
    return cut(html)[0]


def test_tables_by_their_cells_and_figures_by_their_picture():
    ground = said(4)
    one, other = table("Xã", "Số hộ", "12 3"), table("Xã", "Số hộ 12", "3")
    assert one.plain == other.plain
    found = kinds(propose([*ground, one], [*ground, other]))
    assert found[4, 4] == ("edited", "proposed")
    old, new = figure("/anh/1", "Cầu Tân Lập"), figure("/anh/2", "Cầu Tân Lập")
    links = propose([*ground, old], [*ground, new])
    assert kinds(links)[4, 4] == ("edited", "proposed")
    assert "picture" in links[-1].doubts
    assert kinds(propose([*ground, old], [*ground, old]))[4, 4] == ("same", "certain")


def test_what_was_decided_is_not_proposed_again():
    ground = said(6)
    old, new = (
        ground,
        [*ground[:2], block(refigure(random.Random(1), ground[2].plain)), *ground[3:]],
    )
    assert (2, 2) in kinds(propose(old, new))
    links = propose(old, new, confirmed=[(2, 2)], rejected=[(4, 4)])
    assert (2, 2) not in kinds(links)
    assert (4, 4) not in kinds(links)
    assert len(links) == 4


def test_the_likest_passages_are_offered_best_first():
    ground = said(5)
    near = block(ground[3].plain.replace(".", ";"))
    assert nearest(near, ground)[0] == (3, 1.0)
    assert relation(ground[0], ground[0]) == "same"
    assert relation(ground[0], ground[0], stayed=False) == "moved"
    assert relation(ground[0], ground[1]) == "edited"


def degrees(links):
    """(targets of each source, sources of each target) by kind of link."""
    out, back = Counter(link.source for link in links), Counter(link.target for link in links)
    return out, back


@settings(max_examples=40, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(1, 90), st.booleans())
def test_no_block_is_lost_or_linked_twice_and_nothing_certain_is_wrong(rng, count, heavy):
    old = draft(rng, count)
    following = revise(rng, old, heavy)
    links = propose(old, following.blocks)
    out, back = degrees(links)
    for link in links:
        assert 0 < link.score <= 1
        assert (link.score == 1.0) == (link.state == "certain")
        if link.kind == "split":
            assert out[link.source] > 1 == back[link.target]
        elif link.kind == "merged":
            assert back[link.target] > 1 == out[link.source]
        else:
            assert out[link.source] == back[link.target] == 1
    wrong = [
        link
        for link in links
        if link.state == "certain"
        and not any(
            old[source].plain == old[link.source].plain
            for source, target in following.truth
            if target == link.target
        )
    ]
    assert wrong == []


@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(2, 60))
def test_a_permutation_only_moves(rng, count):
    old = [block(f"{sentence(rng)} {sentence(rng)} {sentence(rng)}") for _ in range(count)]
    order = rng.sample(range(count), count)
    links = propose(old, [old[i] for i in order])
    assert {link.kind for link in links} <= {"same", "moved"}
    assert {(link.source, link.target) for link in links} >= {
        (source, target) for target, source in enumerate(order) if link_is_plain(old, source)
    }


def link_is_plain(blocks, at):
    return sum(b.plain == blocks[at].plain for b in blocks) == 1


def test_most_changes_are_found_with_the_right_kind():
    wanted, found, certain, guessed = Counter(), Counter(), Counter(), 0
    for seed in range(12):
        rng = random.Random(seed)
        old = draft(rng, 300)
        following = revise(rng, old, heavy=bool(seed % 2))
        links = {(link.source, link.target): link for link in propose(old, following.blocks)}
        for pair, kind in following.truth.items():
            wanted[kind] += 1
            if pair in links:
                # what has moved is "moved" whether it was changed or not
                found[kind] += links[pair].kind in {kind, "moved"}
                certain[kind] += links[pair].state == "certain"
        guessed += sum(
            link.score >= 0.85 for pair, link in links.items() if pair not in following.truth
        )
    recall = {kind: found[kind] / wanted[kind] for kind in wanted}
    assert recall["same"] >= 0.99
    assert recall["edited"] >= 0.97
    assert recall["split"] >= 0.93
    assert recall["merged"] >= 0.9
    assert certain["same"] / wanted["same"] >= 0.85
    assert certain["split"] == certain["merged"] == 0
    assert guessed <= 2


@pytest.mark.parametrize("shape", ["alike", "equal", "long"])
def test_the_worst_texts_take_seconds_not_minutes(shape):
    rng = random.Random(2)
    if shape == "alike":
        old = [block(GOAL.format(f"{i % 97},{i % 9}%")) for i in range(3000)]
        new = [block(GOAL.format(f"{i * 7 % 97},{i % 9}%")) for i in range(3000)]
    elif shape == "equal":
        old, new = [block("Như trên.")] * 3000, [block("Như trên.")] * 2990
    else:
        old = [block(" ".join(sentence(rng) for _ in range(80))) for _ in range(100)]
        new = [block(" ".join(sentence(rng) for _ in range(80))) for _ in range(100)]
    began = time.process_time()
    links = propose(old, new)
    assert time.process_time() - began < 15
    assert len(links) <= 3000
    assert {link.state for link in links} <= {"proposed"}


def test_a_score_is_the_share_of_common_words():
    from documents.lineage.texts import Prepared

    one = BlockDraft("paragraph", 0, "", "", "một hai ba bốn")
    texts = Prepared([one], [BlockDraft("paragraph", 0, "", "", "Một hai, ba năm")])
    assert similarity(texts.old[0], texts.new[0]) == 0.75
