"""What Azure Resource Manager refuses before Resource Graph hears of it: tokens, media types, api-versions, paths."""

import base64
from datetime import UTC, datetime, timedelta

import orjson
import pytest

from tenantlint.graph.server.arm_errors import expired_token
from tests.graph.server.clients import GRAPH, LATEST, Client


@pytest.mark.parametrize("header", ["", "Basic YTpi", "Bearer", "Bearer  "])
def test_a_request_without_a_bearer_token_is_not_let_in(demo: Client, header: str) -> None:
    answer = demo.send("POST", f"{GRAPH}?api-version={LATEST}", b"{}", {"Authorization": header})

    assert (answer.status, answer.codes) == (401, ["AuthenticationFailed"])
    assert answer.headers["www-authenticate"].startswith("Bearer authorization_uri=")


def token(expiry: object) -> str:
    parts = ({"alg": "none"}, {"exp": expiry})
    return ".".join([*(base64.urlsafe_b64encode(orjson.dumps(part)).decode().rstrip("=") for part in parts), "x"])


def test_a_token_that_has_expired_is_refused(demo: Client) -> None:
    answer = Client(demo.url, token(1_600_000_000)).ask("count")

    assert (answer.status, answer.codes) == (401, ["ExpiredAuthenticationToken"])
    assert list(answer.json["error"]) == ["code", "message"]
    assert answer.json["error"]["message"].startswith(
        "The access token expiry UTC time '9/13/2020 12:26:40 PM' is earlier than current UTC time '"
    )


def test_the_recorded_text_of_an_expired_token() -> None:
    at = datetime(2020, 12, 25, 12, 27, 5, tzinfo=UTC)

    error = expired_token("t", at, at + timedelta(hours=12))

    assert error.message == (
        "The access token expiry UTC time '12/25/2020 12:27:05 PM' is earlier than current UTC time "
        "'12/26/2020 12:27:05 AM'."
    )


FRESH = {
    "in force": token(int((datetime.now(UTC) + timedelta(hours=1)).timestamp())),
    "no JSON Web Token": "anything.at.all",
    "claims that are no JSON": f"a.{base64.urlsafe_b64encode(b'{').decode()}.c",
    "no expiry": token(None),
    "an expiry that no clock shows": token(10**18),
    "opaque": "any",
}


@pytest.mark.parametrize("bearer", FRESH.values(), ids=FRESH)
def test_any_other_token_is_good(demo: Client, bearer: str) -> None:
    assert Client(demo.url, bearer).ask("count").status == 200


@pytest.mark.parametrize("given", ["text/plain", "", "application/xml"])
def test_a_body_that_is_not_called_json_is_refused(demo: Client, given: str) -> None:
    target, body = f"{GRAPH}?api-version={LATEST}", b'{"query":"count"}'

    answer = demo.send("POST", target, body, {"Content-Type": given})

    assert (answer.status, answer.codes) == (415, ["UnsupportedMediaType"])
    assert answer.json["error"]["message"] == (
        f"The content media type '{given or '<null>'}' is not supported. Only 'application/json' is supported."
    )


@pytest.mark.parametrize("version", ["2018-09-01-preview", "2019-04-01"])
def test_old_api_versions_broke_on_other_media_types(demo: Client, version: str) -> None:
    answer = demo.send("POST", f"{GRAPH}?api-version={version}", b"{}", {"Content-Type": "text/plain"})

    assert (answer.status, answer.codes) == (500, ["InternalServerError"])


@pytest.mark.parametrize("given", ["application/json; charset=utf-8", "Application/JSON"])
def test_json_is_json_however_it_is_called(demo: Client, given: str) -> None:
    answer = demo.send("POST", f"{GRAPH}?api-version={LATEST}", b'{"query":"count"}', {"Content-Type": given})

    assert answer.status == 200


def test_an_api_version_is_required(demo: Client) -> None:
    answer = demo.send("POST", GRAPH, b"{}")

    assert (answer.status, answer.codes) == (400, ["MissingApiVersionParameter"])


def test_an_api_version_that_is_not_there_is_answered_with_those_that_are(demo: Client) -> None:
    answer = demo.ask("count", "2025-01-01")

    assert (answer.status, answer.codes) == (404, ["InvalidResourceType"])
    assert answer.json["error"]["message"] == (
        "The resource type 'resources' could not be found in the namespace 'Microsoft.ResourceGraph' for api version "
        "'2025-01-01'. The supported api-versions are '2018-09-01-preview,2019-04-01,2020-04-01-preview,2021-03-01,"
        "2021-06-01-preview,2022-10-01,2024-04-01'."
    )


@pytest.mark.parametrize(
    "target",
    [
        "/providers/microsoft.resourcegraph/resources?API-Version=2021-06-01-PREVIEW",
        "/PROVIDERS/MICROSOFT.RESOURCEGRAPH/RESOURCES/?api-version=2024-04-01",
    ],
)
def test_paths_and_parameters_are_read_in_any_case(demo: Client, target: str) -> None:
    assert demo.send("POST", target, b'{"query":"count"}').status == 200


LOST = {
    "/": (404, "MissingSubscription"),
    "/global/providers/x": (404, "MissingSubscription"),
    "/providers": (404, "MissingSubscription"),
    "/providers/Microsoft.Nothing/things": (404, "InvalidResourceNamespace"),
    "/providers/Microsoft.ResourceGraph/resourceses": (404, "InvalidResourceType"),
    "/subscriptions/1/resourceGroups": (404, "MissingSubscription"),
}


@pytest.mark.parametrize("path", LOST)
def test_other_paths_are_answered_in_the_managers_style(demo: Client, path: str) -> None:
    answer = demo.get(f"{path}?api-version=2024-04-01")

    assert (answer.status, answer.codes[0]) == LOST[path]
    assert list(answer.json["error"]) == ["code", "message"]


@pytest.mark.parametrize(("method", "path"), [("GET", GRAPH), ("DELETE", GRAPH), ("POST", "/subscriptions")])
def test_other_methods_are_refused(demo: Client, method: str, path: str) -> None:
    answer = demo.send(method, f"{path}?api-version=2022-12-01")

    assert (answer.status, answer.codes) == (405, ["MethodNotAllowed"])
