"""What a user may set in ``tenantlint.toml``: parameters of rules, and how to judge."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tenantlint.names import is_guid

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tenantlint.exclusions import Exclusion
    from tenantlint.model import Level


@dataclass(frozen=True)
class Setting:
    """One parameter of a rule: its name, what it means, and the function that reads its value.

    ``read`` takes the value as TOML gives it and returns what the rule sees, or raises ``ValueError`` with what is
    expected. ``default`` is what the rule sees where the user says nothing.
    """

    name: str
    description: str
    read: Callable[[object], object]
    default: object = None


@dataclass(frozen=True, slots=True)
class WaiversTold:
    """The file of waivers that counts: its name, its SHA-256, how many it holds, and for how long each at most."""

    file: str
    sha256: str
    count: int
    max_days: int


@dataclass(frozen=True)
class Settings:
    """How to judge: what the user said, and the defaults of what was left unsaid.

    ``parameters``, ``levels`` and ``enabled`` are by rule id; a rule without a level reports at its own, and limits are
    among the parameters only where the user set them. ``edition`` is the month (``2018-12``) as of which the
    documentation is asked, None for the newest. ``exclusions`` say which resources are left out. ``waivers`` is the
    file of what is accepted, None where there is none. ``passed_over`` are rules that the user spoke of, and that may
    be of a plugin that was left out.
    """

    parameters: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    levels: Mapping[str, Level] = field(default_factory=dict)
    enabled: Mapping[str, bool] = field(default_factory=dict)
    edition: str | None = None
    exclusions: tuple[Exclusion, ...] = ()
    waivers: WaiversTold | None = None
    passed_over: tuple[str, ...] = ()

    @property
    def tables(self) -> frozenset[str]:
        """The tables that exclusions look into."""
        return frozenset(table for exclusion in self.exclusions for table in exclusion.has)


def guid(value: object) -> str:
    """Read a GUID, in lower case."""
    if isinstance(value, str) and is_guid(value):
        return value.lower()
    raise ValueError(f"expected a GUID, not {value!r}")


def guids_by_tenant(value: object) -> dict[str, str]:
    """Read a table of tenant id = object id."""
    if not isinstance(value, dict):
        raise ValueError('expected a table of tenant id = object id, such as {"<tenant id>" = "<object id>"}')
    ids = {guid(tenant): guid(object_id) for tenant, object_id in value.items()}
    if len(ids) < len(value):
        raise ValueError("the same tenant twice, in different case")
    return ids
