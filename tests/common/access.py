"""The style guide is for portal administrators; pictures come from people with a working role."""

from tests.access import Row

ROWS = [
    Row("uploads:image", anonymous=405, default=405),
    # refused or not, the editor wants its answer in JSON under 200
    Row(
        "uploads:image",
        method="post",
        anonymous=401,
        default=403,
        bientap=200,
        duyet=200,
        kehoach=200,
        khach=200,
    ),
    Row("common:styleguide", default=404, quantri=200),
    Row("common:styleguide", query="khung=ban-lam-viec", default=404, quantri=200),
]
