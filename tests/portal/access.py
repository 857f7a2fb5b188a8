from tests.access import Row

ROWS = [
    Row("healthz", anonymous=200),
]
