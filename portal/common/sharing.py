"""Addresses that share a page: plain links, nothing of theirs is loaded before the press."""

import base64
import json
from urllib.parse import quote, urlencode


def sharing(title: str, address: str) -> dict[str, str]:
    """{"zalo", "facebook", "mail"}: where a reader shares the page at a full address."""
    wrapped = base64.b64encode(json.dumps({"url": address}).encode()).decode()
    zalo = {"layout": 1, "color": "blue", "customize": "false", "d": wrapped, "shareType": 0}
    return {
        "zalo": f"https://button-share.zalo.me/share_external?{urlencode(zalo)}",
        "facebook": f"https://www.facebook.com/sharer/sharer.php?{urlencode({'u': address})}",
        "mail": f"mailto:?{urlencode({'subject': title, 'body': address}, quote_via=quote)}",
    }
