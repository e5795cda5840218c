"""What new packs and rules may be called, and what follows from that."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tenantlint.errors import UsageError
from tenantlint.rules import ID

if TYPE_CHECKING:
    from tenantlint.catalog import Catalog

_OURS: Final = "tenantlint-"
_BETWEEN: Final = re.compile(r"[-_.]+")


@dataclass(frozen=True, slots=True)
class PackName:
    """The name of a pack, ``acme``: of it are made the names of its distribution and package, and its rules' ids."""

    name: str

    @property
    def distribution(self) -> str:
        """The name under which it is installed, in the form in which indexes compare names."""
        return f"{_OURS}{self.name}"

    @property
    def package(self) -> str:
        """The name of the Python package, and of the plugin."""
        return self.distribution.replace("-", "_")


def pack_name(text: str, catalog: Catalog) -> PackName:
    """Read the name of a new pack, with or without ``tenantlint-``.

    Raises ``UsageError`` where it is no name, or its rules would start as those of an installed plugin do.
    """
    name = _BETWEEN.sub("-", text).lower().removeprefix(_OURS)
    if not ID.fullmatch(name) or f"{name}-" == _OURS:
        hint = "lower-case words joined by hyphens, the first of them your own: acme, or contoso-network"
        raise UsageError(f"{text!r} is no name for a plugin", hint=hint)
    prefix = first_word(name)
    taken = next((rule for rule in catalog.rules if first_word(rule) == prefix), None)
    if taken:
        hint = f"take another first word: rule {taken!r} of {catalog.origins[taken]!r} starts with {prefix}-"
        raise UsageError(f"{text!r} would not tell your rules from others", hint=hint)
    return PackName(name)


def rule_id(text: str, known: set[str]) -> str:
    """Read the id of a new rule of a pack that has the *known* ones.

    Raises ``UsageError`` where it is no id, is there already, or does not start as the others do.
    """
    prefixes = {first_word(other) for other in known}
    if not ID.fullmatch(text) or "-" not in text:
        example = f"{min(prefixes, default='acme')}-{'-'.join(_words(text)) or 'vm-contact'}"
        raise UsageError(f"{text!r} is no id for a rule", hint=f"lower-case words joined by hyphens: {example}")
    if text in known:
        raise UsageError(f"there is a rule {text!r} already", hint="rules are never overwritten")
    if prefixes and first_word(text) not in prefixes:
        prefix = min(prefixes)
        raise UsageError(f"the rules of this pack start with {prefix}-", hint=f"call it {prefix}-{text}")
    return text


def first_word(name: str) -> str:
    """Return the first word of a name: the prefix by which the rules of one author are told from those of others."""
    return name.partition("-")[0]


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.lower())
