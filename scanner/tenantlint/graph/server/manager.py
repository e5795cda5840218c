"""What a client asks of Azure Resource Manager itself: which subscriptions and which tenant there are."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

import orjson

from tenantlint.errors import CopyError
from tenantlint.graph.server.api_versions import API_VERSION
from tenantlint.graph.server.arm_errors import invalid_api_version, invalid_content, missing_api_version
from tenantlint.graph.server.calls import Outcome
from tenantlint.graph.server.effects import Delivery, NotJson, refusal
from tenantlint.graph.server.errors import ServiceError, broken_copy
from tenantlint.graph.server.gate import bearer
from tenantlint.graph.server.headers import manager_headers
from tenantlint.graph.server.posts import failed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenantlint.graph.server.calls import Call
    from tenantlint.graph.server.estate import Subscription
    from tenantlint.graph.server.faults import FaultScript
    from tenantlint.graph.server.service import Service
    from tenantlint.model import Json

API_VERSIONS: Final = ("2022-12-01", "2022-09-01", "2021-01-01", "2020-01-01", "2019-11-01", "2016-06-01")

SUBSCRIPTIONS: Final = "/subscriptions"
TENANTS: Final = "/tenants"


class Manager:
    """Answers ``GET /subscriptions`` and ``GET /tenants`` from the copy of *service*.

    A subscription that Resource Graph does not show (unread, or denied) is listed all the same: that the lists differ
    is the only sign of it that a client gets.
    """

    def __init__(self, service: Service, faults: FaultScript) -> None:
        self._service = service
        self._faults = faults

    def answer(self, call: Call) -> Outcome:
        """Answer *call*."""
        headers = manager_headers(call.correlation, call.at)
        delivery = None
        try:
            bearer(call, self._service.copy.tenant_id)
            _require_api_version(call.parameters)
            effects = self._faults.due(call.path)
            delivery = next((effect for effect in effects if isinstance(effect, Delivery)), None)
            for effect in effects:
                if problem := refusal(effect, self._service.copy.tenant_id, call.at):
                    raise problem
            plain = next((effect.text.encode() for effect in effects if isinstance(effect, NotJson)), None)
            return Outcome(200, headers, plain or orjson.dumps(self._listed(call)), delivery)
        except CopyError as error:
            return failed(broken_copy(str(error)), call, headers, delivery)
        except ServiceError as error:
            return failed(error, call, headers, delivery)

    def _listed(self, call: Call) -> dict[str, Json]:
        if call.path == TENANTS:
            return {"value": [_tenant(self._service.copy.tenant_id)]}
        found = self._service.now().estate.subscriptions
        names = sorted(found)
        start = _start(call.parameters.get("$skiptoken"))
        end = start + self._service.settings.listed
        said: dict[str, Json] = {
            "value": [_subscription(found[name], self._service.copy.tenant_id) for name in names[start:end]],
            "count": {"type": "Total", "value": len(names)},
        }
        if end < len(names):
            said["nextLink"] = _next_link(call, end)
        return said


def _require_api_version(parameters: Mapping[str, str]) -> None:
    name = parameters.get(API_VERSION)
    if not name:
        raise missing_api_version()
    if name not in API_VERSIONS:
        raise invalid_api_version(name, API_VERSIONS)


def _next_link(call: Call, start: int) -> str:
    token = base64.urlsafe_b64encode(str(start).encode()).decode()
    query = urlencode({API_VERSION: call.parameters[API_VERSION], "$skiptoken": token}, safe="$")
    return f"{call.base}{SUBSCRIPTIONS}?{query}"


def _start(token: str | None) -> int:
    try:
        return int(base64.urlsafe_b64decode(token)) if token else 0
    except (binascii.Error, ValueError) as error:
        raise invalid_content("The skip token is not one.") from error


def _subscription(found: Subscription, tenant: str) -> dict[str, Json]:
    properties = found.row.get("properties")
    known = properties if isinstance(properties, dict) else {}
    return {
        "id": f"/subscriptions/{found.id}",
        "authorizationSource": known.get("authorizationSource", "RoleBased"),
        "managedByTenants": known.get("managedByTenants", []),
        "tags": found.row.get("tags") or {},
        "subscriptionId": found.id,
        "tenantId": found.row.get("tenantId") or tenant,
        "displayName": found.row.get("name") or found.id,
        "state": known.get("state", "Enabled"),
        "subscriptionPolicies": known.get("subscriptionPolicies", {}),
    }


def _tenant(tenant: str) -> dict[str, Json]:
    return {"id": f"/tenants/{tenant}", "tenantId": tenant, "tenantCategory": "Home"}
