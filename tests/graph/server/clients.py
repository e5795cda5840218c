"""A plain HTTP client of Resource Graph, and the tenant copies that it asks."""

import http.client
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson

import tenantlint.demo
from tests.makers import Row, write_copy

DEMO = Path(tenantlint.demo.__file__).parent
GRAPH = "/providers/Microsoft.ResourceGraph/resources"
LATEST = "2024-04-01"
TENANT = "cccccccc-0000-4000-8000-000000000000"
READ, LAB, CORP, UNREAD, PARTLY = (f"dddddddd-0000-4000-8000-{number:012}" for number in range(5))
STRANGER = "eeeeeeee-0000-4000-8000-000000000000"

SUPPORT = (
    r"Please provide below info when asking for support: timestamp = \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z, "
    r"correlationId = [0-9a-f-]{36}\."
)

Json = Any  # what JSON holds: a test that expects another shape fails


@dataclass(frozen=True)
class Reply:
    """What the server answered; the names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Json:
        return orjson.loads(self.body)

    @property
    def data(self) -> Json:
        assert self.status == 200, self.body
        return self.json["data"]

    @property
    def token(self) -> str | None:
        found: str | None = self.json.get("$skipToken")
        return found

    @property
    def codes(self) -> list[str]:
        """The code of the error, then those of its details."""
        error = self.json["error"]
        return [error["code"], *(detail["code"] for detail in error.get("details", []))]


@dataclass(frozen=True)
class Client:
    """Asks the server at *url*, one connection a request."""

    url: str
    bearer: str = "any"

    def send(self, method: str, target: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Reply:
        address = urlsplit(self.url)
        assert address.hostname
        connection = http.client.HTTPConnection(address.hostname, address.port, timeout=30)
        given = {"Authorization": f"Bearer {self.bearer}", "Content-Type": "application/json", **(headers or {})}
        try:
            connection.request(method, target, body, {name: value for name, value in given.items() if value})
            answer = connection.getresponse()
            named = {name.lower(): value for name, value in answer.getheaders()}
            return Reply(answer.status, named, answer.read())
        finally:
            connection.close()

    def ask(self, query: str, version: str = LATEST, options: Json = None, **said: Json) -> Reply:
        body = {"query": query, "options": options or {}, **said}
        return self.send("POST", f"{GRAPH}?api-version={version}", orjson.dumps(body))

    def get(self, target: str) -> Reply:
        return self.send("GET", target)

    def walk(self, query: str, top: int, **said: Json) -> Iterator[Reply]:
        """Yield page after page."""
        token = None
        while True:
            page = self.ask(query, options={"$top": top} | ({"$skipToken": token} if token else {}), **said)
            yield page
            token = page.token
            if not token:
                return


def details(answer: Reply) -> Json:
    """Return the details of a refusal, whose envelope is the recorded one."""
    assert answer.status == 400
    error = answer.json["error"]
    assert list(error) == ["code", "message", "details"]
    assert error["code"] == "BadRequest"
    assert re.fullmatch(SUPPORT, error["message"])
    return error["details"]


def demo_rows(table: str = "Resources") -> list[Row]:
    """Return the rows of the demo tenant."""
    return [orjson.loads(line) for line in (DEMO / f"{table}.jsonl").read_bytes().splitlines()]


def ids(reply: Reply) -> list[str]:
    return [row["id"] for row in reply.data]


def write_numbers(folder: Path, count: int = 2345) -> Path:
    """Write a copy with so many numbered resources in one subscription."""
    rows = [resource(f"n{number:05}", READ, properties={"number": number}) for number in range(count)]
    return write_copy(folder, {"Resources": rows}, tenant_id=TENANT)


def write_estate(folder: Path) -> Path:
    """Write a copy with a hierarchy: root > corp > web, root > lab, and five subscriptions in it.

    Of the last two, one was not read at all, and one not in the table Resources; their rows are in the files anyway.
    """
    above = {READ: ["web", "corp", TENANT], LAB: ["lab", TENANT], CORP: ["corp", TENANT], UNREAD: ["lab", TENANT]}
    groups = {"corp": [TENANT], "Web": ["corp", TENANT], "lab": [TENANT], TENANT: []}
    containers = [
        *(container(f"/subscriptions/{id_}", above.get(id_, [TENANT]), id_) for id_ in (*above, PARTLY)),
        *(management_group(name, over) for name, over in groups.items()),
    ]
    resources = [resource(f"{kind}{number}", id_) for number, id_ in enumerate((*above, PARTLY)) for kind in "ab"]
    return write_copy(
        folder,
        {"Resources": resources, "ResourceContainers": containers, "AuthorizationResources": _assignments()},
        tenant_id=TENANT,
        subscriptions=[READ, LAB, CORP, PARTLY],
        unread=[
            {"subscription": UNREAD, "reason": "no rights"},
            {"subscription": PARTLY, "table": "Resources", "reason": "timed out"},
        ],
    )


def resource(name: str, subscription: str, **more: object) -> Row:
    id_ = f"/subscriptions/{subscription}/resourceGroups/G/providers/Acme/things/{name}"
    return {"id": id_, "name": name, "type": "acme/things", "subscriptionId": subscription, "kind": "", **more}


def container(id_: str, above: list[str], subscription: str) -> Row:
    chain = [{"name": name, "displayName": name} for name in above]
    return {
        "id": id_,
        "name": f"Name of {subscription[-1]}",
        "type": "microsoft.resources/subscriptions",
        "subscriptionId": subscription.upper(),
        "tenantId": TENANT,
        "tags": {"env": "test"},
        "properties": {"state": "Warned", "managementGroupAncestorsChain": chain},
    }


def management_group(name: str, above: list[str]) -> Row:
    return {
        "id": f"/providers/Microsoft.Management/managementGroups/{name}",
        "name": name,
        "type": "microsoft.management/managementgroups",
        "subscriptionId": "",
        "properties": {"details": {"managementGroupAncestorsChain": [{"name": each} for each in above]}},
    }


def _assignments() -> list[Row]:
    groups = {name: f"/providers/Microsoft.Management/managementGroups/{name}" for name in ("corp", "Web", "lab")}
    scopes = {"root": "", **groups, "at": f"/subscriptions/{READ}", "in": f"/subscriptions/{READ}/resourceGroups/G"}
    scopes["partly"] = f"/subscriptions/{PARTLY}"
    subscriptions = {"at": READ, "in": READ, "partly": PARTLY}
    return [
        *(
            {
                "id": f"{scope}/providers/Microsoft.Authorization/RoleAssignments/{name}",
                "name": name,
                "type": "microsoft.authorization/roleassignments",
                "subscriptionId": subscriptions.get(name, ""),
            }
            for name, scope in scopes.items()
        ),
        {
            "id": "/providers/Microsoft.Authorization/RoleDefinitions/builtin",
            "name": "builtin",
            "type": "microsoft.authorization/roledefinitions",
            "subscriptionId": "",
        },
    ]
