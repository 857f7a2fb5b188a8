"""Embedded videos: which providers are allowed, and what their addresses look like.

Nothing but the key of the provider and the id of the video there is stored; every address is made
here from these two, so no address of a stranger ever reaches a page.
"""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from django.conf import settings


@dataclass(frozen=True)
class Provider:
    """One provider of the allow-list.

    Args:
        key: what `ArticleItem.provider` holds.
        name: as people call it.
        hosts: {host of an address people copy: regular expression over its path; the group `ref`
            is the id}. Where the id stands in the query, the group is missing and `query` names it.
        ref: what an id looks like.
        embed, watch: addresses with `{ref}`.
    """

    key: str
    name: str
    hosts: dict[str, str]
    ref: str
    embed: str
    watch: str
    query: str = ""

    def find(self, host, path, query):
        """The id in an address of this provider, or None."""
        pattern = self.hosts.get(host)
        match = re.fullmatch(pattern, path) if pattern else None
        if match is None:
            return None
        found = match.groupdict().get("ref") or parse_qs(query).get(self.query, [""])[0]
        return found if re.fullmatch(self.ref, found) else None


_YOUTUBE = r"/(?:watch/?|(?:embed|shorts|live|v)/(?P<ref>[^/]+)/?)"
_VIMEO = r"/(?:channels/[^/]+/|groups/[^/]+/videos/)?(?P<ref>\d+)/?"
_DAILYMOTION = r"/(?:embed/)?video/(?P<ref>[^/_]+)(?:_[^/]*)?/?"

PROVIDERS = {
    p.key: p
    for p in (
        Provider(
            key="youtube",
            name="YouTube",
            hosts={
                **dict.fromkeys(("youtube.com", "m.youtube.com", "youtube-nocookie.com"), _YOUTUBE),
                "youtu.be": r"/(?P<ref>[^/]+)/?",
            },
            ref=r"[A-Za-z0-9_-]{11}",
            query="v",
            # The address under which YouTube sets no cookie before the play button is pressed.
            embed="https://www.youtube-nocookie.com/embed/{ref}?rel=0",
            watch="https://www.youtube.com/watch?v={ref}",
        ),
        Provider(
            key="vimeo",
            name="Vimeo",
            hosts={"vimeo.com": _VIMEO, "player.vimeo.com": r"/video/(?P<ref>\d+)/?"},
            ref=r"\d{5,12}",
            embed="https://player.vimeo.com/video/{ref}?dnt=1",
            watch="https://vimeo.com/{ref}",
        ),
        Provider(
            key="dailymotion",
            name="Dailymotion",
            hosts={"dailymotion.com": _DAILYMOTION, "dai.ly": r"/(?P<ref>[^/]+)/?"},
            ref=r"[A-Za-z0-9]{6,12}",
            embed="https://www.dailymotion.com/embed/video/{ref}",
            watch="https://www.dailymotion.com/video/{ref}",
        ),
    )
}


def allowed():
    """Providers of `settings.VIDEO_PROVIDERS`, in its order."""
    return [PROVIDERS[key] for key in settings.VIDEO_PROVIDERS]


def recognise(address):
    """(provider, ref) of an address a person copied, or None when no allowed provider has it."""
    address = address.strip()
    if "//" not in address:
        address = f"https://{address}"
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return None
    if parts.scheme not in ("http", "https"):
        return None
    for provider in allowed():
        ref = provider.find(host, parts.path, parts.query)
        if ref is not None:
            return provider.key, ref
    return None


def is_known(provider, ref):
    """Whether the pair is one that `recognise` could have given, now or when it was written."""
    found = PROVIDERS.get(provider)
    return found is not None and re.fullmatch(found.ref, ref) is not None


def name_of(provider):
    return PROVIDERS[provider].name


def embed_url(provider, ref):
    """Address of the player, for a frame."""
    return PROVIDERS[provider].embed.format(ref=ref)


def watch_url(provider, ref):
    """Address of the page of the video, for people and for paper."""
    return PROVIDERS[provider].watch.format(ref=ref)


def frame_origin(provider):
    """What `frame-src` of the content policy needs for the player."""
    parts = urlsplit(PROVIDERS[provider].embed)
    return f"{parts.scheme}://{parts.netloc}"
