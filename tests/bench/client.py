"""A plain HTTP client that keeps some connections busy: one thread, one selector, little work of
its own, because it shares the processors with what it measures.
"""

import selectors
import socket
import time
from dataclasses import dataclass


class BadAnswer(Exception):
    """A page answered something else than it should; measuring it would say nothing."""


@dataclass(frozen=True)
class Load:
    """What came of one run: requests per second, the 95th percentile in ms, bytes of a body."""

    rps: float
    p95_ms: float
    bytes: int
    count: int


def get(port, path, headers=()):
    """The bytes of a GET request, the same each time."""
    lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Accept-Encoding: gzip", *headers]
    request = "\r\n".join([*lines, "", ""]).encode()
    return lambda: request


def post(port, path, body, headers=()):
    """The bytes of POST requests; `body()` makes the next (body, further headers)."""

    def make():
        data, own = body()
        lines = [
            f"POST {path} HTTP/1.1",
            f"Host: 127.0.0.1:{port}",
            "Content-Type: application/x-www-form-urlencoded",
            f"Content-Length: {len(data)}",
            *headers,
            *own,
        ]
        return "\r\n".join([*lines, "", ""]).encode() + data

    return make


class _Connection:
    def __init__(self, port):
        self.port = port
        self.socket = None
        self.buffer = b""
        self.wanted = -1
        self.head = 0
        self.began = 0.0

    def open(self):
        self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, request):
        self.buffer, self.wanted = b"", -1
        self.began = time.perf_counter()
        self.socket.sendall(request)

    def receive(self):
        """Whether the answer is complete. Raises ConnectionError when the server hung up."""
        data = self.socket.recv(262_144)
        if not data:
            raise ConnectionError
        self.buffer += data
        if self.wanted < 0:
            end = self.buffer.find(b"\r\n\r\n")
            if end < 0:
                return False
            head = self.buffer[:end].lower()
            at = head.find(b"content-length:")
            self.head = end + 4
            if at < 0:
                raise BadAnswer(f"an answer without a length: {self.buffer[:200]!r}")
            self.wanted = self.head + int(head[at + 15 :].split(b"\r\n", 1)[0])
        return len(self.buffer) >= self.wanted


def drive(port, make, *, connections, seconds, status=200):
    """Ask for `seconds` over so many connections, one request at a time on each.

    Raises:
        BadAnswer: for any other status than `status`.
    """
    expected = b" %d " % status
    chooser = selectors.DefaultSelector()
    # Every connection is used: a server that hangs up after so many requests is asked anew.
    every = [_Connection(port) for _ in range(connections)]
    for one in every:
        one.open()
        chooser.register(one.socket, selectors.EVENT_READ, one)
    times, size = [], 0
    began = time.perf_counter()
    end = began + seconds
    for one in every:
        one.send(make())
    busy = len(every)
    while busy:
        for key, _events in chooser.select(timeout=30) or _silence():
            one = key.data
            try:
                complete = one.receive()
            except ConnectionError:
                chooser.unregister(one.socket)
                one.socket.close()
                one.open()
                chooser.register(one.socket, selectors.EVENT_READ, one)
                one.send(make())
                continue
            if not complete:
                continue
            now = time.perf_counter()
            if expected not in one.buffer[:16]:
                raise BadAnswer(one.buffer[: one.head].decode("latin-1").splitlines()[0])
            times.append(now - one.began)
            size = one.wanted - one.head
            if now < end:
                one.send(make())
            else:
                busy -= 1
    took = time.perf_counter() - began
    for one in every:
        one.socket.close()
    chooser.close()
    times.sort()
    p95 = times[min(len(times) - 1, int(len(times) * 0.95))]
    return Load(len(times) / took, p95 * 1000, size, len(times))


def _silence():
    raise BadAnswer("no answer for 30 seconds")
