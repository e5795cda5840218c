"""Signing in to Azure, and what is said where that fails: to people, in a line, and never with a secret in it."""

from __future__ import annotations

import base64
import logging
import os
import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final, Self, TypeVar
from urllib.parse import urlsplit

import orjson

from tenantlint.errors import TenantlintError, UsageError
from tenantlint.graph.azure.ways import WAYS, made
from tenantlint.graph.loopback import is_local
from tenantlint.names import no_such
from tenantlint.untrusted import visible

if TYPE_CHECKING:
    from collections.abc import Callable

    from azure.core.credentials import AccessTokenInfo, SupportsTokenInfo, TokenRequestOptions

    from tenantlint.graph.azure.clouds import Cloud

T = TypeVar("T")

_SECRETS: Final = (
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
    "AZURE_CLIENT_CERTIFICATE_PASSWORD",
    "AZURE_CLIENT_SECRET",
    "AZURE_PASSWORD",
)
_LIKE_A_TOKEN: Final = re.compile(r"eyJ[\w.=-]+|[\w~+=-]{40,}")  # a name or a GUID is shorter
_NAMES: Final = ("upn", "preferred_username", "unique_name", "appid", "azp")
_YEAR_9999: Final = 253_402_300_799  # as seconds since 1970


class SignInError(TenantlintError):
    """Azure gave no token; ``details`` is the whole story, for ``--verbose``."""

    def __init__(self, message: str, *, hint: str = "", details: str = "") -> None:
        super().__init__(message, hint=hint)
        self.details = details


class SignIn:
    """What gives tokens to the collector: a credential of azure-identity, whose failures are ``SignInError``."""

    def __init__(self, way: str, make: Callable[[], SupportsTokenInfo], tenant: str | None) -> None:
        self._way = way
        self._make = make
        self._options: TokenRequestOptions = {"tenant_id": tenant} if tenant else {}
        self._credential = _tried(way, make)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def get_token_info(self, *scopes: str, options: TokenRequestOptions | None = None) -> AccessTokenInfo:
        """Return a token for *scopes*: the last one as long as it holds. Raises ``SignInError``."""
        asked: TokenRequestOptions = {**self._options, **(options or {})}
        return _tried(self._way, lambda: self._credential.get_token_info(*scopes, options=asked))

    def forget(self) -> None:
        """Forget the token that is held, so that the next one is new. Raises ``SignInError``."""
        self.close()
        self._credential = _tried(self._way, self._make)

    def close(self) -> None:
        """Close the connections to the sign-in."""
        self._credential.close()


def credential(choice: str, cloud: Cloud, tenant: str | None = None) -> SignIn:
    """Sign in to *cloud* in one of :data:`WAYS`; to *tenant*, or to the one that this way leads to.

    Raises ``UsageError`` for a way that does not exist, ``ConfigError`` where the environment lacks what it needs.
    """
    if choice not in WAYS:
        raise no_such("way to sign in", choice, WAYS)
    # Else Python prints azure-identity's warnings, which tell in twenty lines what SignInError tells in one.
    logging.getLogger("azure.identity").addHandler(logging.NullHandler())
    return SignIn(choice, partial(made, choice, cloud.authority, tenant), tenant)


def _tried(way: str, act: Callable[[], T]) -> T:
    from azure.core.exceptions import AzureError  # noqa: PLC0415 - takes long, and only a scan of Azure needs it

    try:
        return act()
    except (AzureError, OSError, ValueError) as error:
        said = _without_secrets(str(error))
    # Raised out here, where it carries no other error with it: that one's text may hold a token.
    lines = [line.strip() for line in said.splitlines() if line.strip()] or ["no reason is given"]
    reason = next((line for line in lines if "AADSTS" in line), lines[0])
    raise SignInError(f"cannot sign in to Azure ({way}): {visible(reason)}", hint=WAYS[way], details=said)


def _without_secrets(text: str) -> str:
    for value in filter(None, map(os.environ.get, _SECRETS)):
        text = text.replace(value, "…")
    return _LIKE_A_TOKEN.sub("…", text)


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom a token says it is for: the ids of an object and its tenant, and a user's or an application's name.

    For display only: nobody has checked the token. What it does not say is "".
    """

    object_id: str
    tenant_id: str
    name: str


def who(token: str) -> Identity | None:
    """Read whom *token* is for; None where it does not say."""
    try:
        payload = token.split(".")[1]
        claims = orjson.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (IndexError, ValueError):
        return None
    if not isinstance(claims, dict):
        return None
    said = {claim: visible(value) for claim, value in claims.items() if isinstance(value, str) and value}
    name = next((said[claim] for claim in _NAMES if claim in said), "")
    found = Identity(said.get("oid", ""), said.get("tid", ""), name)
    return None if found == Identity("", "", "") else found


class LocalToken:
    """What signs in to the local resource graph at *url*, which takes any token. Raises ``UsageError`` for another."""

    def __init__(self, url: str) -> None:
        if not _is_here(url):
            raise UsageError(f"{url} is not on this machine: it needs a real sign-in", hint="--auth default")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def get_token_info(self, *scopes: str, options: TokenRequestOptions | None = None) -> AccessTokenInfo:
        """Return what stands in for a token; *scopes* and *options* make no difference to it."""
        from azure.core.credentials import AccessTokenInfo  # noqa: PLC0415 - as above

        del scopes, options
        return AccessTokenInfo("local", _YEAR_9999)

    def close(self) -> None:
        """Do nothing: there is no connection to close."""


def _is_here(url: str) -> bool:
    try:
        return is_local(urlsplit(url).hostname)
    except ValueError:
        return False
