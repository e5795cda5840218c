"""Finds every text in a row, with where it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from tenantlint.scrub.keys import ROW, Role, Spot, below, elements, is_property

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenantlint.model import Json

    Path: TypeAlias = "tuple[Path, str | int] | None"
    """A step and the path before it: most paths are never written out."""


class Text(NamedTuple):
    """A text in a row: the value of a property or an element of a list, or a key itself."""

    text: str
    role: Role
    path: Path
    is_key: bool = False


def texts_in(row: Json) -> Iterator[Text]:
    """Yield every value that is text, and every key of more than letters, however deeply they are nested."""
    ahead: list[tuple[Json, Spot, Path]] = [(row, ROW, None)]
    while ahead:
        value, spot, path = ahead.pop()
        if isinstance(value, str):
            yield Text(value, spot.role, path)
        elif isinstance(value, list):
            ahead.extend((each, elements(spot), (path, at)) for at, each in enumerate(value))
        elif isinstance(value, dict):
            for key, each in value.items():
                if not key.isalpha():
                    yield Text(key, Role.KEY, path, is_key=True)
                ahead.append((each, below(spot, key), (path, key)))


def written_out(path: Path) -> str:
    """Return *path* as ``$.properties.dataDisks[0].name``. Keys that may be data are not shown."""
    steps: list[str] = []
    while path:
        path, step = path
        shown = step if isinstance(step, int) or is_property(step) else "…"
        steps.append(f"[{shown}]" if isinstance(step, int) else f".{shown}")
    return "$" + "".join(reversed(steps))
