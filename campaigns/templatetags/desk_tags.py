"""What the work pages of plans draw; reads nothing from the database."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from campaigns.rules import words
from campaigns.rules.states import DONE, OVERDUE, WAITING
from portal.common import display
from portal.common.diff import diff_html
from portal.common.templatetags.ui import badge, state
from portal.common.timeline import split_title

register = template.Library()


@register.filter
def percent_of(part, whole):
    """{{ done|percent_of:total }}: "54%"; nothing when there is no whole."""
    return f"{display.share(part, whole)}%" if whole else ""


@register.filter
def phase_days(phase):
    """The days of a phase whose boundaries are loaded: "01/08/2025 – 23/09/2025"."""
    return display.date_range(phase.starts.resolved_on, phase.ends.resolved_on)


@register.filter
def phase_head(phase):
    """("Đợt 1", "Quán triệt và chuẩn bị"): what stands over a narrow column, and the rest."""
    return split_title(phase.title)


@register.filter
def day_or_unknown(day):
    """A day, or "chưa xác định"."""
    return display.date_vi(day) if day else words.unknown_words()


@register.simple_tag
def assignment_state(view, big=False):
    """{% assignment_state view %}: the state of an AssignmentView, "Quá hạn 5 ngày" when late."""
    detail = ""
    if view.state == OVERDUE:
        detail = _("%d ngày") % -view.days_left
    draw = badge if big else state
    return draw("task", view.state, detail=detail)


@register.simple_tag
def part_id(part, row, suffix=""):
    """{% part_id "dot" phase as dom %}: the id of a row on the page of a plan, "dot-7"."""
    return "-".join(str(word) for word in (part, row.pk, suffix) if word != "")


@register.filter
def of_phase(url, phase_id):
    """The address that adds a theme to one phase."""
    return f"{url}?dot={phase_id}"


@register.simple_tag
def standing_state(view):
    """{% standing_state view %}: the state of a StandingView; how late, also where it is done."""
    detail = ""
    if view.state == OVERDUE:
        detail = _("%d ngày") % -view.days_left
    elif view.state in {DONE, WAITING} and view.late_by:
        detail = _("(trễ %d ngày)") % view.late_by
    label = _("Chờ nghiệm thu") if view.state == WAITING else ""
    return state("task", view.state, label=label, detail=detail)


@register.simple_tag
def assignment_marks(view, big=False):
    """{% assignment_marks view %}: "Chờ nghiệm thu", "Không có tệp" … beside the state."""
    draw = badge if big else state
    return format_html_join(" ", "{}", ((draw("task", mark),) for mark in view.marks))


@register.simple_tag
def above_diff(item):
    """{% above_diff item %}: from what the unit has to what stands above, with <del> and <ins>."""
    mine = f"{item.mine} " if item.mine and item.theirs else item.mine
    return diff_html(mine, item.theirs)


@register.filter
def of_state(counts, state):
    """The number of one state in a Counter."""
    return counts[state]


@register.simple_tag
def heat_cells(cells, unit_url, panel_url, keep):
    """The cells of one row of the heat table, each a link to what the unit has there.

    Written here and not in a template: a page has five hundred of them, and they were half of its
    time.

    Args:
        keep: what every link takes along, "" or "&ngay=2026-11-22".
    """
    overdue = _("quá hạn")
    parts = []
    for cell in cells:
        if not cell.total:
            parts.append(_EMPTY_CELL)
            continue
        where = f"?dot={cell.key}{keep}"
        late = format_html(_LATE, display.number_vi(cell.late), overdue) if cell.late else ""
        done, total = display.number_vi(cell.done), display.number_vi(cell.total)
        link = (cell.heat, unit_url + where, panel_url + where, done, total, late)
        parts.append(format_html(_CELL, *link))
    return format_html_join("", "{}", ((part,) for part in parts))


_EMPTY_CELL = format_html('<td><span class="heat heat--none">{}</span></td>', "–")
_CELL = (
    '<td><a class="heat heat--{}" href="{}" data-panel hx-get="{}" hx-target="#don-vi">'
    "{}/{}{}</a></td>"
)
_LATE = ' <span class="pill-late">{}<span class="visually-hidden"> {}</span></span>'
