"""What the values of a settings file must look like, and what is said where they do not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeGuard

from tenantlint.errors import ConfigError
from tenantlint.names import nearest

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence


_LARGEST: Final = 2**53
"""Numbers up to here are the same in every JSON that tells of them; TOML knows larger ones, ``inf`` and ``nan``."""


def check_table(where: str, value: object) -> None:
    """Raise ``ConfigError`` where *value* is no table."""
    if not isinstance(value, dict):
        raise ConfigError(f"{where} is a table, not {value!r}")


def check_keys(where: str, given: Collection[str], known: Collection[str]) -> None:
    """Raise ``ConfigError``, with the nearest name, for the first of the *given* keys that is not *known*."""
    for key in given:
        if key not in known:
            raise ConfigError(f"{where} has no key {key!r}", hint=nearest(key, known))


def text(where: str, value: object) -> str:
    """Return *value*, which is text that is not empty. Raises ``ConfigError``."""
    if not isinstance(value, str) or not value.strip():
        raise ConfigError(f"{where}: expected text, not {value!r}")
    return value


def texts(where: str, value: object) -> tuple[str, ...]:
    """Return *value*, which is a list of texts, or one. Raises ``ConfigError``."""
    if isinstance(value, str):
        return (text(where, value),)
    if not isinstance(value, list) or not value:
        raise ConfigError(f"{where}: expected a list of texts, not {value!r}")
    return tuple(text(where, each) for each in value)


def pairs(where: str, value: object) -> tuple[tuple[str, str], ...]:
    """Return the pairs of a table of texts, which is not empty. Raises ``ConfigError``."""
    check_table(where, value)
    assert isinstance(value, dict)
    if not value:
        raise ConfigError(f"{where}: expected a table with at least one entry")
    return tuple((name, text(f"{where}.{name}", pattern)) for name, pattern in value.items())


def number(where: str, value: object) -> float:
    """Return *value*, which is a number above zero. Raises ``ConfigError``."""
    if not is_number(value) or value == 0:
        raise ConfigError(f"{where}: expected a number above zero, not {value!r}")
    return value


def is_number(value: object) -> TypeGuard[float]:
    """Tell whether *value* is a number that is not negative and can be told."""
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= _LARGEST


def joined(words: Sequence[str]) -> str:
    """Return *words* as people list them: "a, b or c"."""
    return f"{', '.join(words[:-1])} or {words[-1]}"
