"""``POST /providers/Microsoft.ResourceGraph/resources``."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tenantlint.errors import CopyError
from tenantlint.graph.server.api_versions import choose
from tenantlint.graph.server.calls import Outcome
from tenantlint.graph.server.effects import Delivery, NotJson, alter, refusal
from tenantlint.graph.server.errors import ServiceError, broken_copy, rate_limited
from tenantlint.graph.server.faults import GRAPH
from tenantlint.graph.server.gate import bearer, require_json
from tenantlint.graph.server.headers import LIMIT_HIT, graph_headers, manager_headers
from tenantlint.graph.server.mutations import Mutation
from tenantlint.graph.server.request import parse, peek

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenantlint.graph.server.api_versions import ApiVersion
    from tenantlint.graph.server.calls import Call
    from tenantlint.graph.server.effects import Effect
    from tenantlint.graph.server.faults import FaultScript
    from tenantlint.graph.server.quota import Quota
    from tenantlint.graph.server.service import Service


class Posts:
    """Answers queries: *service* has the rows, *quota* counts, *faults* says what goes wrong."""

    def __init__(self, service: Service, quota: Quota, faults: FaultScript) -> None:
        self._service = service
        self._quota = quota
        self._faults = faults

    def answer(self, call: Call) -> Outcome:
        """Answer *call*. What Resource Manager refuses never reaches Resource Graph, and costs no quota."""
        headers = manager_headers(call.correlation, call.at)
        try:
            token = bearer(call, self._service.copy.tenant_id)
            version = choose(call.parameters)
            require_json(call, version)
        except ServiceError as error:
            return failed(error, call, headers)
        return self._query(call, version, token, headers)

    def _query(self, call: Call, version: ApiVersion, token: str, headers: dict[str, str]) -> Outcome:
        started = time.perf_counter()
        spent = self._quota.take(token)
        effects = self._faults.due(GRAPH, *peek(call.body))
        delivery = next((effect for effect in effects if isinstance(effect, Delivery)), None)
        try:
            if not spent.allowed:
                raise rate_limited()
            body, more = self._body(call, version, effects)
        except (ServiceError, CopyError) as error:
            problem = error if isinstance(error, ServiceError) else broken_copy(str(error))
            headers |= graph_headers(spent, time.perf_counter() - started)
            return failed(problem, call, headers, delivery)
        return Outcome(200, headers | graph_headers(spent, time.perf_counter() - started) | more, body, delivery)

    def _body(self, call: Call, version: ApiVersion, effects: Sequence[Effect]) -> tuple[bytes, dict[str, str]]:
        for effect in effects:
            if isinstance(effect, Mutation):
                self._service.mutate(effect)
            if isinstance(effect, NotJson):
                return effect.text.encode(), {}
            if problem := refusal(effect, self._service.copy.tenant_id, call.at):
                raise problem
        request = parse(call.body, version)
        page = self._service.ask(request, version)
        for effect in effects:
            page = alter(page, effect, request.token)
        return page.encode(self._service.settings.payload), {LIMIT_HIT: "true"} if page.cut else {}


def failed(error: ServiceError, call: Call, headers: dict[str, str], delivery: Delivery | None = None) -> Outcome:
    """Make *error* the answer to *call*."""
    return Outcome(error.status, headers | error.headers, error.body(call.correlation, call.at), delivery)
