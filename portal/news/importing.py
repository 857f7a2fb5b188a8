"""Old addresses from Excel."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.agencies.models import Agency
from portal.agencies.registries import SheetKind, SheetOutcome
from portal.common import sheets
from portal.common.sheets import Column, Problem
from portal.news import actions, rules
from portal.news.models import Article, OldAddress
from portal.news.models.old_addresses import PATH_LENGTH
from portal.news.rules.old_addresses import article_in, plain

OLD_ADDRESSES = "news.old_addresses"


@dataclass
class Context:
    agency: Agency


class OldAddressSheet(SheetKind):
    """`params`: {"agency": slug}."""

    title = gettext_lazy("Nhập địa chỉ cũ từ Excel")
    button = gettext_lazy("Ghi các địa chỉ")
    max_rows = 20_000
    columns = (
        Column(
            "old", "Địa chỉ cũ", required=True, limit=PATH_LENGTH, aliases=("URL cũ",), width=60,
            help="Chép từ thanh địa chỉ của trang cũ, cả phần sau dấu hỏi nếu có.",
        ),
        Column(
            "new", "Địa chỉ mới", required=True, limit=PATH_LENGTH, aliases=("URL mới",), width=60,
            help="Địa chỉ của bài, chuyên mục hoặc trang tin của cơ quan ở cổng này.",
        ),
    )  # fmt: skip

    def context(self, user, params):
        agency = Agency.objects.filter(slug=params["agency"]).first()
        if agency is None or not rules.may_keep_sections(user, agency):
            return None
        return Context(agency)

    def check(self, rows, context):
        agency = context.agency
        problems = sheets.problems_of_cells(rows, self.columns)
        paths = {row.number: plain(row["old"]) for row in rows}
        numbers = {row.number: article_in(row["new"]) for row in rows}
        found = Article.objects.filter(
            agency=agency, live_revision__isnull=False, pk__in=set(numbers.values()) - {None}
        )
        articles = found.only("pk", "title", "slug", "agency").in_bulk()
        known = dict(
            OldAddress.objects.filter(path__in=set(paths.values())).values_list("path", "agency")
        )
        work, lines, seen = [], [], {}
        for row in rows:
            path, article = paths[row.number], articles.get(numbers[row.number])
            page = ""
            if len(path) < 2 or len(path) > PATH_LENGTH:
                problems.append(Problem(row.number, "Địa chỉ cũ", _("Đây không phải địa chỉ.")))
            elif path in seen:
                words = _("Trùng với dòng %d.") % seen[path]
                problems.append(Problem(row.number, "Địa chỉ cũ", words))
            elif known.get(path, agency.pk) != agency.pk:
                words = _("Địa chỉ này đang dẫn tới trang của cơ quan khác.")
                problems.append(Problem(row.number, "Địa chỉ cũ", words))
            seen.setdefault(path, row.number)
            if article is None:
                page = plain(row["new"])
                own = reverse("news:agency", args=[agency.slug])
                if numbers[row.number] is not None or not f"{page}/".startswith(own):
                    words = _("Không có bài hay trang nào của cơ quan ở địa chỉ này.")
                    problems.append(Problem(row.number, "Địa chỉ mới", words))
                page = f"{page}/"
            verb = _("Sửa") if path in known else _("Thêm")
            lines.append((row.number, path, f"{verb}: {article.title if article else page}"))
            work.append((path, article, page))
        problems.sort()
        new = sum(path not in known for path, _article, _page in work)
        counts = [(_("Địa chỉ mới"), new), (_("Địa chỉ sửa lại"), len(work) - new)]
        return SheetOutcome(problems, lines, counts, work=work)

    def commit(self, outcome, context, *, actor):
        actions.keep_old_addresses(actor=actor, agency=context.agency, rows=outcome.work)
        return _("Đã ghi %d địa chỉ cũ.") % len(outcome.work)

    def urls(self, context):
        args = [context.agency.slug]
        return reverse("news:import_old_addresses", args=args), reverse(
            "news:old_addresses", args=args
        )
