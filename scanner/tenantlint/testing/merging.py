"""Rows that differ from others: what is merged, what takes the place of something, what is taken away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

from tenantlint.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

Row: TypeAlias = dict[str, Any]
"""A row, nested as Resource Graph shows it."""


class _Absent:
    """There is one of it: a value that says that there is none."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = _Absent()
"""In the place of a value: the row does not have it."""


def merged(row: Mapping[str, Any], changes: Mapping[str, Any]) -> Row:
    """Return *row* with *changes*; neither is changed, nor shared with what is returned.

    An object is merged into the one that is there, name by name. Behind a dotted path (``properties.storageProfile``)
    a value takes the place of what is there. Lists and anything else always do.
    """
    found: Row = _copied(dict(row))
    for path, value in changes.items():
        *above, last = path.split(".")
        if not all([*above, last]):
            raise UsageError(f"{path!r} is no path: names joined by dots", hint="properties.storageProfile.osDisk")
        found = _merged(found, _nested(above, {last: _Instead(value) if above else value}))
    return found


class _Instead:
    """A value that is not merged."""

    def __init__(self, value: object) -> None:
        self.value = value


def _nested(above: list[str], value: Row) -> Row:
    for name in reversed(above):
        value = {name: value}
    return value


def _merged(row: Row, changes: Mapping[str, Any]) -> Row:
    found = dict(row)
    for name, value in changes.items():
        if value is ABSENT or (isinstance(value, _Instead) and value.value is ABSENT):
            found.pop(name, None)
        elif isinstance(value, _Instead):
            found[name] = _copied(value.value)
        elif isinstance(value, dict):
            before = found.get(name)
            found[name] = _merged(before if isinstance(before, dict) else {}, value)
        else:
            found[name] = _copied(value)
    return found


def _copied(value: Any) -> Any:  # noqa: ANN401 - JSON, of any depth
    if isinstance(value, dict):
        return {name: _copied(below) for name, below in value.items() if below is not ABSENT}
    return [_copied(below) for below in value] if isinstance(value, list) else value
