"""Pasted text: cleaned of Word's mark-up, and read anew where it was written with old fonts.

Each app with an editor has an address of its own that checks who may write and then answers with
`answer`; static/js/legacy-text.js asks it.
"""

import re

from django.http import JsonResponse
from django.utils.translation import gettext as _

from portal.common import legacy_text, richtext, text

#: In characters of what is pasted; Word writes ten times as much mark-up as text.
LIMIT = 1_500_000
SAMPLE = 1200
KINDS = {legacy_text.TCVN3: "TCVN3 (ABC)", legacy_text.VNI: "VNI"}

_BULLETS = re.compile(r"(?:<p>[·•▪§]\s*(?:(?!</p>).)*</p>)+", re.S)
_BULLET = re.compile(r"<p>[·•▪§]\s*((?:(?!</p>).)*)</p>", re.S)


def answer(request, may_write):
    """What a piece of the clipboard says in Unicode.

    Takes `html` or `text`. JSON: {"kind": "TCVN3 (ABC)" or "", "html" or "text": converted,
    "kept": the same cleaned but not converted, "before", "after": the beginnings to compare};
    {"message"} with 401, 403 or 413. Nothing is stored.

    Args:
        may_write: function(user) -> whether this person writes anything here.
    """
    if not request.user.is_authenticated:
        return JsonResponse({"message": _("Phiên làm việc đã hết.")}, status=401)
    if not may_write(request.user):
        return JsonResponse({"message": _("Bạn không có vai trò này.")}, status=403)
    html, plain = request.POST.get("html", ""), request.POST.get("text", "")
    if len(html) + len(plain) > LIMIT:
        message = _("Đoạn dán quá dài. Hãy dán từng phần.")
        return JsonResponse({"message": message}, status=413)
    if html:
        converted, kinds = legacy_text.convert_html(html)
        name = " + ".join(KINDS[kind] for kind in sorted(kinds))
        new, old = _tidy(converted), _tidy(html)
        return JsonResponse(
            {
                "kind": name,
                "html": new,
                "kept": old,
                "before": _beginning(richtext.plain(old)),
                "after": _beginning(richtext.plain(new)),
            }
        )
    converted, kind = legacy_text.convert_text(plain)
    return JsonResponse(
        {
            "kind": KINDS.get(kind, ""),
            "text": text.clean(converted, strip=False),
            "kept": plain,
            "before": _beginning(plain),
            "after": _beginning(converted),
        }
    )


def _tidy(html):
    """Sanitised; Word's bullets, which are letters in paragraphs, as a list."""

    def as_list(run):
        return "<ul>{}</ul>".format("".join(f"<li>{row}</li>" for row in _BULLET.findall(run[0])))

    return richtext.sanitize(_BULLETS.sub(as_list, richtext.sanitize(html)))


def _beginning(words):
    return words if len(words) <= SAMPLE else words[:SAMPLE].rsplit(" ", 1)[0] + " …"
