"""The way to Azure: which cloud, signed in how, asked at which pace and until when."""

from __future__ import annotations

import threading
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tenantlint.errors import UsageError
from tenantlint.graph.azure.clouds import PUBLIC, Cloud
from tenantlint.graph.azure.governor import Governor
from tenantlint.graph.azure.requests import Sender
from tenantlint.graph.azure.signin import Identity, LocalToken, SignIn, credential, who
from tenantlint.graph.azure.wire import Channel
from tenantlint.names import is_guid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_SECONDS: Final = 60


@dataclass(frozen=True, slots=True)
class Access:
    """How to reach a resource graph. ``url`` is that of one on this machine, to which nobody needs to sign in.

    ``deadline`` is in minutes. ``verbose`` gets a line about every request.
    """

    cloud: Cloud = PUBLIC
    auth: str = "default"
    tenant: str | None = None
    url: str | None = None
    deadline: float | None = None
    ca: Path | None = None
    verbose: Callable[[str], None] | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """An open way: *sender* asks, *stop* ends its waits, *identity* is who asks, so far as that is known."""

    sender: Sender
    stop: threading.Event
    identity: Identity | None
    tenant_id: str
    """The tenant signed in to: what the token says or, where it does not, what the user named; else empty."""


@contextmanager
def reach(access: Access, told: Callable[[str], None]) -> Iterator[Session]:
    """Sign in and open the way. Raises ``SignInError``, ``UsageError`` and ``ConfigError``."""
    stop = threading.Event()
    with ExitStack() as stack:
        key = _credential(access)
        stack.callback(key.close)
        identity = None if access.url else who(key.get_token_info(access.cloud.scope).token)
        tenant_id = tenant_of(access.tenant, identity)
        channel = _channel(access, key)
        stack.callback(channel.close)
        stack.callback(stop.set)
        end = None if access.deadline is None else time.monotonic() + access.deadline * _SECONDS
        sender = Sender(channel, Governor(), deadline=end, stop=stop, told=told)
        yield Session(sender, stop, identity, tenant_id)


def tenant_of(named: str | None, identity: Identity | None) -> str:
    """Return the id of the tenant signed in to. Raises ``UsageError`` where that is not the one that was *named*.

    A name of a tenant that is no id (contoso.onmicrosoft.com) cannot be held against the token's.
    """
    found = identity.tenant_id.lower() if identity else ""
    wanted = (named or "").lower()
    if found and wanted != found and is_guid(wanted):
        raise UsageError(
            f"the sign-in is to tenant {found}, not to {wanted}", hint="some ways to sign in have a tenant of their own"
        )
    return found or wanted


def _credential(access: Access) -> SignIn | LocalToken:
    return LocalToken(access.url) if access.url else credential(access.auth, access.cloud, access.tenant)


def _channel(access: Access, key: SignIn | LocalToken) -> Channel:
    return Channel(
        access.url or access.cloud.resource_manager,
        key,
        [access.cloud.scope],
        enforce_https=not (access.url or "").startswith("http:"),
        ca=access.ca,
        on_request=access.verbose,
    )
