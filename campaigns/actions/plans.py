"""Plans: drafted, submitted, issued by another person, closed or withdrawn."""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from campaigns import boundaries, notify
from campaigns.actions._common import OPEN, amended, lock, one_line, write_version
from campaigns.models import Plan, PlanAmendment, PlanEvent
from campaigns.rules.access import DRAFTERS, hands_of
from portal.agencies.models import Role
from portal.agencies.rules import acting, grants_of
from portal.common import audit, clock, text
from portal.common.errors import Refused
from portal.common.transitions import Lifecycle, transition
from portal.common.uploads import actions as uploads
from portal.notices.registry import APPROVED, RETURNED
from portal.official import actions as official

State = Plan.State

LIFECYCLE = Lifecycle(
    transition(
        "submit",
        [State.EDITING],
        State.SUBMITTED,
        gettext_noop("Chỉ kế hoạch đang soạn mới trình duyệt được."),
    ),
    transition(
        "issue",
        [State.SUBMITTED],
        State.ISSUED,
        gettext_noop("Chỉ kế hoạch đang chờ duyệt mới ban hành được."),
    ),
    transition(
        "send_back",
        [State.SUBMITTED],
        State.EDITING,
        gettext_noop("Chỉ kế hoạch đang chờ duyệt mới trả lại được."),
    ),
    transition(
        "close",
        [State.ISSUED],
        State.CLOSED,
        gettext_noop("Chỉ kế hoạch đang thực hiện mới kết thúc được."),
    ),
    transition(
        "withdraw",
        [State.ISSUED],
        State.WITHDRAWN,
        gettext_noop("Chỉ kế hoạch đã ban hành mới thu hồi được."),
    ),
)

#: Fields of the plan itself that `create_plan` and `edit_plan` take.
OWN_FIELDS = (
    "title",
    "summary",
    "implements",
    "source_name",
    "source_section",
    "source_byline",
    "source_published_at",
    "source_updated_on",
    "remarks",
    "before_includes_day",
    "needs_acceptance",
)
#: Fields that live in its OfficialDocument.
DOCUMENT_FIELDS = ("symbol", "issued_on", "signer", "signer_position", "recipients")
_LINES = ("title", "source_name", "source_section", "source_byline")
TITLE_LIMIT = 400


def create_plan(*, actor, issuer, title, slug=None, document=None, basis=(), events=(), **values):
    """Start drafting a plan.

    Args:
        issuer: the Agency.
        slug: stable key and part of the address; made from symbol or title if not given.
        document: the OfficialDocument of this plan, if the register has it already.
        basis: OfficialDocuments it stands on, in order.
        events: Events it serves, or (Event, observed_on) pairs, in order.
        values: OWN_FIELDS and DOCUMENT_FIELDS.

    Raises:
        Refused: "duplicate" for a symbol that is registered, "slug" for a taken key.
    """
    with transaction.atomic():
        title = one_line(title, limit=TITLE_LIMIT, what=_("tên kế hoạch"))
        on_paper = {name: values.pop(name) for name in DOCUMENT_FIELDS if values.get(name)}
        if document is None:
            document = official.register_document(
                actor=actor,
                issuer=issuer,
                issuer_name=issuer.committee_name or issuer.name,
                title=title,
                **on_paper,
            )
        else:
            document = official.update_document(
                actor=actor, document=document, title=title, **on_paper
            )
        for name in DOCUMENT_FIELDS:
            values.pop(name, None)
        plan = Plan(issuer=issuer, document=document, created_by=actor)
        _assign(plan, {"title": title, **values})
        plan.slug = slug or text.slugify_vi(document.symbol or title, 80) or "ke-hoach"
        plan.key = _free_key(plan, given=bool(slug))
        _check_implements(plan)
        plan.save(force_insert=True)
        audit.record(
            actor=actor,
            verb="create_plan",
            obj=plan,
            agency=issuer,
            changes={"title": [None, plan.title], "symbol": [None, document.symbol]},
        )
        _set_events(plan, events)
        _link(plan, actor, basis)
    return plan


def edit_plan(*, actor, plan, lock_version=None, basis=None, events=None, **values):
    """Change a plan's own text, its document's data, its basis or its events.

    Args as `create_plan`; None for `basis` or `events` leaves them. An issued plan keeps what it
    says from now on as a new version.

    Raises:
        StaleVersion; Refused: "not_editable", "duplicate", "implements".
    """
    with boundaries.editing(actor=actor) as graph:
        current = lock(plan, lock_version)
        if current.state not in (State.EDITING, State.ISSUED):
            raise Refused(
                _("Kế hoạch đang ở trạng thái “%s” nên không sửa được.")
                % current.get_state_display(),
                code="not_editable",
            )
        if "title" in values:
            values["title"] = one_line(values["title"], limit=TITLE_LIMIT, what=_("tên kế hoạch"))
        on_paper = {name: values.pop(name) for name in DOCUMENT_FIELDS if name in values}
        if "title" in values:
            on_paper["title"] = values["title"]
        before = audit.snapshot(current, OWN_FIELDS)
        _assign(current, values)
        _check_implements(current)
        changes = audit.diff(before, audit.snapshot(current, OWN_FIELDS))
        if "implements" in changes:
            current.synced_version = None  # of another superior's plan
        if on_paper:
            document = official.update_document(actor=actor, document=current.document, **on_paper)
            if document.lock_version != current.document.lock_version:
                changes["document"] = [current.document.lock_version, document.lock_version]
            current.document = document
        if events is not None and _set_events(current, events):
            changes["events"] = [None, [str(e) for e in events_of(events)]]
        if basis is not None or "implements" in values:
            changes |= _link(current, actor, basis)
        if not changes:
            return current
        current.lock_version += 1
        current.save()
        audit.record(
            actor=actor, verb="edit_plan", obj=current, agency=current.issuer_id, changes=changes
        )
        amended(graph, current, actor)
    return current


def submit_plan(*, actor, plan, lock_version=None):
    """Hand a draft to the approvers."""
    with transaction.atomic():
        giver = acting(actor, DRAFTERS, plan.issuer_id).on_behalf_of if actor else None
        current = _step(
            actor,
            plan,
            "submit",
            lock_version,
            submitted_by=actor,
            submitted_for=giver,
            state_note="",
        )
        if actor is not None:  # a loader issues in the same breath
            notify.plan_submitted(current)
    return current


def issue_plan(*, actor, plan, lock_version=None, signed=None, **on_paper):
    """Put a submitted plan in force and keep it as the next version.

    Args:
        on_paper: DOCUMENT_FIELDS as the paper has them by now (number and date from the văn thư).
        signed: the signed PDF as an uploaded file, kept byte for byte; None: later or never.

    Raises:
        Refused: "self_approval" when the submitter would issue their own plan or somebody who acts
            for them only; "duplicate" for a symbol that is registered; as `add_signed_copy`.
    """
    with boundaries.editing(actor=actor) as graph:
        current = lock(plan, lock_version)
        if actor is not None and not is_second(actor, current.issuer_id, hands_of(current)):
            raise Refused(
                _("Người trình không tự ban hành kế hoạch của mình; cần một người duyệt khác."),
                code="self_approval",
            )
        return put_in_force(
            graph, actor=actor, plan=current, signed=signed, on_paper=on_paper, issued_by=actor
        )


def is_second(actor, agency_id, hands):
    """Whether `actor` is no hand of a submission and does not act for one only.

    The role itself is a matter of `rules.access`; here the last word against approving one's own.
    """
    if actor.pk in hands:
        return False
    grants = [g for g in grants_of(actor) if g.role == Role.APPROVER and g.agency_id == agency_id]
    return not grants or any(g.on_behalf_of_id not in hands for g in grants)


def put_in_force(graph, *, actor, plan, signed, on_paper, **values):
    """The step "issue" of a locked plan with all that follows; `values` are fields of the plan."""
    unknown = set(on_paper) - set(DOCUMENT_FIELDS)
    if unknown:
        raise TypeError(f"not a field of the paper: {sorted(unknown)}")
    current = _step(actor, plan, "issue", None, issued_at=clock.now(), state_note="", **values)
    if on_paper:
        current.document = official.update_document(
            actor=actor, document=current.document, **on_paper
        )
    if signed is not None:
        upload = uploads.store_pdf(signed, actor=actor, agency=current.issuer_id)
        official.keep_as_issued(actor=actor, document=current.document, upload=upload)
    notify.plan_decided(current, APPROVED)
    graph.after(("version", current.pk), lambda: write_version(current, actor))
    graph.after(("in_force", current.pk), lambda: notify.plan_in_force(current))
    if actor is not None:
        notify.plan_tasks_given(current)
    return current


def send_back_plan(*, actor, plan, note, lock_version=None):
    """Return a submitted plan to its drafters with a remark they can act on."""
    note = one_line(note, limit=500, what=_("lý do trả lại"))
    with transaction.atomic():
        current = _step(actor, plan, "send_back", lock_version, state_note=note)
        notify.plan_decided(current, RETURNED)
    return current


def close_plan(*, actor, plan, lock_version=None):
    """A plan has been carried out; it stays public and sends no more reminders.

    Raises:
        StaleVersion; Refused: "amending" while an amendment is not published: a closed plan cannot
            be amended, and readers would never be told what changed.
    """
    with boundaries.editing(actor=actor):
        plan = lock(plan, lock_version)
        if _open_amendments(plan).exclude(base_version=plan.version).exists():
            raise Refused(
                _("Kế hoạch đang có sửa đổi chưa công bố; hãy công bố trước khi kết thúc."),
                code="amending",
            )
        _open_amendments(plan).update(state=PlanAmendment.State.DROPPED)
        current = _step(actor, plan, "close", None)
        notify.plan_over(current)
    return current


def withdraw_plan(*, actor, plan, note, lock_version=None):
    """Take an issued plan out of force; it leaves the public pages."""
    note = one_line(note, limit=500, what=_("lý do thu hồi"))
    with transaction.atomic():
        current = _step(actor, plan, "withdraw", lock_version, state_note=note)
        _open_amendments(current).update(state=PlanAmendment.State.DROPPED)
        notify.plan_over(current)
        notify.plan_withdrawn(current)
    return current


def _open_amendments(plan):
    return PlanAmendment.objects.filter(plan=plan, state__in=OPEN)


def _step(actor, plan, verb, lock_version, **values):
    current = lock(plan, lock_version)
    before = current.state
    if current.is_template:
        raise Refused(
            _("Đây là mẫu; hãy lập một kế hoạch từ mẫu rồi trình duyệt kế hoạch đó."),
            code="template",
        )
    current.state = LIFECYCLE.target(verb, before)
    for name, value in values.items():
        setattr(current, name, value)
    if verb == "submit":
        current.issued_by = None
    current.lock_version += 1
    current.save()
    changes = {"state": [before, current.state]}
    if current.state_note:
        changes["state_note"] = [None, current.state_note]
    audit.record(
        actor=actor,
        verb=f"{verb}_plan",
        obj=current,
        agency=current.issuer_id,
        changes=changes,
    )
    return current


def events_of(events):
    """The Events of a list that may hold (Event, observed_on) pairs."""
    return [e[0] if isinstance(e, tuple) else e for e in events]


def _assign(plan, values):
    unknown = set(values) - set(OWN_FIELDS)
    if unknown:
        raise TypeError(f"not a field of a plan: {sorted(unknown)}")
    for name, value in values.items():
        if name in _LINES:
            value = text.one_line(value or "")
        elif name == "summary":
            value = text.clean(value or "")
        elif name == "remarks":
            value = [line for line in map(text.one_line, value or []) if line]
        if getattr(plan, name) != value:  # one instant in two zones is no change
            setattr(plan, name, value)


def _check_implements(plan):
    """A plan cannot carry out itself, directly or through others."""
    seen, above = {plan.pk} - {None}, plan.implements
    while above is not None:
        if above.pk in seen:
            raise Refused(_("Kế hoạch không thể triển khai chính nó."), code="implements")
        seen.add(above.pk)
        above = above.implements


def _set_events(plan, events):
    """Make `events` the whole list. Returns whether anything changed."""
    wanted = {}
    for position, item in enumerate(events):
        event, observed_on = item if isinstance(item, tuple) else (item, None)
        wanted[event.pk] = (position, observed_on)
    rows = {row.event_id: row for row in PlanEvent.objects.filter(plan=plan)}
    stored = {pk: (row.position, row.observed_on) for pk, row in rows.items()}
    if stored == wanted:
        return False
    PlanEvent.objects.filter(plan=plan).exclude(event_id__in=wanted).delete()
    for event_id, (position, observed_on) in wanted.items():
        PlanEvent.objects.update_or_create(
            plan=plan,
            event_id=event_id,
            defaults={"position": position, "observed_on": observed_on},
        )
    return True


def _link(plan, actor, basis):
    """Write the document's links: its basis, and the document of the plan it carries out."""
    from portal.official.models import DocumentLink

    changes = {}
    wanted = {}
    if basis is not None:
        wanted[DocumentLink.Kind.BASIS] = list(basis)
    above = plan.implements
    wanted[DocumentLink.Kind.IMPLEMENTS] = [above.document] if above else []
    for kind, targets in wanted.items():
        links = DocumentLink.objects.filter(source=plan.document, kind=kind)
        before = list(links.order_by("position").values_list("target_id", flat=True))
        after = [document.pk for document in targets]
        if before != after:
            official.set_links(actor=actor, source=plan.document, kind=kind, targets=targets)
            changes[str(kind)] = [before, after]
    return changes


def _free_key(plan, *, given):
    if given:
        if Plan.objects.filter(key=plan.slug).exists():
            raise Refused(_("Đã có kế hoạch khác dùng địa chỉ này."), code="slug")
        return plan.slug
    base = f"{plan.issuer.slug}-{plan.slug}"[:110]
    return text.first_free(base, lambda key: Plan.objects.filter(key=key).exists())
