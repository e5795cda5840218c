"""Who a job of GitHub Actions is, in GitHub's words: assertions that Azure takes in place of a secret."""

from __future__ import annotations

import os
from http import HTTPStatus
from typing import Final
from urllib.parse import quote, urlsplit

import orjson
from azure.core import PipelineClient
from azure.core.exceptions import ClientAuthenticationError
from azure.core.pipeline.policies import RetryPolicy
from azure.core.rest import HttpRequest, HttpResponse

from tenantlint.errors import ConfigError
from tenantlint.graph.loopback import is_local

_AUDIENCE: Final = "api://AzureADTokenExchange"
_LONGEST_REPLY: Final = 64 * 1024  # bytes
_URL, _TOKEN = "ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"
_HINT: Final = "the job of the workflow needs permissions: id-token: write"


def request() -> HttpRequest:
    """Make the request for an assertion from what GitHub put into the environment. Raises ``ConfigError``."""
    url, token = (os.environ.get(name, "").strip() for name in (_URL, _TOKEN))
    if not (url and token):
        raise ConfigError(f"--auth github-oidc needs {_URL} and {_TOKEN}, which GitHub sets", hint=_HINT)
    address = urlsplit(url)
    if not (address.scheme == "https" or (address.scheme == "http" and is_local(address.hostname))):
        raise ConfigError(f"{_URL} is no https address: the token would go there for all to read")
    if not (token.isascii() and token.isprintable()):
        raise ConfigError(f"{_TOKEN} is not one line of ASCII, and cannot be sent")  # the HTTP library would show it
    asked = f"{url}{'&' if address.query else '?'}audience={quote(_AUDIENCE, safe='')}"
    return HttpRequest("GET", asked, headers={"Authorization": f"Bearer {token}", "Accept": "application/json"})


def assertion() -> str:
    """Fetch a new assertion: each holds for some minutes only, and a scan may take longer.

    Raises ``ClientAuthenticationError`` where GitHub gives none, or what azure-core raises where it cannot be reached.
    """
    asked = request()
    # No policy follows redirects: one could carry the token to another host.
    policies = [RetryPolicy[HttpRequest, HttpResponse](retry_total=3, retry_backoff_factor=0.2)]
    with (
        PipelineClient[HttpRequest, HttpResponse](asked.url, policies=policies) as client,
        client.send_request(asked, stream=True, connection_timeout=10, read_timeout=30) as reply,
    ):
        return _value(reply.status_code, _start(reply))


def _start(reply: HttpResponse) -> bytes:
    """Return the body; of one that is too long, no more than shows that it is."""
    body = b""
    for chunk in reply.iter_bytes():
        body += chunk
        if len(body) > _LONGEST_REPLY:
            break
    return body


def _value(status: int, body: bytes) -> str:
    if status != HTTPStatus.OK:
        why = f": {_HINT}" if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN} else ""
        raise ClientAuthenticationError(f"GitHub gives no assertion, but HTTP {status}{why}")
    try:
        value = orjson.loads(body)["value"]
    except (KeyError, TypeError, ValueError):
        value = None
    if not isinstance(value, str) or not value:
        raise ClientAuthenticationError("GitHub's reply holds no assertion")
    return value
