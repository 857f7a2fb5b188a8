"""What a person decides about the lineage to an edition. Only states of links change, never a text:
keys are inherited at publication, so what is decided later leads opinions but gives no key."""

from collections import defaultdict

from django.db import transaction
from django.utils.translation import gettext as _

from documents import lineage
from documents.actions._common import lock, record
from documents.actions._decisions import may_stand
from documents.lineage.links import in_order
from documents.lineage.texts import Prepared
from documents.models import Block, BlockLink, Edition, Unpaired
from documents.queries.lineage import before
from documents.rules import ALIGNING_ROLES
from portal.agencies.rules import require
from portal.common import clock
from portal.common.errors import Refused

State, Kind = BlockLink.State, BlockLink.Kind
_STANDING = {str(state) for state in BlockLink.STANDING}
#: So many blocks at most belong to one split or merged passage.
MOST_PIECES = 30


@transaction.atomic
def confirm_link(*, actor, edition, expected, now=None):
    """Say that links proposed together (one place of the page) are right.

    Args:
        expected: {link id: state} as the person saw them.

    Raises:
        Refused: "decided" (somebody else decided meanwhile), "taken" (a block is linked already),
            "not_aligned" (the edition has no lineage), "no_right".
    """
    edition, acting = _open(actor, edition)
    links = _links(edition, expected, wanted=State.CONFIRMED, actor=actor)
    if links:
        _confirm(edition, links, actor, now or clock.now())
        record(acting, "confirm_link", edition, edition.document, _told(links))
    return edition


@transaction.atomic
def reject_link(*, actor, edition, expected, now=None):
    """Say that links are wrong: the blocks have no counterpart until a person names one.

    Links that stood are taken apart by the same verb; the row is kept, so that the pair is not
    proposed again.

    Raises:
        Refused: "decided", "not_aligned".
    """
    edition, acting = _open(actor, edition)
    links = _links(edition, expected, wanted=State.REJECTED, actor=actor)
    if links:
        stood = any(link.state in _STANDING for link in links)
        _set(links, State.REJECTED, actor, now or clock.now())
        verb = "unlink" if stood else "reject_link"
        record(acting, verb, edition, edition.document, _told(links))
    return edition


@transaction.atomic
def reopen_link(*, actor, edition, expected):
    """Take a decision back: the links are proposed again and wait for a person.

    Raises:
        Refused: "decided", "not_aligned".
    """
    edition, acting = _open(actor, edition)
    links = _links(edition, expected, wanted=State.PROPOSED, actor=None)
    if links:
        for link in links:
            link.state, link.confirmed_by, link.confirmed_at = State.PROPOSED, None, None
        BlockLink.objects.bulk_update(links, ["state", "confirmed_by", "confirmed_at"])
        blocks = {link.source_id for link in links} | {link.target_id for link in links}
        Unpaired.objects.filter(edition=edition, block__in=blocks).delete()
        record(acting, "reopen_link", edition, edition.document, _told(links))
    return edition


@transaction.atomic
def link_by_hand(*, actor, edition, sources, targets, now=None):
    """Link blocks that a person chose: one to one, one to several (split), several to one (merged).

    What was proposed for these blocks is thereby ruled out.

    Args:
        sources, targets: ids of blocks of the edition before, and of `edition`.

    Raises:
        Refused: "choose" (none on one side, or several on both), "strange" (not of these editions),
            "taken" (a block is linked to another already), "not_aligned".
    """
    now = now or clock.now()
    edition, acting = _open(actor, edition)
    sources, targets = _chosen(edition, sources, targets)
    pairs = [(source, target) for source in sources for target in targets]
    touching = _touching(edition, sources, targets)
    of_pair = {(link.source_id, link.target_id): link for link in touching}
    mine = [of_pair.pop((s.pk, t.pk), None) or BlockLink(source=s, target=t) for s, t in pairs]
    kind = _kind(edition, sources, targets)
    texts = Prepared(sources, targets)
    for link, (source, target) in zip(mine, pairs, strict=True):
        one, other = texts.old[sources.index(source)], texts.new[targets.index(target)]
        link.kind = kind
        link.score = round(lineage.similarity(one, other), 3)
        link.doubts = list(lineage.doubts_between([one], [other])) if len(pairs) == 1 else []
    _refuse_taken(of_pair.values(), mine)
    others = [link for link in of_pair.values() if link.state == State.PROPOSED]
    _set(others, State.REJECTED, actor, now)
    for link in mine:
        link.state, link.confirmed_by, link.confirmed_at = State.CONFIRMED, actor, now
        link.save()
    _paired(edition, mine)
    record(acting, "link_by_hand", edition, edition.document, _told(mine))
    return edition


@transaction.atomic
def settle_alone(*, actor, edition, block, now=None):
    """Say that a block has no counterpart: "bỏ hẳn" for one of the edition before, "mới hoàn toàn"
    for one of `edition`. What was proposed for it is ruled out.

    Raises:
        Refused: "strange", "taken" (it is linked), "not_aligned".
    """
    now = now or clock.now()
    edition, acting = _open(actor, edition)
    block = Block.objects.filter(pk=block, edition__in=_both(edition)).first()
    if block is None:
        raise _strange()
    new = block.edition_id == edition.pk
    links = _touching(edition, [] if new else [block], [block] if new else [])
    if any(link.state in _STANDING for link in links):
        raise Refused(
            _("Đoạn này đang được nối; hãy bỏ nối trước khi ghi là không có đoạn tương ứng."),
            code="taken",
        )
    _set([link for link in links if link.state == State.PROPOSED], State.REJECTED, actor, now)
    _row, made = Unpaired.objects.get_or_create(
        edition=edition, block=block, defaults={"decided_by": actor, "decided_at": now}
    )
    if made:
        changes = {"new" if new else "gone": [None, block.pos]}
        record(acting, "settle_alone", edition, edition.document, changes)
    return edition


@transaction.atomic
def reopen_alone(*, actor, edition, block):
    """Take `settle_alone` back; what was proposed for the block waits again, if its other side is
    free."""
    edition, acting = _open(actor, edition)
    found = Unpaired.objects.filter(edition=edition, block=block).select_related("block").first()
    if found is None:
        return edition
    new = found.block.edition_id == edition.pk
    links = _touching(edition, [] if new else [found.block], [found.block] if new else [])
    same = [
        link
        for link in links
        if link.state == State.REJECTED and link.confirmed_at == found.decided_at
    ]
    for link in same:
        link.state, link.confirmed_by, link.confirmed_at = State.PROPOSED, None, None
    BlockLink.objects.bulk_update(same, ["state", "confirmed_by", "confirmed_at"])
    found.delete()
    record(acting, "reopen_alone", edition, edition.document, {"block": [found.block.pos, None]})
    return edition


@transaction.atomic
def confirm_many(*, actor, edition, expected, now=None):
    """Say that many proposals are right at once; the person has seen the list of them.

    Returns the instant by which `undo_many` finds them.

    Raises:
        Refused: "decided" (one of them changed since the list was shown), "taken", "not_aligned".
    """
    now = now or clock.now()
    edition, acting = _open(actor, edition)
    links = _links(edition, expected, wanted=None, actor=actor)
    if not links:
        raise Refused(_("Không có đoạn nào để xác nhận."), code="choose")
    _confirm(edition, links, actor, now)
    record(acting, "confirm_many", edition, edition.document, {"links": [0, len(links)]})
    return now


@transaction.atomic
def undo_many(*, actor, edition, at):
    """Take back what `confirm_many` confirmed at `at` and nobody touched since; how many."""
    edition, acting = _open(actor, edition)
    count = BlockLink.objects.filter(
        target__edition=edition, state=State.CONFIRMED, confirmed_by=actor, confirmed_at=at
    ).update(state=State.PROPOSED, confirmed_by=None, confirmed_at=None)
    if count:
        record(acting, "undo_many", edition, edition.document, {"links": [count, 0]})
    return count


def _open(actor, edition):
    edition = lock(edition)
    acting = require(actor, ALIGNING_ROLES, edition.document.agency)
    if edition.state == Edition.State.EDITING:
        raise Refused(
            _("Bản này đang soạn; các quyết định trước đây được giữ cho lần trình sau."),
            code="not_aligned",
        )
    return edition, acting


def _links(edition, expected, *, wanted, actor):
    """The locked links that are not yet in the `wanted` state; they must be as the person saw them.

    Pressing the same button twice is no error.
    """
    links = list(
        BlockLink.objects.select_for_update(of=("self",))
        .filter(target__edition=edition, pk__in=list(expected))
        .select_related("source", "target", "confirmed_by")
        .order_by("pk")
    )
    mine = actor is None or {link.confirmed_by_id for link in links} == {actor.pk}
    if wanted and mine and links and all(link.state == wanted for link in links):
        return []
    changed = [link for link in links if link.state != expected[link.pk]]
    if changed or len(links) != len(expected):
        raise _decided(changed[0] if changed else None)
    return [link for link in links if link.state != wanted]


def _decided(link):
    if link is None or link.confirmed_by is None:
        words = _("Chỗ này vừa được người khác thay đổi; mời đồng chí xem lại.")
    else:
        words = _("Trong lúc đồng chí xem, %(name)s đã quyết định chỗ này: %(state)s.") % {
            "name": link.confirmed_by.full_name,
            "state": link.get_state_display().lower(),
        }
    return Refused(words, code="decided")


def _strange():
    return Refused(_("Có đoạn không thuộc hai lần dự thảo đang đối chiếu."), code="strange")


def _both(edition):
    last = before(edition)
    return [edition] if last is None else [last, edition]


def _chosen(edition, sources, targets):
    sources, targets = list(dict.fromkeys(sources)), list(dict.fromkeys(targets))
    if not sources or not targets:
        raise Refused(_("Hãy chọn ít nhất một đoạn ở mỗi bên."), code="choose")
    if len(sources) > 1 < len(targets):
        raise Refused(
            _("Chỉ ghi được một đoạn tách thành nhiều đoạn, hoặc nhiều đoạn gộp thành một."),
            code="choose",
        )
    if len(sources) + len(targets) > MOST_PIECES + 1:
        raise Refused(
            _("Một chỗ tách hoặc gộp có nhiều nhất %d đoạn.") % MOST_PIECES, code="choose"
        )
    last = before(edition)
    old = Block.objects.filter(edition=last, pk__in=sources).order_by("pos") if last else ()
    new = Block.objects.filter(edition=edition, pk__in=targets).order_by("pos")
    old, new = list(old), list(new)
    if len(old) != len(sources) or len(new) != len(targets):
        raise _strange()
    return old, new


def _touching(edition, sources, targets):
    """The locked links of this step at any of the blocks."""
    links = BlockLink.objects.filter(target__edition=edition)
    links = links.filter(source__in=sources) | links.filter(target__in=targets)
    return list(links.select_for_update(of=("self",)).order_by("pk"))


def _confirm(edition, links, actor, now):
    sources = {link.source_id for link in links}
    targets = {link.target_id for link in links}
    touching = _touching(edition, sources, targets)
    mine = {link.pk for link in links}
    others = [link for link in touching if link.pk not in mine]
    _refuse_taken(others, links)
    _set([link for link in others if link.state == State.PROPOSED], State.REJECTED, actor, now)
    _set(links, State.CONFIRMED, actor, now)
    _paired(edition, links)


def _refuse_taken(others, links):
    standing = defaultdict(list), defaultdict(list)
    for link in others:
        if link.state in _STANDING:
            standing[0][link.source_id].append(link.kind)
            standing[1][link.target_id].append(link.kind)
    if not may_stand(standing, [(x.source_id, x.target_id, x.kind) for x in links]):
        raise Refused(
            _(
                "Một trong các đoạn này đã được nối với đoạn khác. Hãy bỏ nối ở đó trước, hoặc "
                "chọn tất cả các đoạn cùng lúc để ghi là tách hoặc gộp."
            ),
            code="taken",
        )


def _set(links, state, actor, now):
    for link in links:
        link.state, link.confirmed_by, link.confirmed_at = state, actor, now
    BlockLink.objects.bulk_update(links, ["state", "confirmed_by", "confirmed_at"], batch_size=1000)


def _paired(edition, links):
    """Who is linked has a counterpart, whatever was said before."""
    blocks = {link.source_id for link in links} | {link.target_id for link in links}
    Unpaired.objects.filter(edition=edition, block__in=blocks).delete()


def _kind(edition, sources, targets):
    if len(targets) > 1:
        return Kind.SPLIT
    if len(sources) > 1:
        return Kind.MERGED
    (source,), (target,) = sources, targets
    standing = BlockLink.objects.filter(
        target__edition=edition, state__in=BlockLink.STANDING
    ).exclude(kind__in=[Kind.SPLIT, Kind.MERGED])
    pairs = standing.exclude(source=source).exclude(target=target)
    chain = [(s, t, 2) for s, t in pairs.values_list("source__pos", "target__pos")]
    stayed = in_order([*chain, (source.pos, target.pos, 1)])
    return lineage.relation(source, target, (source.pos, target.pos) in stayed)


def _told(links):
    """What the audit row says: positions of the blocks, and the state they came to."""
    pairs = [f"{link.source.pos}→{link.target.pos}" for link in links[:50]]
    return {"links": [None, ", ".join(pairs)]}
