"""Components as template tags: {% load ui %}. The catalogue with calls is docs/COMPONENTS.md.

Tags draw; they decide nothing and read nothing from the database.
"""

from functools import lru_cache

from django import template
from django.contrib.staticfiles.storage import staticfiles_storage
from django.forms import CheckboxInput, CheckboxSelectMultiple, RadioSelect
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from heroicons.templatetags import heroicons

from portal.common import display
from portal.common.bundles import sheets
from portal.common.diff import marked, word_diff
from portal.common.states import SHAPES, STATES, look_of

register = template.Library()

for name in (
    "date_vi",
    "datetime_vi",
    "long_date_vi",
    "short_date_vi",
    "day_month",
    "weekday_vi",
    "number_vi",
    "percent_vi",
    "bind",
    "bind_names",
    "relative_days",
    "file_size",
    "initials",
):
    register.filter(name, getattr(display, name))


@register.filter
def marks(parts):
    """Text with its found words marked, from `finding.Part`s."""
    return mark_safe(  # noqa: S308  every part is escaped
        "".join(
            f"<mark>{escape(part.text)}</mark>" if part.hit else escape(part.text) for part in parts
        )
    )


@register.simple_tag
def diff(old, new) -> SafeString:
    """{% diff old new %}: what became of the words, marked for the eye and for the ear."""
    return marked(word_diff(old or "", new or "", smooth=True), spoken=True)


@register.filter
def diff_runs(runs) -> SafeString:
    """{{ runs|diff_runs }}: the same from runs of `portal.common.diff.word_diff`."""
    return marked(runs, spoken=True)


@register.filter
def until(start, end) -> str:
    """{{ start|until:end }}: "15/7 – 31/8/2025", with words for a missing side."""
    return display.date_range(start, end)


@register.filter
def share(part, whole) -> int:
    """{{ done|share:total }}: whole percents for data-pct."""
    return display.share(part, whole)


# --- Style sheets -------------------------------------------------------------------------


@register.simple_tag
def stylesheet(name: str, media: str = "") -> SafeString:
    """{% stylesheet "site" %}: the link tags of one bundle of style sheets."""
    attrs = format_html(' media="{}"', media) if media else ""
    return format_html_join(
        "\n",
        '<link rel="stylesheet" href="{}"{}>',
        ((staticfiles_storage.url(path), attrs) for path in sheets(name)),
    )


# --- Icons and shapes ---------------------------------------------------------------------


@lru_cache(maxsize=512)
def _icon(name: str, style: str, css: str) -> SafeString:
    draw = getattr(heroicons, f"heroicon_{style}")
    return draw(name, **{"class": css, "aria-hidden": "true", "focusable": "false"})


@register.simple_tag
def icon(name: str, style: str = "outline", css: str = "icon") -> SafeString:
    """{% icon "bell" %}: a heroicon beside a word (hidden from screen readers)."""
    return _icon(str(name), str(style), str(css))


@lru_cache(maxsize=64)
def shape_svg(name: str) -> SafeString:
    """One state shape as inline SVG."""
    # A constant of this project: no reader's text ever reaches it.
    return mark_safe(  # noqa: S308
        '<svg class="shape" viewBox="0 0 16 16" aria-hidden="true" focusable="false">'
        f"{SHAPES[name]}</svg>"
    )


@register.simple_tag
def shape(name: str) -> SafeString:
    """{% shape "half" %}: one of the state shapes alone."""
    return shape_svg(str(name))


def _state(css: str, kind, state, label, detail, extra: str = "") -> SafeString:
    look = look_of(str(kind), str(state))
    words = label or look.label
    if detail:
        words = f"{words} {detail}"
    return format_html(
        '<span class="{0} {0}--{1}{2}">{3}<span>{4}</span></span>',
        css,
        look.tone,
        extra,
        shape_svg(look.shape),
        words,
    )


@register.simple_tag
def badge(kind, state, label="", detail="", big=False) -> SafeString:
    """{% badge "task" assignment.state detail="5 ngày" %}: shape, word and tint."""
    return _state("badge", kind, state, label, detail, " badge--big" if big else "")


@register.simple_tag
def state(kind, state, label="", detail="") -> SafeString:
    """{% state "task" row.state %}: shape and word without a tint, for tables."""
    return _state("state", kind, state, label, detail)


@register.simple_tag
def all_states() -> list:
    """Every kind with its states, for the style guide."""
    return [(kind, list(looks)) for kind, looks in STATES.items()]


# --- Navigation ---------------------------------------------------------------------------


@register.inclusion_tag("components/breadcrumbs.html")
def breadcrumbs(*pairs, home=True):
    """{% breadcrumbs "Kế hoạch" plans_url plan.symbol %}: label, address, …, last label."""
    rows = [
        {"label": pairs[i], "url": pairs[i + 1] if i + 1 < len(pairs) else ""}
        for i in range(0, len(pairs), 2)
    ]
    return {"rows": rows, "home": home}


@register.inclusion_tag("components/pagination.html")
def pagination(page, what=""):
    """{% pagination page what="ý kiến" %}: a `portal.common.paging.Page`."""
    return {"page": page, "what": what}


@register.inclusion_tag("components/steps.html")
def steps(page):
    """{% steps page %}: a `portal.common.paging.KeysetPage`, which has no numbers."""
    return {"page": page}


@register.inclusion_tag("components/tabs.html")
def tabs(items, label):
    """{% tabs items "Trạng thái" %}: dicts with label, url, current, count (optional)."""
    return {"items": items, "label": label}


# --- Forms --------------------------------------------------------------------------------


@register.inclusion_tag("components/field.html")
def field(bound, label="", help="", optional=True, placeholder="", rows=None, css=""):
    """{% field form.title %}: label, help, control, error of one bound field.

    optional=False leaves out "không bắt buộc" (search and filter forms).
    """
    widget = bound.field.widget
    if bound.is_hidden:
        return {"field": bound, "kind": "hidden"}
    group = isinstance(widget, RadioSelect | CheckboxSelectMultiple)
    single = isinstance(widget, CheckboxInput)
    attrs = {}
    if not (group or single):
        attrs["class"] = " ".join(x for x in (widget.attrs.get("class"), "input", css) if x)
    if placeholder:
        attrs["placeholder"] = placeholder
    if rows:
        attrs["rows"] = rows
    text = help or bound.help_text
    described = [
        f"{bound.id_for_label}_{part}"
        for part, on in (("help", text), ("error", bound.errors))
        if on
    ]
    if described and bound.id_for_label:
        attrs["aria-describedby"] = " ".join(described)
    return {
        "field": bound,
        "kind": "group" if group else "single" if single else "control",
        "label": label or bound.label,
        "help": text,
        "optional": optional and not bound.field.required and not single,
        "required": bound.field.required,
        "control": bound.as_widget(attrs=attrs),
        "id": bound.id_for_label,
    }


@register.inclusion_tag("components/form_errors.html")
def form_errors(form):
    """{% form_errors form %}: the summary above a form that was sent back."""
    rows = []
    if form.is_bound and form.errors:
        rows = [{"text": text, "target": ""} for text in form.non_field_errors()]
        for bound in form:
            rows += [
                {
                    # The label of a consent is a whole paragraph.
                    "text": f"{Truncator(bound.label).words(12, truncate=' …')}: {text}",
                    "target": bound.id_for_label or bound.auto_id,
                }
                for text in bound.errors
            ]
    return {"rows": rows}


@register.inclusion_tag("components/stance_choice.html")
def stance_choice(bound, stack=False, optional=True):
    """{% stance_choice form.stance %}: three equal boxes, none preselected."""
    return {"field": bound, "stack": stack, "optional": optional}


# --- Numbers and time ---------------------------------------------------------------------


@register.inclusion_tag("components/progress.html")
def progress(value, whole, label="", note="", tone=""):
    """{% progress done total "Chi bộ" %}: a bar with its numbers in words."""
    return {
        "value": value,
        "whole": whole,
        "pct": display.share(value, whole),
        "label": label,
        "note": note,
        "tone": tone,
    }


@register.inclusion_tag("components/stance_bars.html")
def stance_bars(agree, partly, disagree, table=True):
    """{% stance_bars 11 16 5 %}: only where every group has 5 or more, else "dưới 5"."""
    counts = {"agree": agree, "partly": partly, "disagree": disagree}
    total = sum(counts.values())
    shown = all(count >= 5 for count in counts.values())
    rows = [
        {"state": k, "count": n, "w": display.quarters(n, total), "pct": round(100 * n / total)}
        for k, n in counts.items()
        if shown
    ]
    return {"shown": shown, "rows": rows, "total": total, "table": table}


@register.inclusion_tag("components/parts.html")
def parts(items, whole, tall=False):
    """{% parts items total %}: a bar in parts; items are dicts label, count, tone."""
    rows = [item | {"w": display.quarters(item["count"], whole)} for item in items]
    return {"rows": [r for r in rows if r["count"]], "all": rows, "whole": whole, "tall": tall}


@register.inclusion_tag("components/timeline.html")
def timeline(data):
    """{% timeline data %}: the dict that `portal.common.timeline.layout` makes."""
    return {"t": data}


@register.inclusion_tag("components/month.html")
def month(data, label=""):
    """{% month calendar %}: the dict that `portal.common.timeline.month` makes."""
    return {"m": data, "label": label}


@register.inclusion_tag("components/date_list.html")
def date_list(items):
    """{% date_list items %}: dicts date, text, note, url, kind, unsure ("quý I/2026")."""
    return {"items": items}


# --- Small ones ---------------------------------------------------------------------------


@register.simple_tag
def person(name, note="") -> SafeString:
    """{% person user.full_name "Biên tập viên" %}: initials and name."""
    text = str(name)
    sub = format_html('<span class="sub">{}</span>', note) if note else ""
    return format_html(
        '<span class="person"><span class="avatar avatar--{}" aria-hidden="true">{}</span>'
        "<span>{}{}</span></span>",
        sum(map(ord, text)) % 4,
        display.initials(text),
        text,
        sub,
    )


@register.inclusion_tag("components/file_list.html")
def file_list(files):
    """{% file_list files %}: dicts name, url, kind ("PDF"), size (bytes)."""
    return {"files": files}


@register.inclusion_tag("components/empty.html")
def empty(title, text="", icon="inbox", url="", action="", level=2, small=False):
    """{% empty "Chưa có tin" "Tin đầu tiên sẽ hiện ở đây." url=… action="Viết tin" %}."""
    return {
        "title": title,
        "text": text,
        "icon": icon,
        "url": url,
        "action": action,
        "level": level,
        "small": small,
    }


@register.simple_block_tag
def table_region(content, label):
    """{% table_region "Tiến độ theo đơn vị" %}<table class="table">…{% endtable_region %}.

    A scroll region that the keyboard can reach and a screen reader can name.
    """
    return format_html(
        '<div class="region" role="region" aria-label="{}" tabindex="0">{}</div>', label, content
    )


@register.simple_block_tag
def note(content, tone="info"):
    """{% note "warning" %}<p>…</p>{% endnote %}: info, success, warning, error."""
    icons = {
        "info": "information-circle",
        "success": "check-circle",
        "warning": "exclamation-triangle",
        "error": "exclamation-circle",
    }
    return format_html(
        '<div class="note note--{}">{}<div>{}</div></div>',
        tone,
        _icon(icons[tone], "outline", "icon"),
        content,
    )
