"""A script of faults as a JSON file.

The file holds a list. Each entry says what is to be done (``do``, a name from :data:`EFFECTS`), with the effect's own
fields beside it; ``when`` says to which requests, and ``times`` how often (once; 0 is always)::

    [
      {"do": "throttle", "when": {"request": 3}},
      {"do": "mutate", "table": "Resources", "remove": ["/subscriptions/…"], "when": {"page": 2, "query": "vaults"}},
      {"do": "fail", "status": 503, "when": {"path": "/subscriptions"}}
    ]
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final

import orjson

from tenantlint.errors import ConfigError
from tenantlint.graph.server.effects import EFFECTS
from tenantlint.graph.server.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tenantlint.model import Json

_WHEN: Final = {"request", "page", "query", "path"}


def _all(values: Json, kind: type) -> bool:
    return isinstance(values, list) and all(isinstance(value, kind) for value in values)


_SHAPES: Final[Mapping[str, tuple[str, Callable[[Json], bool]]]] = {
    "bool": ("true or false", lambda value: isinstance(value, bool)),
    "float": ("a number", lambda value: type(value) in {int, float}),
    "int": ("a whole number", lambda value: type(value) is int),
    "int | None": ("a whole number or null", lambda value: value is None or type(value) is int),
    "str": ("text", lambda value: isinstance(value, str)),
    "tuple[str, ...]": ("a list of texts", lambda value: _all(value, str)),
    "tuple[Row, ...]": ("a list of rows", lambda value: _all(value, dict)),
    "Mapping[str, Row]": (
        "an object of rows by id",
        lambda value: isinstance(value, dict) and _all(list(value.values()), dict),
    ),
}
"""What the annotations of the effects' fields mean in JSON."""


def read_faults(file: Path) -> list[Fault]:
    """Read a script. Raises ``ConfigError``, which names the entry at fault."""
    try:
        entries = orjson.loads(file.read_bytes())
    except OSError as error:
        raise ConfigError(f"cannot read {file}: {error.strerror}") from error
    except ValueError as error:
        raise ConfigError(f"{file} is not JSON: {error}") from error
    if not isinstance(entries, list):
        raise ConfigError(f"{file} does not hold a list of faults")
    return [_named(entry, f"{file}, fault {number}") for number, entry in enumerate(entries, start=1)]


def _named(entry: Json, place: str) -> Fault:
    try:
        return _fault(entry)
    except (TypeError, ValueError) as error:  # TypeError: a field that must be given is not
        raise ConfigError(f"{place}: {error}") from error


def _fault(entry: Json) -> Fault:
    if not isinstance(entry, dict):
        raise ValueError("a fault is an object")
    name, when = entry.get("do"), entry.get("when", {})
    if not isinstance(when, dict):
        raise ValueError("'when' is an object")
    if not isinstance(name, str) or name not in EFFECTS:
        raise ValueError(f"'do' is one of {', '.join(EFFECTS)}; not {name!r:.80}")
    said = {key: value for key, value in entry.items() if key not in {"do", "when", "times"}}
    times = {"times": entry["times"]} if "times" in entry else {}
    effect = EFFECTS[name](**_values(EFFECTS[name], said, {each.name for each in fields(EFFECTS[name])}))
    return Fault(effect, **_values(Fault, when, _WHEN), **_values(Fault, times, {"times"}))


def _values(kind: type, said: Mapping[str, Json], names: set[str]) -> dict[str, Any]:
    """Hold what was *said* against those fields of *kind* that have one of *names*."""
    types = {each.name: str(each.type) for each in fields(kind) if each.name in names}
    unknown = sorted(said.keys() - types.keys())
    if unknown:
        raise ValueError(f"there is no {unknown[0]!r}, only {', '.join(sorted(types)) or 'nothing'}")
    return {name: _value(name, value, types[name]) for name, value in said.items()}


def _value(name: str, value: Json, kind: str) -> Any:  # noqa: ANN401 - what the field's annotation says
    shape, fits = _SHAPES[kind]
    if not fits(value):
        raise ValueError(f"{name!r} is {shape}; not {value!r:.80}")
    return tuple(value) if isinstance(value, list) else value
