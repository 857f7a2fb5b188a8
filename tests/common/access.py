"""The style guide is for portal administrators."""

from tests.access import Row

ROWS = [
    Row("common:styleguide", default=404, quantri=200),
    Row("common:styleguide", query="khung=ban-lam-viec", default=404, quantri=200),
]
