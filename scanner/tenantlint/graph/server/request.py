"""What a client asks: the body of a request to Resource Graph, read and checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar

import orjson

from tenantlint.graph.server.arm_errors import invalid_content
from tenantlint.graph.server.errors import not_recorded
from tenantlint.graph.server.paging import SkipToken, decode

if TYPE_CHECKING:
    from tenantlint.graph.server.api_versions import ApiVersion
    from tenantlint.model import Json

    Object: TypeAlias = dict[str, Json]

T = TypeVar("T")

AT_AND_BELOW: Final = "AtScopeAndBelow"
AUTHORIZATION_SCOPES: Final = (AT_AND_BELOW, "AtScopeAndAbove", "AtScopeAboveAndBelow", "AtScopeExact")

_FORMATS: Final = {"table": True, "objectarray": False}
_SORTS: Final = {"asc": False, "desc": True}


@dataclass(frozen=True, slots=True)
class FacetRequest:
    """One facet: an expression whose values are counted; ``top`` is how many of them are wanted, None for all."""

    expression: str
    sort_by: str = "count"
    descending: bool = True
    filter: str = ""
    top: int | None = None


@dataclass(frozen=True, slots=True)
class QueryRequest:
    """A request: which query, over what, and how its rows are wanted. None stands for what was not said."""

    query: str
    subscriptions: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    top: int | None = None
    skip: int | None = None
    token: SkipToken | None = None
    table: bool = False
    partial: bool = False
    authorization: str = AT_AND_BELOW
    facets: tuple[FacetRequest, ...] = ()


def parse(body: bytes, version: ApiVersion) -> QueryRequest:
    """Read the *body* of a request as *version* does. Raises ``ServiceError``."""
    try:
        said = _object(orjson.loads(body), "the request")
        request = _request(said, version)
    except ValueError as error:
        raise invalid_content(str(error)) from error
    if request.subscriptions and request.groups:
        raise not_recorded("A request is over subscriptions or over management groups, not over both.")
    return request


def peek(body: bytes) -> tuple[str, int]:
    """Tell the query and the page that *body* asks for, as far as it can be read: for scripts, before it is checked."""
    try:
        said = _object(orjson.loads(body), "the request")
        token = _token(_object(said.get("options"), "options"))
        return _text(said.get("query"), "query"), token.page if token else 1
    except ValueError:
        return "", 1


def _request(said: Object, version: ApiVersion) -> QueryRequest:
    options = _object(said.get("options"), "options")
    authorization = _choice(options, "authorizationScopeFilter", {name.lower(): name for name in AUTHORIZATION_SCOPES})
    table = _choice(options, "resultFormat", _FORMATS)
    return QueryRequest(
        _text(said.get("query"), "query"),
        _texts(said.get("subscriptions"), "subscriptions"),
        _texts(said.get("managementGroups"), "managementGroups"),
        _number(options, "$top", at_least=1),
        _number(options, "$skip", at_least=0),
        _token(options),
        version.table if table is None else table,
        options.get("allowPartialScopes") is True,
        authorization if authorization and version.authorization else AT_AND_BELOW,
        tuple(_facet(facet) for facet in _list(said.get("facets"), "facets")),
    )


def _facet(said: Json) -> FacetRequest:
    facet = _object(said, "a facet")
    options = _object(facet.get("options"), "options")
    descending = _choice(options, "sortOrder", _SORTS)
    return FacetRequest(
        _text(facet.get("expression"), "expression"),
        _text(options.get("sortBy", "count"), "sortBy"),
        True if descending is None else descending,
        _text(options.get("filter", ""), "filter"),
        _number(options, "$top", at_least=1),
    )


def _token(options: Object) -> SkipToken | None:
    text = options.get("$skipToken")
    return decode(_text(text, "$skipToken")) if text else None


def _choice(options: Object, name: str, choices: dict[str, T]) -> T | None:
    value = options.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or value.lower() not in choices:
        raise ValueError(f"{name} is one of {', '.join(choices)}; not {value!r:.80}")
    return choices[value.lower()]


def _number(options: Object, name: str, *, at_least: int) -> int | None:
    value = options.get(name)
    if value is None or (type(value) is int and value >= at_least):
        return value
    raise ValueError(f"{name} is a number from {at_least} on; not {value!r:.80}")


def _object(value: Json, name: str) -> Object:
    if value is not None and not isinstance(value, dict):
        raise ValueError(f"{name} is an object; not {value!r:.80}")
    return value or {}


def _list(value: Json, name: str) -> list[Json]:
    if value is not None and not isinstance(value, list):
        raise ValueError(f"{name} is a list; not {value!r:.80}")
    return value or []


def _texts(value: Json, name: str) -> tuple[str, ...]:
    return tuple(_text(item, name) for item in _list(value, name))


def _text(value: Json, name: str) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{name} is text; not {value!r:.80}")
    return value
