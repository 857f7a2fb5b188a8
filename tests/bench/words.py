"""Articles, and a draft with its opinions, meetings and batches."""

import datetime as dt
import hashlib
import secrets
import uuid
from contextlib import nullcontext

from campaigns.boundaries import date_spec
from documents import actions as documents
from documents.models import Block
from feedback import actions as feedback
from feedback import keys, participation, totals
from feedback.models import (
    Consultation,
    EntryBatch,
    GuideQuestion,
    Identity,
    LadderNode,
    Meeting,
    NodeTotals,
    Opinion,
    OpinionTotals,
    RespondentGroup,
)
from portal.accounts.models import User
from portal.agencies.models import Agency, Level
from portal.common.text import slugify_vi
from portal.news.models import Article, ArticleRevision, Section
from tests.bench.copying import copy, loading, next_id, settle

#: So many agencies publish, each in so many sections.
PUBLISHING, SECTIONS = 60, 3
#: Of the opinions so many stand at one paragraph, at most; the same for one person's own.
HOT, MINE = 5_000, 50
#: They came on so many days; so many batches and meetings of units are among them.
DAYS, BATCHES, MEETINGS = 10, 20, 40
#: From so many rows on, indexes are made when all rows are there.
MANY = 100_000
GROUPS = ("dang-vien", "can-bo", "cong-chuc", "nhan-dan")
QUESTIONS = (
    "Mục tiêu tổng quát đã rõ và đủ chưa?",
    "Chỉ tiêu nào cần cân nhắc thêm?",
    "Nhiệm vụ nào cần ưu tiên trước?",
)


def articles(world, scale):
    """Published articles over the last two years, newest ones today."""
    owners = [*world.provinces, *world.communes][:PUBLISHING]
    section, sections = next_id(Section), []
    rows = []
    for agency in owners:
        for n in range(SECTIONS):
            rows.append(
                {
                    "id": section,
                    "agency_id": agency,
                    "title": f"Chuyên mục {n + 1}",
                    "slug": f"chuyen-muc-{n + 1}",
                    "order": n,
                }
            )
            sections.append((agency, section))
            section += 1
    copy(Section, rows)
    first, revision = next_id(Article), next_id(ArticleRevision)

    def texts(number):
        agency, own = sections[number % len(sections)]
        title = f"{world.words(9).capitalize()} ({number})"
        paragraphs = [world.words(70) for _ in range(4)]
        at = world.now - dt.timedelta(minutes=(number + 1) * 1_051_200 // scale.articles)
        return agency, own, title, paragraphs, at

    def both():
        for n in range(scale.articles):
            agency, own, title, paragraphs, at = texts(n)
            person = world.staff[agency]
            said = {
                "title": title,
                "lead": paragraphs[0][:200],
                "body": "".join(f"<p>{p}</p>" for p in paragraphs),
                "section_id": own,
                "byline": "",
            }
            yield (
                {
                    **said,
                    "id": first + n,
                    "agency_id": agency,
                    "agency_name": world.names[agency],
                    "slug": slugify_vi(title)[:100],
                    "state": "published",
                    "plain": "\n".join(paragraphs),
                    "working_id": revision + n,
                    "live_revision_id": revision + n,
                    "published_at": at,
                    "author_id": person,
                    "created_at": at,
                    "changed_at": at,
                },
                {
                    **said,
                    "id": revision + n,
                    "article_id": first + n,
                    "n": 1,
                    "by_id": person,
                    "at": at,
                    "approved_by_id": world.approver,
                    "live_from": at,
                },
            )

    # The two tables point at each other; the database checks that at the end of the transaction.
    # COPY of one must end before that of the other begins, and texts are made up twice the same.
    state = world.rng.getstate()
    copy(Article, (article for article, _revision in both()))
    world.rng.setstate(state)
    copy(ArticleRevision, (revision for _article, revision in both()))
    settle(Section, Article, ArticleRevision)
    return Article.objects.select_related("agency").get(pk=first)


def draft_html(world, blocks):
    """The text of a draft: a heading at every twentieth block, paragraphs between."""
    parts = []
    for n in range(blocks):
        if n % 20 == 0:
            parts.append(f"<h2>Phần {n // 20 + 1}. {world.words(6)}</h2>")
        else:
            parts.append(f"<p>{n}. {world.words(60)}</p>")
    return "".join(parts)


def consultation(world, scale):
    """An open consultation of the root on a draft; its ladder is copied."""
    root = Agency.objects.get(pk=world.root)
    staff = User.objects.get(pk=world.staff[world.root])
    approver = User.objects.get(pk=world.approver)
    document = documents.create_document(
        actor=staff,
        agency=root,
        title="Dự thảo Báo cáo chính trị",
        html=draft_html(world, scale.blocks),
        not_secret=True,
    )
    edition = document.editions.get()
    documents.submit(actor=staff, edition=edition)
    edition = documents.publish(actor=approver, edition=edition)
    groups = [
        RespondentGroup.objects.get_or_create(slug=slug, defaults={"name": slug})[0]
        for slug in GROUPS
    ]
    made = feedback.create_consultation(
        actor=staff,
        agency=root,
        title="Lấy ý kiến vào dự thảo Báo cáo chính trị",
        editions=[edition],
        opens=date_spec(world.day - dt.timedelta(days=DAYS)),
        closes=date_spec(world.day + dt.timedelta(days=30)),
        reading_level=Level.objects.get(slug="xa"),
        reading_min_members=50,
        groups=groups,
        questions=[(edition, None, text) for text in QUESTIONS],
        policy=Consultation.Policy.MODERATED,
        moderation=Consultation.Moderation.AFTER,
    )
    made = feedback.announce(actor=staff, consultation=made)
    feedback.open_due(now=world.now)
    made.refresh_from_db()
    return made, edition


def opinions(world, scale, made, edition):
    """Opinions spread over paragraphs and units; returns (the paragraph with most, its author)."""
    blocks = list(
        Block.objects.filter(edition=edition, kind="paragraph").values_list("pk", flat=True)
    )
    hot = min(HOT, scale.opinions // 10)
    nodes = list(
        LadderNode.objects.filter(consultation=made, agency_id__in=world.communes + world.cells)
        .exclude(reader=None)
        .values_list("pk", "reader_id")
    )
    top = LadderNode.objects.get(consultation=made, parent=None).pk
    key = keys.ConsultationKey(made.key_id)
    me = User.objects.get(pk=world.members[0][0])
    mine = key.lookup(me)
    rng, stances = world.rng, [str(s) for s in Opinion.Stance.values]
    texts = [world.words(rng.randrange(10, 40)) for _ in range(500)]
    ids = [rng.getrandbits(62) + 1 for _ in range(scale.opinions)]
    groups = [None, *made.groups.values_list("pk", flat=True)]
    questions = list(
        GuideQuestion.objects.filter(consultation_edition__consultation=made).values_list(
            "pk", flat=True
        )
    )
    batches = _batches(world, made, nodes, top)
    days = [world.day - dt.timedelta(days=n) for n in range(DAYS)]

    def rows():
        for n, pk in enumerate(ids):
            node, reader = nodes[rng.randrange(len(nodes))]
            digest = hashlib.sha256(pk.to_bytes(8, "big")).digest()
            block = blocks[0] if n < hot else blocks[rng.randrange(len(blocks))]
            # the hot paragraph, and one in ten of the rest, go to the top; some to no passage
            direct = n < hot or n % 10 == 0
            general = n >= hot and n % 50 == 1
            batch = batches[n % len(batches)] if n >= hot and n % 100 == 2 else None
            place = f"{n % len(texts)} {n % 7 if general else block}".encode()
            yield {
                "id": pk,
                "public_id": uuid.UUID(int=rng.getrandbits(128), version=4),
                "consultation_id": made.pk,
                "edition_id": edition.pk,
                "block_id": None if general else block,
                "question_id": questions[n % len(questions)] if general and n % 3 else None,
                "batch_id": batch,
                "entry_node_id": node,
                "reading_node_id": top if direct else reader,
                "route": "direct" if direct else "unit",
                "stance": stances[rng.randrange(len(stances))],
                "text": texts[n % len(texts)],
                "group_id": groups[n % len(groups)],
                "origin": "unit" if batch else "account",
                "channel": "meeting" if batch else "online",
                "naming": "anonymous" if batch or _unknown(n) else "unnamed",
                # one in a hundred waits for the moderators; the others are shown to everybody
                "display": "shown" if n % 100 else "pending",
                "cased": True,
                "likeness": hashlib.md5(place, usedforsecurity=False).hexdigest(),
                "consent_version": None if batch else 1,
                "submission_digest": digest,
                "content_digest": digest,
                "receipt_hmac": digest[::-1],
                # as many of each day at every place
                "received_on": days[n // 10 % DAYS],
            }

    def identities():
        for n, pk in enumerate(ids):
            if not _unknown(n) and not (n >= hot and n % 100 == 2):
                yield {
                    "opinion_id": pk,
                    "key_id": made.key_id,
                    "lookup": mine if n < MINE else secrets.token_bytes(32),
                    "ciphertext": b"",
                }

    with loading(Opinion, Identity) if scale.opinions >= MANY else nullcontext():
        copy(Opinion, rows())
        copy(Identity, identities())
    settle(Opinion, Identity)
    totals.rebuild(made)
    participation.take(made, day=world.day)
    settle(OpinionTotals, NodeTotals)
    return Block.objects.get(pk=blocks[0]), me


def _unknown(n):
    """One in twenty writes without a name and a token."""
    return n >= MINE and n % 20 == 3


def _batches(world, made, nodes, top):
    """Meetings, some of whose minutes came as batches; returns the ids of the batches."""
    first = next_id(EntryBatch)
    staff = world.staff[world.root]
    ids = [first + n for n in range(BATCHES)]
    copy(
        EntryBatch,
        (
            {
                "id": pk,
                "consultation_id": made.pk,
                "node_id": nodes[n % len(nodes)][0],
                "kind": "meeting",
                "channel": "meeting",
                "desk_id": top,
                "state": "accepted",
                "received_on": world.day - dt.timedelta(days=n % DAYS),
                "entered_by_id": staff,
                "checked_by_id": world.approver,
                "checked_at": world.now,
            }
            for n, pk in enumerate(ids)
        ),
    )
    copy(
        Meeting,
        (
            {
                "consultation_id": made.pk,
                "node_id": nodes[n % len(nodes)][0],
                "batch_id": ids[n] if n < len(ids) else None,
                "held_on": world.day - dt.timedelta(days=n % DAYS),
                "present": 20 + n % 15,
                "speakers": n % 7,
                "outcome": "opinions" if n < len(ids) else "agreed",
                "state": "sent",
                "submission_digest": secrets.token_bytes(32),
                "entered_by_id": staff,
                "sent_at": world.now,
            }
            for n in range(MEETINGS)
        ),
    )
    settle(EntryBatch, Meeting)
    return ids
