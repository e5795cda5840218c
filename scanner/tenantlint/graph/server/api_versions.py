"""What differs from one api-version of Resource Graph to the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tenantlint.graph.server.arm_errors import missing_api_version, unsupported_api_version

if TYPE_CHECKING:
    from collections.abc import Mapping

API_VERSION: Final = "api-version"


@dataclass(frozen=True, slots=True)
class ApiVersion:
    """What one api-version does where a request does not say.

    ``rows`` is the size of a page, ``table`` whether rows come as a table rather than as objects. ``authorization``
    tells whether the option ``authorizationScopeFilter`` is known, ``refuses_media`` whether a request that is not
    JSON gets a 415; before that it got a 500.
    """

    name: str
    rows: int = 1000
    table: bool = False
    authorization: bool = True
    refuses_media: bool = True


_ALL: Final = (
    ApiVersion("2018-09-01-preview", rows=100, table=True, authorization=False, refuses_media=False),
    ApiVersion("2019-04-01", rows=100, table=True, authorization=False, refuses_media=False),
    ApiVersion("2020-04-01-preview", table=True, authorization=False),
    ApiVersion("2021-03-01", authorization=False),
    ApiVersion("2021-06-01-preview"),
    ApiVersion("2022-10-01"),
    ApiVersion("2024-04-01"),
)
API_VERSIONS: Final = {version.name: version for version in _ALL}


def choose(parameters: Mapping[str, str]) -> ApiVersion:
    """Return the api-version that the URL's *parameters* name. Raises ``ServiceError``."""
    name = parameters.get(API_VERSION)
    if not name:
        raise missing_api_version()
    if name.lower() not in API_VERSIONS:
        raise unsupported_api_version(name, API_VERSIONS)
    return API_VERSIONS[name.lower()]
