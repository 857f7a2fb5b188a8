"""Videos handed in: told by their content, read box by box, never into memory as a whole.

Videos are kept as they are sent. So only what every browser since Chrome 109 plays is taken: MP4
with H.264, and WebM. Nothing is executed or decoded here.
"""

import struct
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from portal.common.errors import Refused

#: The index of an MP4 of some hours; a larger one is no honest file.
_MOST_INDEX = 32 * 1024 * 1024
_MOST_BOXES = 5000
_PLAYED = {b"avc1", b"avc3"}  # H.264
_EBML, _SEGMENT = b"\x1a\x45\xdf\xa3", b"\x18\x53\x80\x67"


@dataclass(frozen=True)
class Video:
    """What is known of a video; width and height are None where it does not say them."""

    ending: str
    content_type: str
    width: int | None = None
    height: int | None = None


def max_bytes():
    return settings.VIDEO_MAX_MB * 1024 * 1024


def _refuse():
    return Refused(
        _("Tệp này không phải video MP4 hoặc WebM. Hãy lưu video thành MP4 rồi tải lại."),
        code="not_a_video",
    )


def _cut_off():
    return Refused(_("Tệp video bị thiếu phần cuối; hãy lưu và tải lên lại."), code="cut_off")


def check(file) -> Video:
    """What the video in the open `file` is.

    Raises:
        Refused: "empty", "too_large", "not_a_video", "cut_off", "codec" (an MP4 of a kind that
            many computers do not play, such as H.265 of newer telephones).
    """
    size = file.seek(0, 2)
    if not size:
        raise Refused(_("Tệp video trống."), code="empty")
    if size > max_bytes():
        raise Refused(
            _("Video lớn quá %(most)d MB. Hãy giảm độ phân giải hoặc cắt ngắn rồi tải lại.")
            % {"most": settings.VIDEO_MAX_MB},
            code="too_large",
        )
    file.seek(0)
    head = file.read(64)
    if head[4:8] == b"ftyp":
        return _mp4(file, size)
    if head.startswith(_EBML):
        return _webm(file)
    raise _refuse()


# --- WebM ---------------------------------------------------------------------------------


def _webm(file):
    file.seek(0)
    head = file.read(4096)
    # DocType is the element 0x4282; Matroska has the same bones but is played by nobody's browser.
    if b"\x42\x82\x84webm" not in head[:256] or _SEGMENT not in head:
        raise _refuse()
    return Video("webm", "video/webm")


# --- MP4 ----------------------------------------------------------------------------------


def _boxes(file, start, end):
    """(kind, first byte of its content, first byte behind it) of each box between two places."""
    for _n in range(_MOST_BOXES):
        if start == end:
            return
        if start + 8 > end:
            raise _cut_off()
        file.seek(start)
        length, kind = struct.unpack(">I4s", file.read(8))
        content = start + 8
        if length == 1:
            large = file.read(8)
            if len(large) < 8:
                raise _cut_off()
            length, content = struct.unpack(">Q", large)[0], content + 8
        elif length == 0:
            length = end - start
        if start + length < content:
            raise _refuse()
        if start + length > end:
            raise _cut_off()
        yield kind, content, start + length
        start += length
    raise _refuse()


def _find(file, span, *path):
    """The spans of the boxes at `path` inside `span`."""
    spans = [span]
    for wanted in path:
        spans = [
            (content, end)
            for start, stop in spans
            for kind, content, end in _boxes(file, start, stop)
            if kind == wanted
        ]
    return spans


def _mp4(file, size):
    parts = {kind: (content, end) for kind, content, end in _boxes(file, 0, size)}
    if b"moov" not in parts:
        # The index comes last while recording: without it the recording was broken off.
        raise _cut_off() if b"mdat" in parts else _refuse()
    index = parts[b"moov"]
    if index[1] - index[0] > _MOST_INDEX:
        raise _refuse()
    played, others = None, set()
    for track in _find(file, index, b"trak"):
        codec = _codec(file, track)
        if codec in _PLAYED:
            played = track
        else:
            others.add(codec)
    if played is None:
        if others & {b"hvc1", b"hev1", b"av01", b"vp09", b"mp4v", b"apcn", b"apch"}:
            raise Refused(
                _(
                    "Video này dùng chuẩn nén mà nhiều máy không xem được. Hãy xuất lại thành MP4 "
                    "chuẩn H.264 rồi tải lên."
                ),
                code="codec",
            )
        raise _refuse()
    width, height = _measures(file, played)
    return Video("mp4", "video/mp4", width, height)


def _codec(file, track):
    """The four letters of what a track is encoded in, b"" when it does not say."""
    for start, end in _find(file, track, b"mdia", b"minf", b"stbl", b"stsd")[:1]:
        if end - start >= 16:
            file.seek(start + 12)  # version, number of entries, length of the first
            return file.read(4)
    return b""


def _measures(file, track):
    """(width, height) of a track in pixels, (None, None) when they make no sense."""
    for start, end in _find(file, track, b"tkhd")[:1]:
        if end - start >= 84:
            file.seek(end - 8)
            width, height = (side >> 16 for side in struct.unpack(">II", file.read(8)))
            if 0 < width <= 8192 and 0 < height <= 8192:
                return width, height
    return None, None
