import uuid

from tests.access import Row

NO_CASE = {"pk": uuid.UUID(int=0)}

ROWS = [
    Row("moderation:queue", default=403),
    Row("moderation:approve_many", method="post", default=403),
    Row("moderation:case", NO_CASE, default=403),
    Row("moderation:approve", NO_CASE, method="post", default=403),
    Row("moderation:hide", NO_CASE, method="post", default=403),
]
