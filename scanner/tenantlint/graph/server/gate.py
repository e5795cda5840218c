"""What Azure Resource Manager checks before a request gets any further: the token and the media type."""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import orjson

from tenantlint.graph.server.arm_errors import expired_token, internal_error, missing_token, unsupported_media_type

if TYPE_CHECKING:
    from tenantlint.graph.server.api_versions import ApiVersion
    from tenantlint.graph.server.calls import Call


def bearer(call: Call, tenant: str) -> str:
    """Return the token of *call*; any is good, but for a JSON Web Token that has expired. Raises ``ServiceError``."""
    scheme, _, token = call.headers.get("authorization", "").partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token:
        raise missing_token(tenant)
    expiry = _expiry(token)
    if expiry and expiry < call.at:
        raise expired_token(tenant, expiry, call.at)
    return token


def _expiry(token: str) -> datetime | None:
    parts = token.split(".")
    if len(parts) != 3:  # noqa: PLR2004 - header, claims, signature
        return None
    try:
        claims = orjson.loads(base64.urlsafe_b64decode(parts[1] + "=="))
        return datetime.fromtimestamp(claims["exp"], UTC)
    except (binascii.Error, ValueError, KeyError, TypeError, OverflowError, OSError):  # OSError: no such year
        return None


def require_json(call: Call, version: ApiVersion) -> None:
    """Raise ``ServiceError`` where the body is not called JSON."""
    given = call.headers.get("content-type", "").partition(";")[0].strip()
    if given.lower() != "application/json":
        raise (unsupported_media_type(given) if version.refuses_media else internal_error(call.correlation, call.at))
