"""The HTTP application: which path leads where."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from tenantlint.graph.loopback import is_local
from tenantlint.graph.server.arm_errors import misdirected, not_found, wrong_method
from tenantlint.graph.server.calls import Call
from tenantlint.graph.server.delivery import Delivered
from tenantlint.graph.server.faults import GRAPH
from tenantlint.graph.server.headers import manager_headers
from tenantlint.graph.server.manager import SUBSCRIPTIONS, TENANTS, Manager
from tenantlint.graph.server.posts import Posts, failed

if TYPE_CHECKING:
    from starlette.requests import Request

    from tenantlint.graph.server.calls import Outcome
    from tenantlint.graph.server.faults import FaultScript
    from tenantlint.graph.server.quota import Quota
    from tenantlint.graph.server.service import Service

_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def application(service: Service, quota: Quota, faults: FaultScript) -> Starlette:
    """Make the application. Paths and the names of parameters are read in any case, as Resource Manager does."""
    posts, manager = Posts(service, quota, faults), Manager(service, faults)
    routes = {GRAPH: ("POST", posts.answer), SUBSCRIPTIONS: ("GET", manager.answer), TENANTS: ("GET", manager.answer)}

    def answer(call: Call) -> Outcome:
        headers = manager_headers(call.correlation, call.at)
        method, handler = routes.get(call.path, ("", None))
        if handler is None:
            return failed(not_found(call.path), call, headers)
        return handler(call) if call.method == method else failed(wrong_method(call.method), call, headers)

    async def endpoint(request: Request) -> Delivered:
        call = _call(request, await request.body())
        if not is_local(request.url.hostname):
            return Delivered(failed(misdirected(), call, manager_headers(call.correlation, call.at)))
        return Delivered(await run_in_threadpool(answer, call))

    return Starlette(routes=[Route("/{path:path}", endpoint, methods=list(_METHODS))])


def _call(request: Request, body: bytes) -> Call:
    return Call(
        request.method,
        str(request.base_url).rstrip("/"),
        request.url.path.lower().rstrip("/") or "/",
        {name.lower(): value for name, value in request.query_params.items()},
        dict(request.headers),
        body,
        _correlation(request.headers.get("x-ms-correlation-request-id", "")),
        datetime.now(UTC),
    )


def _correlation(given: str) -> str:
    """Return the id that the client gave to its request, or a new one."""
    try:
        return str(uuid.UUID(given))
    except ValueError:
        return str(uuid.uuid4())
