"""What new packs and rules may be called, and what follows from that."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tenantlint.errors import UsageError
from tenantlint.prefixes import OUR_START, own_prefix, plain_name, taken_by
from tenantlint.rules import ID

if TYPE_CHECKING:
    from collections.abc import Collection

    from tenantlint.catalog import Catalog


@dataclass(frozen=True, slots=True)
class PackName:
    """The name of a pack, ``acme``: of it are made the names of its distribution and package, and its rules' ids."""

    name: str

    @property
    def distribution(self) -> str:
        """The name under which it is installed, in the form in which indexes compare names."""
        return f"{OUR_START}{self.name}"

    @property
    def package(self) -> str:
        """The name of the Python package, and of the plugin."""
        return self.distribution.replace("-", "_")


def pack_name(text: str, catalog: Catalog) -> PackName:
    """Read the name of a new pack, with or without ``tenantlint-``.

    Raises ``UsageError`` where it is no name, or its rules would start as those of an installed plugin do.
    """
    name = plain_name(text)
    if not ID.fullmatch(name) or f"{name}-" == OUR_START:
        hint = "lower-case words joined by hyphens, the first of them your own: acme, or contoso-network"
        raise UsageError(f"{text!r} is no name for a plugin", hint=hint)
    taken = taken_by(name, catalog.installed_rules, catalog.held)
    if taken:
        plugin, start, rule = taken
        hint = f"take another name: rule {rule!r} of {plugin!r} starts with {start}-"
        raise UsageError(f"{text!r} would not tell your rules from others", hint=hint)
    return PackName(name)


def pack_prefix(plugin: str, known: Collection[str]) -> str:
    """Return what the ids of a pack's next rule start with: as the *known* ones do, or with the pack's name."""
    named = {rule for rule in known if rule.startswith(f"{plain_name(plugin)}-")}
    return own_prefix(plugin, sorted(named or known))


def rule_id(text: str, prefix: str, known: Collection[str]) -> str:
    """Read the id of a new rule of a pack whose rules start with *prefix*, and which has the *known* ones.

    Raises ``UsageError`` where it is no id, is there already, or does not start as the others do.
    """
    if not ID.fullmatch(text) or "-" not in text:
        words = "-".join(re.findall(r"[a-z0-9]+", text.lower())) or "vm-contact"
        raise UsageError(f"{text!r} is no id for a rule", hint=f"lower-case words joined by hyphens: {prefix}-{words}")
    if text in known:
        raise UsageError(f"there is a rule {text!r} already", hint="rules are never overwritten")
    if not text.startswith(f"{prefix}-"):
        raise UsageError(f"the rules of this pack start with {prefix}-", hint=f"call it {prefix}-{text}")
    return text
