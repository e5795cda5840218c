"""Answers on their way to the client: whole, slow, in part, or not at all."""

from __future__ import annotations

import asyncio
import os
import socket
import struct
from typing import TYPE_CHECKING, Final

from starlette.responses import Response
from uvicorn.protocols.http.h11_impl import H11Protocol

from tenantlint.graph.server.effects import Reset, Slow, Truncate

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from tenantlint.graph.server.calls import Outcome

_TRANSPORT: Final = "transport"
_AT_ONCE: Final = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)
"""The option of a socket that does not linger: on, for no time. Windows has its own layout of it."""


class BreakableProtocol(H11Protocol):
    """HTTP over a connection that a request's scope knows, so that an answer can break it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as the library has it
        """Note the connection where uvicorn looks for the state of each of its requests."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, _TRANSPORT: transport}


class Delivered(Response):
    """Sends *outcome*, in the way that it says."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.body, outcome.status, outcome.headers)
        self._delivery = outcome.delivery

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Be the application that answers one request."""
        match self._delivery:
            case Reset():
                _reset(scope["state"][_TRANSPORT])
                await receive()  # until the connection has gone
            case Truncate(keep):
                await self._send(send, int(len(self.body) * keep), more=True)
                scope["state"][_TRANSPORT].close()
                await receive()  # until the connection has gone
            case Slow(seconds):
                half = len(self.body) // 2
                await self._send(send, half, more=True)
                await asyncio.sleep(seconds)
                await send({"type": "http.response.body", "body": self.body[half:]})
            case _:
                await super().__call__(scope, receive, send)

    async def _send(self, send: Send, size: int, *, more: bool) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": self.body[:size], "more_body": more})


def _reset(transport: asyncio.Transport) -> None:
    """Close the connection with RST: a socket that does not linger has no other goodbye."""
    connection = transport.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
    transport.abort()
