"""What goes over the wire: requests as bytes, through Azure's own client, and replies as they came."""

from __future__ import annotations

import logging
import re
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import msgspec
from azure.core.exceptions import AzureError
from azure.core.pipeline.transport import RequestsTransport
from azure.core.rest import HttpRequest
from azure.mgmt.resourcegraph import ResourceGraphClient

from tenantlint.errors import TenantlintError, UsageError
from tenantlint.graph.azure.faults import one_line, reason
from tenantlint.graph.loopback import is_local
from tenantlint.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

_GRAPH: Final = "/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01"
_HEADERS: Final = {"Content-Type": "application/json", "User-Agent": f"tenantlint/{__version__}"}
_BLOCK: Final = 256 * 1024  # bytes read at once; Azure's own 4096 make a thousand steps of one page
_EARLY: Final = 300.0  # seconds before its end in which a token is replaced
_PATIENCE: Final = 30.0  # seconds between two tries to replace a token that is still good


class LostError(TenantlintError):
    """Nothing was answered, or not all of it: no connection, half a body, too long a silence."""

    exit_code = 3


class SignedOutError(TenantlintError):
    """There is no token to be had, or none that Azure takes."""

    exit_code = 3


@dataclass(frozen=True, slots=True)
class Reply:
    """What was answered. The names of ``headers`` are in lower case; ``body`` is decompressed.

    ``sign_in`` tells the how-manieth token the request was signed with.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    request_id: str
    sign_in: int = 0


class _Tokens:
    """The token that all threads share. It is in no repr, log or error."""

    def __init__(self, credential: Any, scopes: Sequence[str]) -> None:  # noqa: ANN401 - of either of Azure's kinds
        self._ask = getattr(credential, "get_token_info", None) or credential.get_token
        self._start_anew = getattr(credential, "forget", lambda: None)  # else some give the same token again
        self._scopes = scopes
        self._lock = threading.Lock()
        self._token, self._number = "", 0
        self._renew_at = self._expires_at = 0.0

    def current(self) -> tuple[str, int]:
        """Return the token and its number. Raises ``SignedOutError``."""
        with self._lock:
            now = time.time()
            if not self._token or now >= min(self._renew_at, self._expires_at):
                self._renew(now)
            return self._token, self._number

    def forget(self, number: int | None) -> None:
        """Forget the token with this *number*, None for any; another thread may have done so already."""
        with self._lock:
            if number in {None, self._number}:
                self._token = ""

    def _renew(self, now: float) -> None:
        self._renew_at = now + _PATIENCE
        try:
            if self._number and not self._token:
                self._start_anew()
            found = self._ask(*self._scopes)
        except (AzureError, TenantlintError) as error:
            if self._token and now < self._expires_at:
                return
            raise SignedOutError(one_line(str(error)), hint=getattr(error, "hint", "az login")) from error
        if not re.fullmatch(r"[\x21-\x7e]+", found.token):  # an error of the HTTP library would quote it
            raise SignedOutError("the sign-in gave something that is no token")
        self._token, self._number, self._expires_at = found.token, self._number + 1, found.expires_on
        self._renew_at = max(self._renew_at, found.expires_on - _EARLY)


class Channel:
    """Asks the resource manager of one cloud, and can ask for nothing that changes it. Ten threads may share it.

    ``base_url`` may be plain http where ``enforce_https`` is off, and only on this machine. ``credential`` has
    ``get_token_info`` or ``get_token``. ``ca`` is a file with the certificates to trust instead of the usual ones.
    ``on_request`` gets one line about every request, from the thread that sent it. Raises ``UsageError``.
    """

    def __init__(  # noqa: PLR0913 - what a connection depends on, spelled out
        self,
        base_url: str,
        credential: Any,  # noqa: ANN401 - of either of Azure's kinds
        scopes: Sequence[str],
        *,
        enforce_https: bool = True,
        connect_seconds: float = 10,
        read_seconds: float = 120,
        ca: Path | None = None,
        on_request: Callable[[str], None] | None = None,
    ) -> None:
        self._base = _address(base_url, enforce_https=enforce_https)
        self._tokens = _Tokens(credential, scopes)
        self._on_request = on_request or (lambda _: None)
        transport = RequestsTransport(
            connection_timeout=connect_seconds,
            read_timeout=read_seconds,
            connection_verify=str(ca) if ca else True,
            connection_data_block_size=_BLOCK,
            use_env_settings=enforce_https,  # no proxy stands between this machine and itself
        )
        transport.open()  # now: threads that opened it together would open it twice
        transport.session.auth = lambda request: request  # else a .netrc would replace the token
        logging.getLogger("azure.core").addHandler(logging.NullHandler())  # else Python prints its warnings
        # No policies: they try again by themselves, follow redirects, register resource providers, and parse twice.
        self._client = ResourceGraphClient(credential, self._base, policies=[], transport=transport)

    def query(self, body: bytes) -> Reply:
        """Ask Resource Graph; *body* is the JSON of a request. Raises ``LostError`` and ``SignedOutError``."""
        return self._exchange("POST", _GRAPH, body)

    def get(self, path: str) -> Reply:
        """Read what is at *path*, or at a whole address. Raises as ``query`` does, and ``ValueError`` off this host."""
        parts = urlsplit(path)
        if not parts.path.startswith("/") or ((parts.scheme or parts.netloc) and _host(path) != self._base):
            raise ValueError("an address on another host, which must not see the token")
        target = f"{parts.path}?{parts.query}"
        return self._exchange("GET", target.replace("{", "%7B").replace("}", "%7D"))  # the client would fill them in

    def renew(self, sign_in: int | None = None) -> None:
        """Ask for a new token before the next request, unless that numbered *sign_in* has been replaced already."""
        self._tokens.forget(sign_in)

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def _exchange(self, method: str, target: str, body: bytes | None = None) -> Reply:
        token, number = self._tokens.current()
        headers = {**_HEADERS, "Authorization": f"Bearer {token}"}
        request = HttpRequest(method, self._base + target, headers=headers, content=body)
        outcome, started = "lost", time.monotonic()
        try:
            reply = self._send(request, number)
            quota = reply.headers.get("x-ms-user-quota-remaining", "unknown")
            outcome = f"{reply.status}, {len(reply.body)} bytes, quota {quota}, {reply.request_id or 'no id'}"
            return reply
        finally:
            spent = (time.monotonic() - started) * 1000
            self._on_request(one_line(f"{method} {target.partition('?')[0]}: {outcome}, {spent:.0f} ms"))

    def _send(self, request: HttpRequest, sign_in: int) -> Reply:
        try:
            with self._client._send_request(request, stream=True) as response:  # noqa: SLF001 - the documented hook
                body = response.read()
            if response.status_code == 200:  # noqa: PLR2004 - OK
                msgspec.json.decode(body, type=msgspec.Raw)  # where nobody said how long it is, it may end anywhere
        except AzureError as error:
            raise LostError(f"no answer: {reason(error)}") from error
        except (ValueError, RecursionError) as error:  # a length that is no number, half a JSON, a pit of lists
            raise LostError(f"no whole answer: {one_line(str(error))}") from error
        headers = {name.lower(): value for name, value in response.headers.items()}
        request_id = one_line(headers.get("x-ms-correlation-request-id", ""))
        return Reply(response.status_code, headers, body, request_id, sign_in)


def _address(url: str, *, enforce_https: bool) -> str:
    """Return *url* without what may follow the host. Raises ``UsageError`` where a token would not be safe."""
    parts = urlsplit(url)
    if parts.scheme != "https" and (parts.scheme != "http" or enforce_https or not is_local(parts.hostname)):
        raise UsageError(f"{one_line(url)} is not https", hint="plain http is for this machine only")
    if not parts.hostname or "@" in parts.netloc or parts.path.strip("/") or parts.query:
        raise UsageError(f"{one_line(url)} is not the address of a resource manager")
    return _host(url)


def _host(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.lower()}".removesuffix(":443")
