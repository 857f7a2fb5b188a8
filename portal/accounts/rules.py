"""What a user name and a phone number look like; when a slip is good. Nothing here writes."""

import datetime as dt
import re
import unicodedata

from django.utils.translation import gettext_lazy as _

from portal.common import clock, text

USERNAME = re.compile(r"^[a-z][a-z0-9._-]{2,49}$")
USERNAME_HINT = _("Chữ thường không dấu, số, dấu chấm, gạch; bắt đầu bằng chữ; 3-50 ký tự.")

#: Twenty characters of 32, no look-alikes: 100 bits that can be typed from paper.
SLIP_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
SLIP_LENGTH = 20
SLIP_DAYS = 7


def slip_last_day(issued_on):
    """The last day a slip printed on `issued_on` is good; it is printed on the slip."""
    return issued_on + dt.timedelta(days=SLIP_DAYS)


def slip_expiry(issued_on):
    """The first instant at which it is not."""
    return clock.end_of_day(slip_last_day(issued_on))


def normalise_username(value):
    return text.one_line(value).lower()


def normalise_phone(value):
    """'+84 912-000.501' -> '0912000501'; '' when it is no phone number of Vietnam."""
    digits = "".join(
        str(unicodedata.decimal(c)) for c in str(value) if unicodedata.decimal(c, None) is not None
    )
    other = re.sub(r"[\d\s.()+-]", "", str(value))
    if other:
        return ""
    if str(value).strip().startswith("+"):
        digits = "0" + digits[2:] if digits.startswith("84") else ""
    return digits if re.fullmatch(r"0\d{8,10}", digits) else ""


def normalise_slip(value):
    """What was typed or scanned as a slip's code, without spaces, hyphens and small letters."""
    return re.sub(r"[^A-Z0-9]", "", str(value).upper())[: SLIP_LENGTH + 1]


def username_from(full_name):
    """'Nguyễn Văn An' -> 'nguyenvanan'; the caller makes it unique."""
    return text.slugify_vi(full_name).replace("-", "")[:40] or "nguoidung"
