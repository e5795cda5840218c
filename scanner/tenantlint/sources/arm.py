"""ARM templates: the resources that they declare by a literal type and name."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from tenantlint.sources.declared import Declared, literal_type, named, traces_in
from tenantlint.sources.json_lines import values
from tenantlint.sources.places import Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tenantlint.sources.json_lines import Found, Path

_NEEDED: Final = {"type", "name", "apiVersion"}
_TOLD: Final = {*_NEEDED, "existing"}


def declared_in(text: str, path: str) -> list[Declared]:
    """Return what the template *text* declares, the file *path* of the repository; nothing where it is no template.

    Parameters and expressions are not resolved: what they name is not returned. Raises ``ValueError`` where it is not
    JSON.
    """
    told: dict[Path, dict[str, str]] = defaultdict(dict)
    objects: list[Found] = []
    for found in values(text):
        if found.text is None:
            objects.append(found)
        elif found.path and found.path[-1] in _TOLD | {"$schema"}:
            told[found.path[:-1]][str(found.path[-1])] = found.text
    if "deploymenttemplate" not in told[()].get("$schema", "").lower():
        return []
    resources = {found.path: told[found.path] for found in objects if told.get(found.path, {}).keys() >= _NEEDED}
    lines = text.split("\n")
    return [_declared(found, resources, lines, path) for found in objects if _is_created(found, resources)]


def _is_created(found: Found, resources: Mapping[Path, Mapping[str, str]]) -> bool:
    return found.path in resources and resources[found.path].get("existing") != "true"


def _declared(found: Found, resources: Mapping[Path, Mapping[str, str]], lines: list[str], path: str) -> Declared:
    place = Place(path, found.line, found.end_line)
    chain = list(_chain(found.path, resources))[::-1]
    type_, name = "/".join(each["type"] for each in chain), "/".join(each["name"] for each in chain)
    is_literal = not any(each["name"].startswith("[") for each in chain)
    return Declared(place, named(type_, name) if is_literal else None, traces_in(lines, place), literal_type(type_))


def _chain(path: Path, resources: Mapping[Path, Mapping[str, str]]) -> Iterator[Mapping[str, str]]:
    """Yield a resource and those that it is nested in, as far as its type is relative to theirs."""
    yield resources[path]
    while "/" not in resources[path]["type"] and path[-2:-1] == ("resources",) and path[:-2] in resources:
        path = path[:-2]
        yield resources[path]
