"""Answers of Azure Resource Manager, which stands before Resource Graph: tokens, api-versions, paths, media types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenantlint.graph.server.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

NAMESPACE = "Microsoft.ResourceGraph"


def _own(status: int, code: str, message: str, **headers: str) -> ServiceError:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return ServiceError(status, code, message=message, headers=named)


def missing_token(tenant: str) -> ServiceError:
    """Refuse a request without a bearer token."""
    message = "Authentication failed. The 'Authorization' header is missing."
    return _own(401, "AuthenticationFailed", message, www_authenticate=_challenge(tenant, "The header is missing."))


def expired_token(tenant: str, expiry: datetime, now: datetime) -> ServiceError:
    """Refuse a token that expired at *expiry*; both times are in UTC."""
    message = (
        f"The access token expiry UTC time '{_american(expiry)}' is earlier than current UTC time '{_american(now)}'."
    )
    challenge = _challenge(tenant, "The access token expired.")
    return _own(401, "ExpiredAuthenticationToken", message, www_authenticate=challenge)


def _challenge(tenant: str, reason: str) -> str:
    uri = f"https://login.microsoftonline.com/{tenant}"
    return f'Bearer authorization_uri="{uri}", error="invalid_token", error_description="{reason}"'


def _american(moment: datetime) -> str:
    return f"{moment.month}/{moment.day}/{moment.year} {moment.hour % 12 or 12}:{moment:%M:%S %p}"


def missing_api_version() -> ServiceError:
    """Refuse a URL without an api-version."""
    message = "The api-version query parameter (?api-version=) is required for all requests."
    return _own(400, "MissingApiVersionParameter", message)


def unsupported_api_version(name: str, supported: Iterable[str]) -> ServiceError:
    """Refuse an api-version that Resource Graph does not have."""
    message = (
        f"The resource type 'resources' could not be found in the namespace '{NAMESPACE}' for api version '{name}'. "
        f"The supported api-versions are '{','.join(supported)}'."
    )
    return _own(404, "InvalidResourceType", message)


def invalid_api_version(name: str, supported: Iterable[str]) -> ServiceError:
    """Refuse an api-version that Resource Manager itself does not have."""
    message = f"The api-version '{name}' is invalid. The supported versions are '{','.join(supported)}'."
    return _own(400, "InvalidApiVersionParameter", message)


def not_found(path: str) -> ServiceError:
    """Refuse a path that leads nowhere."""
    parts = path.strip("/").split("/")
    if parts[0].lower() != "providers" or len(parts) == 1:
        message = "The request did not have a subscription or a valid tenant level resource provider."
        return _own(404, "MissingSubscription", message)
    if parts[1].lower() != NAMESPACE.lower():
        return _own(404, "InvalidResourceNamespace", f"The resource namespace '{parts[1]}' is invalid.")
    kind = "/".join(parts[2:])
    return _own(
        404, "InvalidResourceType", f"The resource type '{kind}' could not be found in the namespace '{NAMESPACE}'."
    )


def misdirected() -> ServiceError:
    """Refuse a request to a name that is not this machine's: the service is never asked by another's name."""
    return _own(421, "MisdirectedRequest", "This resource graph answers to this machine's own names only.")


def wrong_method(method: str) -> ServiceError:
    """Refuse a method that a path does not take."""
    return _own(405, "MethodNotAllowed", f"The requested resource does not support http method '{method}'.")


def unsupported_media_type(given: str) -> ServiceError:
    """Refuse a body that is not JSON."""
    message = f"The content media type '{given or '<null>'}' is not supported. Only 'application/json' is supported."
    return _own(415, "UnsupportedMediaType", message)


def invalid_content(reason: str) -> ServiceError:
    """Refuse a body that is JSON of another shape, or none."""
    message = f"The request content was invalid and could not be deserialized: '{reason}'."
    return _own(400, "InvalidRequestContent", message)


def internal_error(correlation: str, now: datetime) -> ServiceError:
    """Say that something broke."""
    message = (
        f"Encountered internal server error. Diagnostic information: timestamp '{now:%Y%m%dT%H%M%SZ}', subscription "
        f"id '', tracking id '{correlation}', request correlation id '{correlation}'."
    )
    return _own(500, "InternalServerError", message)


def throttled() -> ServiceError:
    """Refuse a request over the quota of Resource Manager, which comes before that of Resource Graph."""
    message = "Number of requests for the tenant exceeded the limit. Please try again after '7' seconds."
    return _own(429, "ResourceRequestsThrottled", message, retry_after="7")


def gateway(status: int) -> ServiceError:
    """Say that Resource Graph did not answer Resource Manager, or not in time: *status* is 502, 503 or 504."""
    code, message = {
        502: ("BadGateway", f"The gateway received an invalid response from '{NAMESPACE}'."),
        503: ("ServiceUnavailable", "The service is temporarily unavailable. Please try again later."),
        504: (
            "GatewayTimeout",
            f"The gateway did not receive a response from '{NAMESPACE}' within the specified time period.",
        ),
    }[status]
    return _own(status, code, message)
