"""Accounts from a list in Excel: read, checked row by row, shown, and only then made.

Reading takes nothing on trust: size, number of rows and columns are limited, formulas are not
computed, cells become text.
"""

import datetime as dt
from dataclasses import asdict, dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts import actions as accounts
from portal.accounts import rules as account_rules
from portal.accounts.models import User
from portal.agencies import actions
from portal.agencies.models import Agency, Role
from portal.common import clock, sheets, text
from portal.common.errors import Refused

MAX_BYTES = 2 * 1024 * 1024
MAX_UNPACKED = 40 * 1024 * 1024
MAX_ROWS = 1000
COLUMNS = {
    "full_name": gettext_lazy("Họ và tên"),
    "username": gettext_lazy("Tên đăng nhập"),
    "phone": gettext_lazy("Điện thoại"),
    "email": gettext_lazy("Thư điện tử"),
    "agency": gettext_lazy("Cơ quan"),
    "role": gettext_lazy("Vai trò"),
}
_LIMITS = {"full_name": 120, "username": 50, "phone": 20, "email": 254, "agency": 200, "role": 80}


@dataclass
class Row:
    """One line of the list. `problems` are whole sentences; a good row has none."""

    number: int
    full_name: str = ""
    username: str = ""
    phone: str = ""
    email: str = ""
    agency: str = ""
    role: str = ""
    agency_id: int | None = None
    role_id: int | None = None
    problems: list[str] = field(default_factory=list)


def template():
    """An empty list with headings, a sample row and the names of the roles (xlsx bytes)."""
    out, book = sheets.new_book()
    bold = book.add_format({"bold": True, "bottom": 1})
    as_text = book.add_format({"num_format": "@"})
    sheet = book.add_worksheet("Danh sách")
    sheet.set_column(0, len(COLUMNS) - 1, 26, as_text)
    sheet.freeze_panes(1, 0)
    for n, title in enumerate(COLUMNS.values()):
        sheet.write_string(0, n, str(title), bold)
    roles = book.add_worksheet("Vai trò")
    roles.set_column(0, 0, 40)
    for n, label in enumerate(Role.labels):
        roles.write_string(n, 0, str(label))
    sheet.data_validation(
        1,
        len(COLUMNS) - 1,
        MAX_ROWS,
        len(COLUMNS) - 1,
        {"validate": "list", "source": f"='Vai trò'!$A$1:$A${len(Role.labels)}"},
    )
    book.close()
    return out.getvalue()


def read(upload):
    """The rows of an uploaded workbook (file-like with `size`).

    Raises:
        Refused: when it is no such list or too large.
    """
    if upload.size > MAX_BYTES:
        raise Refused(_("Tệp lớn hơn 2 MB."), code="size")
    with sheets.opened(upload, max_unpacked=MAX_UNPACKED, formulas=False) as book:
        lines = _lines(book.worksheets[0])
    return _rows(lines)


def check(rows, *, allowed):
    """Find every problem of every row; fills `agency_id`, `role_id`, `problems`.

    Args:
        allowed: queryset of the agencies for which this list may make accounts.

    Returns:
        whether every row is good.
    """
    agencies = _by_text(allowed, {row.agency for row in rows})
    roles = {text.fold(str(label)): value for value, label in Role.choices}
    roles |= {role.name.lower(): role.value for role in Role}
    for row in rows:
        # Excel drops the leading zero of a number that is not kept as text.
        if row.phone.isdecimal() and not account_rules.normalise_phone(row.phone):
            row.phone = account_rules.normalise_phone("0" + row.phone) or row.phone
    names = {account_rules.normalise_username(r.username) for r in rows if r.username}
    phones = {account_rules.normalise_phone(r.phone) for r in rows if r.phone}
    taken_names = set(User.objects.filter(username__in=names).values_list("username", flat=True))
    taken_phones = set(User.objects.filter(phone__in=phones).values_list("phone", flat=True))
    seen = {}
    for row in rows:
        row.problems = list(_problems(row, agencies, roles, taken_names, taken_phones, seen))
    return bool(rows) and not any(row.problems for row in rows)


@transaction.atomic
def commit(rows, *, actor, allowed):
    """Make the accounts and roles of checked rows: all of them or none.

    Returns:
        the Users, in the order of the list.

    Raises:
        Refused: when a row is not good any more.
    """
    if not check(rows, allowed=allowed):
        raise Refused(_("Danh sách có lỗi; hãy tải lên lại."), code="changed")
    agencies = {a.pk: a for a in Agency.objects.filter(pk__in={r.agency_id for r in rows})}
    today = clock.today()
    users = []
    for row in rows:
        agency = agencies[row.agency_id]
        user = accounts.create_account(
            actor=actor,
            full_name=row.full_name,
            username=row.username,
            phone=row.phone,
            email=row.email,
            agency=agency,
        )
        actions.grant_role(actor=actor, user=user, agency=agency, role=row.role_id, starts=today)
        users.append(user)
    return users


def dump(rows):
    """Plain data of the rows, to be signed and sent along with the preview."""
    return [{k: v for k, v in asdict(row).items() if k in _LIMITS or k == "number"} for row in rows]


def restore(data):
    return [Row(**row) for row in data]


# --- helpers --------------------------------------------------------------------------------


def _lines(sheet):
    lines = []
    for number, cells in enumerate(
        sheet.iter_rows(max_row=MAX_ROWS + 2, max_col=20, values_only=True), start=1
    ):
        values = [_as_text(cell) for cell in cells]
        if any(values):
            lines.append((number, values))
    return lines


def _as_text(cell):
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, dt.datetime):
        cell = cell.date()
    return text.one_line(str(cell))


def _rows(lines):
    if not lines:
        raise Refused(_("Tệp không có dòng nào."), code="empty")
    wanted = {text.fold(str(title)): key for key, title in COLUMNS.items()}
    wanted |= {"ho ten": "full_name", "so dien thoai": "phone", "email": "email"}
    place = {}
    for n, title in enumerate(lines[0][1]):
        key = wanted.get(text.fold(title))
        if key and key not in place:
            place[key] = n
    missing = [str(COLUMNS[k]) for k in ("full_name", "agency", "role") if k not in place]
    if missing:
        raise Refused(
            _("Dòng đầu thiếu cột: %(names)s.") % {"names": ", ".join(missing)}, code="columns"
        )
    if len(lines) - 1 > MAX_ROWS:
        raise Refused(
            _("Danh sách dài hơn %(n)d dòng; hãy chia thành nhiều tệp.") % {"n": MAX_ROWS},
            code="rows",
        )
    rows = [
        Row(number, **{k: values[n] for k, n in place.items() if n < len(values)})
        for number, values in lines[1:]
    ]
    if not rows:
        raise Refused(_("Dưới dòng tiêu đề không có ai."), code="empty")
    return [row for row in rows if any(getattr(row, key) for key in COLUMNS)]


def _by_text(allowed, values):
    """{text as typed, folded: [Agency]} for every value, in one query over `allowed`."""
    found = {}
    wanted = {text.fold(value) for value in values if value}
    for agency in allowed.only("slug", "code", "name", "short_name"):
        names = {agency.slug, agency.code, agency.name, agency.short_name}
        for name in wanted & {text.fold(name) for name in names}:
            found.setdefault(name, []).append(agency)
    return found


def _problems(row, agencies, roles, taken_names, taken_phones, seen):
    for key, limit in _LIMITS.items():
        if len(getattr(row, key)) > limit:
            yield _("“%(column)s” dài quá %(n)d ký tự.") % {"column": COLUMNS[key], "n": limit}
    if not row.full_name:
        yield _("Thiếu họ và tên.")
    if row.username:
        username = account_rules.normalise_username(row.username)
        if not account_rules.USERNAME.match(username):
            yield _("Tên đăng nhập “%(name)s” không hợp lệ.") % {"name": row.username}
        elif username in taken_names:
            yield _("Tên đăng nhập “%(name)s” đã có người dùng.") % {"name": row.username}
        yield from _twice(seen, ("username", username), row, COLUMNS["username"])
    if row.phone:
        phone = account_rules.normalise_phone(row.phone)
        if not phone:
            yield _("Số điện thoại “%(phone)s” không hợp lệ.") % {"phone": row.phone}
        elif phone in taken_phones:
            yield _("Số điện thoại đã gắn với một tài khoản khác.")
        if phone:
            yield from _twice(seen, ("phone", phone), row, COLUMNS["phone"])
    if row.email:
        try:
            validate_email(row.email)
        except ValidationError:
            yield _("Thư điện tử “%(mail)s” không hợp lệ.") % {"mail": row.email}
    matches = agencies.get(text.fold(row.agency), [])
    row.agency_id = matches[0].pk if len(matches) == 1 else None
    if not row.agency:
        yield _("Thiếu cơ quan.")
    elif not matches:
        yield _("Không có cơ quan “%(name)s” trong phạm vi bạn quản trị.") % {"name": row.agency}
    elif len(matches) > 1:
        yield _("Có %(n)d cơ quan khớp “%(name)s”; hãy ghi địa chỉ, ví dụ %(slug)s.") % {
            "n": len(matches),
            "name": row.agency,
            "slug": matches[0].slug,
        }
    row.role_id = roles.get(text.fold(row.role))
    if not row.role:
        yield _("Thiếu vai trò.")
    elif row.role_id is None:
        yield _("Không có vai trò “%(name)s”.") % {"name": row.role}


def _twice(seen, key, row, column):
    first = seen.setdefault(key, row.number)
    if first != row.number:
        yield _("Trùng “%(column)s” với dòng %(n)d.") % {"column": column, "n": first}
