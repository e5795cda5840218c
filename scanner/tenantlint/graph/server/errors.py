"""Answers of Resource Graph that are no rows: their HTTP status, codes and texts, as they were recorded.

The useful text is in ``details``: the message of the envelope tells Microsoft's support when the request was and which.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from tenantlint.model import Json

    Detail: TypeAlias = dict[str, Json]

LOCAL: Final = "LocalResourceGraph"
"""The code of a detail that is this server's own: no recording says how the service puts it."""

_INVALID_QUERY: Final = (
    "Query is invalid. Please refer to the documentation for the Azure Resource Graph service and fix the error before "
    "retrying."
)
_THROTTLED: Final = (
    "Client application has been throttled and should not attempt to repeat the request until an amount of time has "
    "elapsed. Please see https://aka.ms/resourcegraph-throttling for help."
)
_DENIED: Final = "Access is denied to the requested resource. The user might not have enough permission."
_EXPECTED: Final = "\u01cf"
"""What the service says that it expected instead: rubbish, recorded again and again."""


class ServiceError(Exception):
    """An answer that is no rows. With details, the message is the envelope's; without, it is its own."""

    def __init__(
        self, status: int, code: str, *details: Detail, message: str = "", headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message or " ".join(f"{detail['code']}: {detail['message']}" for detail in details))
        self.status = status
        self.code = code
        self.details = details
        self.message = message
        self.headers = dict(headers or {})

    def body(self, correlation: str, at: datetime) -> bytes:
        """Return the body that goes over the wire; *correlation* is the request's id, *at* the time in UTC."""
        error: dict[str, Json] = {"code": self.code, "message": self.message or _support(correlation, at)}
        if self.details:
            error["details"] = list(self.details)
        return orjson.dumps({"error": error})


def _support(correlation: str, at: datetime) -> str:
    stamp = f"{at:%Y-%m-%dT%H:%M:%S.%f}0Z"
    return f"Please provide below info when asking for support: timestamp = {stamp}, correlationId = {correlation}."


def _bad_request(code: str, message: str) -> ServiceError:
    return ServiceError(400, "BadRequest", {"code": code, "message": message})


def invalid_query(detail: Detail) -> ServiceError:
    """Refuse a query for the reason that *detail* gives."""
    return ServiceError(400, "BadRequest", {"code": "InvalidQuery", "message": _INVALID_QUERY}, detail)


def parser_failure(line: int, character: int, token: str) -> ServiceError:
    """Refuse a query that cannot be parsed at *token*: *line* counts from 1, *character* from 0."""
    place: Detail = {"line": line, "characterPositionInLine": character}
    found: Detail = {"token": token, "expectedToken": _EXPECTED}
    return invalid_query({"code": "ParserFailure", "message": "ParserFailure", **place, **found})


def unsupported_join(kind: str) -> ServiceError:
    """Refuse a join of a *kind* that Kusto has and Resource Graph has not."""
    message = f'The join kind "{kind}" is not supported or not allowed.'
    return invalid_query({"code": "UnsupportedJoinFlavor", "message": message})


def joined_twice(table: str) -> ServiceError:
    """Refuse a second join to *table*. The code was recorded, its text was not."""
    message = f"Table {table} is joined more than once; a table other than the default ones may be joined once only."
    return _bad_request("DisallowedMaxNumberOfRemoteTables", message)


def disallowed_table(name: str) -> ServiceError:
    """Refuse a table that the service does not have, or that the copy did not capture."""
    return _bad_request("DisallowedLogicalTableName", f"Table {name} is invalid, unsupported or disallowed.")


def invalid_guids(given: Iterable[str]) -> ServiceError:
    """Refuse subscriptions that are no GUIDs."""
    message = f"Subscription ids have to be valid GUIDs. Given: '{','.join(given)}'."
    return _bad_request("SubscriptionsContainInvalidGuids", message)


def no_valid_subscriptions(given: Iterable[str]) -> ServiceError:
    """Refuse subscriptions that are all unknown."""
    message = "There must be at least one subscription that is eligible to contain resources."
    return _bad_request("NoValidSubscriptionsInQueryRequest", f"{message} Given: '{','.join(given)}'.")


def invalid_management_groups(given: Iterable[str]) -> ServiceError:
    """Refuse management groups whose ids cannot be any."""
    message = f"The provided management groups must be valid. Given: '{','.join(given)}'."
    return _bad_request("ManagementGroupsContainInvalidIds", message)


def too_many_subscriptions(limit: int) -> ServiceError:
    """Refuse a tenant or management groups with more than *limit* subscriptions."""
    message = (
        "The number of subscriptions under provided tenant or management groups in the request has exceeded the "
        f"allowed limit {limit}. Please select a more granular scope or allow partial scopes results by passing "
        "AllowPartialScopes flag in the query options."
    )
    return _bad_request("TooManySubscriptionsUnderScope", message)


def payload_too_large(size: int, limit: int) -> ServiceError:
    """Refuse an answer of *size* bytes."""
    message = (
        f"Response payload size is {size}, and has exceeded the limit of {limit}. Please consider querying less data "
        "at a time and make paginated call if needed."
    )
    return _bad_request("ResponsePayloadTooLarge", message)


def access_denied() -> ServiceError:
    """Refuse a scope in which nothing can be read."""
    return ServiceError(403, "AccessDenied", {"code": "AccessDenied", "message": _DENIED})


def rate_limited(retry_after: int | None = 2) -> ServiceError:
    """Refuse a query over the quota; *retry_after* is in seconds, None leaves the header out."""
    headers = {"x-ms-user-quota-remaining": "0", "x-ms-ratelimit-remaining-tenant-resource-requests": "0"}
    if retry_after is not None:
        headers["retry-after"] = str(retry_after)
    return ServiceError(429, "RateLimiting", {"code": "RateLimiting", "message": _THROTTLED}, headers=headers)


def execution_failed(*why: Detail) -> ServiceError:
    """Say that the service could not run a query that it took, often one that is too complex; *why* is not its own."""
    message = "An unexpected query execution error occurred. Please try again later."
    return ServiceError(500, "InternalServerError", {"code": "UnexpectedQueryExecutionError", "message": message}, *why)


def not_recorded(message: str) -> ServiceError:
    """Refuse a request in words of this server's own."""
    return _bad_request(LOCAL, message)


def broken_copy(message: str) -> ServiceError:
    """Say that the tenant copy cannot be read: the copy's fault, which the service cannot have."""
    return ServiceError(500, "InternalServerError", {"code": LOCAL, "message": message})
