"""Servers for the collector to ask: the local Resource Graph, and one that answers byte by byte what a test says."""

import gzip
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import trustme
from azure.core.credentials import AccessToken, AccessTokenInfo

from tenantlint.graph.azure.governor import Governor
from tenantlint.graph.azure.requests import Sender
from tenantlint.graph.azure.wire import Channel, Reply
from tenantlint.graph.copies import read_copy
from tenantlint.graph.server.quota import Quota
from tenantlint.graph.server.serving import Options, serving
from tests.graph.server.clients import DEMO

SCOPE = "https://management.azure.com/.default"
PAGE = b'{"totalRecords":1,"count":1,"data":[{"id":"/A"}],"facets":[],"resultTruncated":"false"}'
QUERY = b'{"query":"Resources | project id, name | order by id asc","options":{"$top":50}}'
UNCOUNTED = Quota(5000)  # as the governor reads its headers; Quota(None) says all the time that 14 are left


class Credential:
    """Gives tokens named ``secret-1``, ``secret-2`` …, each good for so many *seconds*."""

    def __init__(self, seconds: float = 3600) -> None:
        self.seconds = seconds
        self.asked: list[tuple[str, ...]] = []
        self.trouble: Exception | None = None

    def get_token_info(self, *scopes: str) -> AccessTokenInfo:
        self.asked.append(scopes)
        if self.trouble:
            raise self.trouble
        return AccessTokenInfo(f"secret-{len(self.asked)}", int(time.time() + self.seconds))


class OldCredential:
    """A credential of the older kind."""

    def get_token(self, *_: str) -> AccessToken:
        return AccessToken("secret-old", int(time.time()) + 3600)


@dataclass
class Stub:
    """A server that takes one request a connection and answers with the bytes of a script, the last of it forever.

    Empty bytes close the connection; *asked* holds the requests as they came.
    """

    url: str
    answers: Sequence[bytes]
    asked: list[bytes] = field(default_factory=list)
    pause: float = 0.0

    def answer(self, connection: socket.socket) -> None:
        with connection:
            request = connection.recv(65536)
            while b"\r\n\r\n" not in request or len(request) < _length(request):
                request += connection.recv(65536)
            self.asked.append(request)
            time.sleep(self.pause)
            connection.sendall(self.answers[min(len(self.asked), len(self.answers)) - 1])


def _length(request: bytes) -> int:
    """Return how long the whole request is, in bytes."""
    head, _, _ = request.partition(b"\r\n\r\n")
    said = [line.partition(b":")[2] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    return len(head) + 4 + (int(said[0]) if said else 0)


def http(status: int = 200, body: bytes = PAGE, /, **headers: str) -> bytes:
    """Return the bytes of an answer; its length is right unless *headers* say otherwise."""
    named = {"content_length": str(len(body)), "content_type": "application/json", "connection": "close", **headers}
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in named.items() if value)
    return f"HTTP/1.1 {status} Whatever\r\n{lines}\r\n".encode() + body


def zipped(body: bytes = PAGE, cut: int | None = None) -> bytes:
    """Return an answer whose body is compressed, and cut off after so many bytes although its length fits."""
    return http(200, gzip.compress(body)[:cut], content_encoding="gzip")


Script = Callable[..., Stub]


@pytest.fixture
def stub(tmp_path: Path) -> Iterator[Script]:
    """Return a function that starts a server with a script."""
    with ExitStack() as stack:

        def start(*answers: bytes, pause: float = 0.0, tls: bool = False) -> Stub:
            listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            served = Stub(f"http://127.0.0.1:{listener.getsockname()[1]}", answers, pause=pause)
            context = _context(tmp_path) if tls else None
            if context:
                served.url = served.url.replace("http:", "https:")
            threading.Thread(target=_accept, args=(listener, context, served), daemon=True).start()
            stack.callback(listener.shutdown, socket.SHUT_RDWR)
            return served

        yield start


def _context(folder: Path) -> ssl.SSLContext:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


def _accept(listener: socket.socket, context: ssl.SSLContext | None, served: Stub) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:  # the test is over
            return
        try:
            served.answer(context.wrap_socket(connection, server_side=True) if context else connection)
        except OSError:  # the client has gone, as some tests want it to
            connection.close()


Serve = Callable[..., Any]


@pytest.fixture(scope="session")
def started() -> Iterator[ExitStack]:
    """Return what closes servers that have been told to stop: waiting for each by itself would take its time."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def serve(started: ExitStack) -> Iterator[Serve]:
    """Return a function that serves a tenant copy as Resource Graph, with options of its own; nobody counts."""
    servers = []

    def start(copy: Path = DEMO, **options: Any) -> str:  # noqa: ANN401 - whatever Options has
        running = started.enter_context(serving(read_copy(copy), Options(**{"quota": UNCOUNTED, **options})))
        servers.append(running.server)
        return running.url

    yield start
    for server in servers:
        server.should_exit = True


Connect = Callable[..., Channel]


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Return a function that makes a channel to a server."""
    with ExitStack() as stack:

        def start(url: str, credential: object = None, **more: Any) -> Channel:  # noqa: ANN401 - whatever it takes
            said = {"enforce_https": not url.startswith("http:"), **more}
            channel = Channel(url, credential or Credential(), [SCOPE], **said)
            stack.callback(channel.close)
            return channel

        yield start


@dataclass
class Asking:
    """A sender that lives a hundred times as fast, and what it told."""

    sender: Sender
    stop: threading.Event
    told: list[str]
    log: list[str]

    @property
    def requests(self) -> int:
        """How many requests were sent, answered or not."""
        return len(self.log)


Ask = Callable[..., Asking]


@pytest.fixture
def ask(connect: Connect) -> Ask:
    """Return a function that makes a sender to a server."""

    def start(url: str, credential: object = None, *, deadline: float | None = None, haste: float = 0.01) -> Asking:
        log: list[str] = []
        told: list[str] = []
        stop = threading.Event()
        channel = connect(url, credential, on_request=log.append)
        governor = Governor(now=lambda: time.monotonic() / haste)
        end = None if deadline is None else time.monotonic() + deadline
        sender = Sender(channel, governor, deadline=end, stop=stop, told=told.append, haste=haste)
        return Asking(sender, stop, told, log)

    return start


def reply(status: int = 200, body: bytes = PAGE, /, **headers: str) -> Reply:
    """Make a reply; underscores in the names of headers stand for hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, named, body, named.get("x-ms-correlation-request-id", ""))


def quota(remaining: object, resets: str = "00:00:05", status: int = 200, **more: str) -> Reply:
    """Make a reply that says how much of the quota is left."""
    said = {"x-ms-user-quota-remaining": str(remaining), "x-ms-user-quota-resets-after": resets}
    return Reply(status, {**said, **{name.replace("_", "-"): value for name, value in more.items()}}, b"", "")
