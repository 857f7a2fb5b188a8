"""Answers to `Range`: players ask for parts of a video and jump in it."""

import re

from django.http import FileResponse, HttpResponse

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


class _Part:
    """A stretch of an open file; closes it."""

    def __init__(self, file, start, length):
        file.seek(start)
        self._file, self._left = file, length

    def read(self, size=-1):
        wanted = self._left if size < 0 else min(size, self._left)
        data = self._file.read(wanted)
        self._left -= len(data)
        return data

    def close(self):
        self._file.close()


def response(request, file, **options):
    """The open `file`, or the one part of it that the request asks for (206, 416).

    Args:
        options: those of FileResponse.

    Several parts at once, or what is no range, are answered with the whole file, as RFC 9110
    allows.
    """
    size = file.size
    asked = _asked(request.headers.get("Range", ""), size)
    if asked is None:
        answer = FileResponse(file, **options)
        answer["Content-Length"] = str(size)
    else:
        start, end = asked
        if start >= end:
            file.close()
            answer = HttpResponse(status=416)
            answer["Content-Range"] = f"bytes */{size}"
        else:
            answer = FileResponse(_Part(file, start, end - start), status=206, **options)
            answer["Content-Length"] = str(end - start)
            answer["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    answer["Accept-Ranges"] = "bytes"
    return answer


def _asked(header, size):
    """(first byte, byte behind the last), equal when there is no such part; None for all of it."""
    match = _RANGE.fullmatch(header.strip())
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if max(len(first), len(last)) > 18:
        return size, size
    if not first:
        return max(0, size - int(last)), size
    end = min(size, int(last) + 1) if last else size
    return (int(first), end) if int(first) < end else (size, size)
