"""Starts and stops the server."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

import trustme
import uvicorn

from tenantlint.errors import UsageError
from tenantlint.graph.loopback import LOCALHOST, LOOPBACK, loopback
from tenantlint.graph.server.app import application
from tenantlint.graph.server.delivery import BreakableProtocol
from tenantlint.graph.server.faults import FaultScript
from tenantlint.graph.server.quota import Quota
from tenantlint.graph.server.service import Service, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from starlette.applications import Starlette

    from tenantlint.graph.copies import TenantCopy
    from tenantlint.graph.server.faults import Fault

_TICK: Final = 0.2  # seconds; a wait without an end could not be interrupted everywhere
_IDLE: Final = 75  # seconds until an idle connection is closed: a quota's wait must not cost a request
_GRACE: Final = 1  # seconds that answers on their way get when the server stops


@dataclass(frozen=True, slots=True)
class Options:
    """How a server is to run. ``host`` is this machine's own; ``port`` 0 takes any that is free."""

    host: str = LOOPBACK
    port: int = 0
    tls: bool = False
    quota: Quota | None = None
    faults: Sequence[Fault] = ()
    settings: Settings = Settings()  # noqa: RUF009 - frozen


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers: where it is, the service behind it, and the CA that vouches for it, if any."""

    url: str
    service: Service
    ca: Path | None
    server: uvicorn.Server
    stopped: threading.Event

    def wait(self) -> None:
        """Wait until the server stops; Ctrl-C interrupts it."""
        while not self.stopped.wait(_TICK):
            pass


@contextmanager
def serving(copy: TenantCopy, options: Options) -> Iterator[Running]:
    """Serve *copy* in a thread of its own, until the block ends. Raises ``UsageError`` where that cannot be."""
    with TemporaryDirectory(prefix="tenantlint-") as folder, _listen(options) as listener:
        work = Path(folder)
        service = Service(copy, work, options.settings)
        ca, certificate = _certificates(work) if options.tls else (None, None)
        app = application(service, options.quota or Quota(), FaultScript(options.faults))
        server = uvicorn.Server(_config(app, certificate))
        stopped = threading.Event()  # not the thread: Python may take it for ended where Ctrl-C interrupts a join

        def run() -> None:
            try:
                server.run([listener])
            finally:
                stopped.set()

        threading.Thread(target=run, daemon=True).start()
        try:
            while not server.started and not stopped.wait(0.005):
                pass
            yield Running(_url(listener, tls=options.tls), service, ca, server, stopped)
        finally:
            server.should_exit = True
            stopped.wait()


def _config(app: Starlette, certificate: Path | None) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=BreakableProtocol,
        loop="asyncio",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=_IDLE,
        timeout_graceful_shutdown=_GRACE,
        ssl_certfile=certificate,
    )


def _url(listener: socket.socket, *, tls: bool) -> str:
    host, port = listener.getsockname()[:2]
    return f"{'https' if tls else 'http'}://{f'[{host}]' if ':' in host else host}:{port}"


def _listen(options: Options) -> socket.socket:
    address = loopback(options.host)
    family = socket.AF_INET6 if address.version == 6 else socket.AF_INET  # noqa: PLR2004 - IPv6
    try:
        return socket.create_server((str(address), options.port), family=family)
    except OSError as error:
        message = f"cannot serve on {address}, port {options.port}: {error.strerror}"
        raise UsageError(message, hint="--port 0 takes any port that is free") from error


def _certificates(work: Path) -> tuple[Path, Path]:
    """Make a throw-away CA, and a certificate with its key for this machine; they go when the server does."""
    authority = trustme.CA()
    issued = authority.issue_cert(LOCALHOST, LOOPBACK, "::1")
    ca, certificate = work / "ca.pem", work / "server.pem"
    authority.cert_pem.write_to_path(str(ca))
    issued.private_key_and_cert_chain_pem.write_to_path(str(certificate))
    return ca, certificate
