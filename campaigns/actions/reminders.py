"""How a plan reminds: its rules, and the call to units that are behind."""

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns import boundaries, notify
from campaigns.actions._common import lock
from campaigns.models import LateReminder, NoticeRule, Plan
from campaigns.queries.late import late_units, people_called
from campaigns.rules.reminding import KINDS, MOST_DAYS, MOST_TIMES, ROLE_OF
from portal.common import audit, clock
from portal.common.errors import Refused
from portal.common.text import clean as clean_text

#: The words to units that are behind are no longer than this.
CALL_LIMIT = 1500


def set_notice_rules(*, actor, plan, rules, lock_version=None):
    """Say how `plan` reminds; its pending reminders follow at once.

    Args:
        rules: {kind of `reminding.KINDS`: Rule}; kinds left out stay as they are. A rule like the
            default is not kept, so that the plan follows the default again.

    Returns whether anything changed.

    Raises:
        StaleVersion; Refused: "days" for days a rule may not have, "nobody" for a rule that is on
            and tells nobody.
    """
    with boundaries.editing(actor=actor):
        current = lock(plan, lock_version)
        before = notify.rules_of([current.pk])[current.pk]
        changed = {}
        for name, rule in rules.items():
            _check(KINDS[name], rule)
            if rule != before[name]:
                changed[name] = rule
        if not changed:
            return False
        NoticeRule.objects.filter(plan=current, kind__in=changed).delete()
        NoticeRule.objects.bulk_create(
            NoticeRule(
                plan=current,
                kind=name,
                on=rule.on,
                days_before=list(rule.before),
                days_after=list(rule.after),
                audience=sorted(rule.audience),
            )
            for name, rule in changed.items()
            if rule != KINDS[name].default
        )
        # Who is told is asked when a reminder goes out; only other days need other reminders.
        moved = [name for name, rule in changed.items() if rule.offsets != before[name].offsets
                 or rule.on != before[name].on]  # fmt: skip
        if moved and current.state == Plan.State.ISSUED:
            notify.rules_changed(current, moved)
        Plan.objects.filter(pk=current.pk).update(lock_version=current.lock_version + 1)
        audit.record(
            actor=actor,
            verb="set_notice_rules",
            obj=current,
            agency=current.issuer_id,
            changes={name: [_plain(before[name]), _plain(rule)] for name, rule in changed.items()},
        )
    return True


@transaction.atomic
def remind_late_units(*, actor, plan, text, reasons, leave_out=()):
    """Call the units of `plan` that are behind, signed by the committee; at most once a day.

    Who is behind is asked anew; nobody is called for what was done in the meantime.

    Args:
        text: what they read; each unit reads its own list below it.
        reasons: of `queries.late.REASONS`, for which units are called.
        leave_out: ids of agencies that are not called.

    Returns the LateReminder.

    Raises:
        Refused: "not_in_force", "today" when the plan was called today, "nobody".
    """
    current = lock(plan)
    if current.state != Plan.State.ISSUED:
        raise Refused(_("Kế hoạch chưa hoặc không còn hiệu lực."), code="not_in_force")
    text = clean_text(text or "")
    if not text or len(text) > CALL_LIMIT:
        raise Refused(_("Ghi lời nhắc, nhiều nhất %d ký tự.") % CALL_LIMIT, code="text")
    now = clock.now()
    today = clock.today(now)
    if LateReminder.objects.filter(plan=current, on=today).exists():
        raise Refused(
            _("Hôm nay kế hoạch này đã nhắc một lần; mai mới nhắc được nữa."), code="today"
        )
    units = [
        unit
        for unit in late_units(current, now, today)
        if unit.reasons & set(reasons) and unit.agency.pk not in set(leave_out)
    ]
    if not units:
        raise Refused(_("Không có đơn vị nào để nhắc."), code="nobody")
    ids = [unit.agency.pk for unit in units]
    issuer = current.issuer
    row = LateReminder.objects.create(
        plan=current,
        on=today,
        made_by=actor,
        text=text,
        signed=issuer.committee_name or issuer.name,
        agencies=ids,
        people=people_called(units, today),
    )
    audit.record(
        actor=actor,
        verb="remind_late_units",
        obj=current,
        agency=current.issuer_id,
        changes={"agencies": [None, len(ids)], "people": [None, row.people]},
    )
    notify.units_called(row)
    return row


def note_look_at_phones(*, actor, plan, units):
    """Somebody looked at telephone numbers of people; the log says who, when and how many."""
    audit.record(
        actor=actor,
        verb="look_at_phones",
        obj=plan,
        agency=plan.issuer_id,
        changes={"agencies": [None, units]},
    )


def _check(kind, rule):
    for days, side in ((rule.before, kind.before), (rule.after, kind.after)):
        lowest = 0 if side is kind.before else 1
        if (side is None and days) or any(not lowest <= n <= MOST_DAYS for n in days):
            raise Refused(
                _("%(kind)s: số ngày từ %(low)d đến %(high)d.")
                % {"kind": kind.label, "low": lowest, "high": MOST_DAYS},
                code="days",
            )
        if len(set(days)) != len(days) or len(days) > MOST_TIMES:
            raise Refused(
                _("%(kind)s: nhiều nhất %(n)d lần, mỗi lần một số ngày khác nhau.")
                % {"kind": kind.label, "n": MOST_TIMES},
                code="days",
            )
    if not rule.on:
        return
    if not kind.fixed and not (rule.before or rule.after):
        raise Refused(_("%s: hãy ghi số ngày, hoặc tắt loại nhắc này.") % kind.label, code="days")
    if not rule.audience & (ROLE_OF.keys() | {"responsible"}):
        raise Refused(_("%s: hãy chọn ít nhất một người nhận.") % kind.label, code="nobody")


def _plain(rule):
    return {"on": rule.on, "days": rule.offsets, "audience": sorted(rule.audience)}
