"""Workbooks that came back: recognised, checked, shown, and only then saved, all or none."""

from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns import actions
from campaigns.actions.reports import TEXTS, Figure, FigureErrors
from campaigns.models import UnitReport
from campaigns.queries import reports as queries
from campaigns.reporting import workbook
from campaigns.rules import access, report_access
from portal.agencies.rules import grants_of
from portal.common import clock, display
from portal.common.errors import Refused

#: So many files at once.
MOST = 20


@dataclass
class Change:
    """One place of a report that a file changes."""

    label: str
    before: str
    after: str
    words: bool = False


@dataclass
class Arrived:
    """One file. `refusal` is about the whole file, `problems` {slug or part: sentence} about cells.

    Only a file without both can be saved.
    """

    name: str
    sent: object = None
    report: object = None
    refusal: str = ""
    problems: dict = field(default_factory=dict)
    changes: list = field(default_factory=list)
    figures: dict = field(default_factory=dict)
    labels: dict = field(default_factory=dict)

    @property
    def good(self):
        return self.report is not None and not self.refusal and not self.problems

    def told(self):
        """[(where, sentence)] of the cells that are wrong."""
        return [(self.labels.get(key, key), sentence) for key, sentence in self.problems.items()]


def look_at(file, *, user, expected=None):
    """The Arrived of one uploaded file; writes nothing.

    Args:
        expected: the report from whose page it was handed in; a file of another one is refused.
    """
    arrived = Arrived(file.name)
    try:
        arrived.sent = workbook.read(file)
        arrived.report = recognise(arrived.sent, user, expected)
        check(arrived, user)
    except Refused as refused:
        arrived.refusal = str(refused.message)
    return arrived


def recognise(sent, user, expected=None):
    """The report a file belongs to, by its code.

    Raises:
        Refused: "code" when there is none that this person may enter, "other" for another than
            `expected`, "locked" when it is confirmed.
    """
    found = queries.REPORTS.filter(code=sent.code).prefetch_related("values").first()
    if found is None or not report_access.may_enter_file(user, found):
        raise Refused(
            _("Mã báo cáo trong tệp không đúng, hoặc là báo cáo của đơn vị khác."), code="code"
        )
    if expected is not None and found.pk != expected.pk:
        raise Refused(
            _("Tệp này là của kỳ “%(period)s”, %(unit)s; không phải báo cáo đang mở.")
            % {"period": found.period.title, "unit": found.agency.name},
            code="other",
        )
    if found.state == UnitReport.State.CONFIRMED:
        raise Refused(
            _(
                "Báo cáo %(period)s của %(unit)s đã xác nhận và khóa; muốn đổi thì dùng "
                "“Sửa sau xác nhận”."
            )
            % {"period": found.period.title, "unit": found.agency.name},
            code="locked",
        )
    return found


def check(arrived, user):
    """Fill in problems and changes by trying to save inside a transaction that is taken back."""
    report, sent = arrived.report, arrived.sent
    indicators = queries.indicators_of(report.period.series_id)
    arrived.labels = {i.slug: i.name for i in indicators} | _text_labels()
    lines = queries.lines_of(report, indicators, live=queries.live_figures(report, indicators))
    arrived.figures, arrived.problems = workbook.figures_of(sent, indicators)
    slugs = {i.pk: i.slug for i in indicators}
    try:
        with transaction.atomic():
            _save(report, arrived.figures, sent.texts, user, confirm=False, version=None)
            transaction.set_rollback(True)
    except FigureErrors as errors:
        for pk, sentence in errors.fields.items():
            arrived.problems.setdefault(slugs[pk], sentence)
    except Refused as refused:
        if not arrived.problems:
            arrived.refusal = str(refused.message)
    arrived.changes = list(_changes(arrived, lines))


def _changes(arrived, lines):
    for line in lines:
        figure = arrived.figures.get(line.indicator.pk)
        if figure is None:
            continue
        if figure.seen is not None and figure.value == figure.seen:
            continue  # untouched: goes on following the evidence
        if figure.value != line.value:
            yield Change(
                line.indicator.name, display.number_vi(line.value), display.number_vi(figure.value)
            )
    for name, label in _text_labels().items():
        after = arrived.sent.texts.get(name)
        before = getattr(arrived.report, name)
        if after is not None and after != before:
            yield Change(str(label), before, after, words=True)


def _text_labels():
    return {name: UnitReport._meta.get_field(name).verbose_name for name in TEXTS}


def packed(arrived):
    """What is needed to save a good file later, as plain JSON."""
    return {
        "report": arrived.report.pk,
        "version": arrived.report.lock_version,
        "figures": {pk: [f.value, f.note, f.seen] for pk, f in arrived.figures.items()},
        "texts": arrived.sent.texts,
    }


@transaction.atomic
def save_all(items, *, user, confirm):
    """Save what `packed` gave, all or none; returns the reports.

    Raises:
        Refused: with the unit named, when one of them cannot be saved any more.
    """
    done = []
    for item in items:
        report = queries.REPORTS.filter(pk=item["report"]).first()
        if report is None or not report_access.may_enter_file(user, report):
            raise Refused(_("Một báo cáo trong số này không còn nhập được."), code="gone")
        if confirm and not may_confirm(user, report):
            raise Refused(
                _("%s: đồng chí nhập được nhưng không xác nhận được báo cáo này.")
                % report.agency.name,
                code="no_right",
            )
        figures = {int(pk): Figure(*figure) for pk, figure in item["figures"].items()}
        try:
            _save(report, figures, item["texts"], user, confirm=confirm, version=item["version"])
        except FigureErrors as errors:
            raise Refused(
                f"{report.agency.name}: {next(iter(errors.fields.values()))}", code="figures"
            ) from errors
        except Refused as refused:
            raise Refused(
                f"{report.agency.name}: {refused.message}", code=refused.code
            ) from refused
        done.append(report)
    return done


def may_confirm(user, report):
    """Those who answer for the unit's report, and staff of the issuer in the unit's stead; nobody
    before the cut-off.
    """
    if clock.today() < report.period.last_on:
        return False
    issuer = report.period.series.plan.issuer_id
    return report_access.may_confirm_report(user, report) or grants_of(user).has(
        access.DRAFTERS, issuer
    )


def _save(report, figures, texts, user, *, confirm, version):
    words = {name: texts.get(name, getattr(report, name)) for name in TEXTS}
    actions.save_report(
        actor=user,
        report=report,
        figures=figures,
        takes_below=report.takes_below,
        confirm=confirm,
        stand_in=not grants_of(user).has(access.DOERS, report.agency_id),
        lock_version=version,
        **words,
    )
