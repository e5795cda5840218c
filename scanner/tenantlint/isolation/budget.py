"""What a rule of a third party may use before it is stopped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tenantlint.errors import ConfigError
from tenantlint.shapes import check_keys, check_table, number

if TYPE_CHECKING:
    from collections.abc import Mapping

IN_A_ROW: Final = 3
"""Partitions in a row in which a rule was stopped, after which it is not asked again."""

START_SECONDS: Final = 60.0
"""How long a process may load plugins. They were loaded before, by the host: it is not the rule's fault."""

MOST_BYTES: Final = 64 * 2**20
"""What a rule may say of one partition: a hundred times what the wordiest rule of ours says."""

MOST_MEMORY: Final = 8 * 2**30
"""The addresses that a process may ask the system for, where that can be limited."""

_DAY: Final = 86_400
_MOST: Final = 10**9


@dataclass(frozen=True, slots=True)
class Budget:
    """What a rule may use of one partition: *seconds*, and resources that it breaks on."""

    seconds: float = 30
    failures: int = 100

    @property
    def too_slow(self) -> str:
        """What is said of a rule that took longer."""
        return f"it took longer than {self.seconds:g} s for one partition"


def read_budget(config: Mapping[str, Any]) -> Budget:
    """Return what *config* says in ``[isolation]``. Raises ``ConfigError``."""
    check_table("isolation", table := config.get("isolation", {}))
    check_keys("[isolation]", table, ("failures", "seconds"))
    standard = Budget()
    seconds = number("isolation.seconds", table.get("seconds", standard.seconds))
    if seconds > _DAY:
        raise ConfigError(f"isolation.seconds: expected at most {_DAY}, a day, not {seconds!r}")
    failures = table.get("failures", standard.failures)
    if not isinstance(failures, int) or isinstance(failures, bool) or not 0 <= failures <= _MOST:
        raise ConfigError(f"isolation.failures: expected a number of resources, not {failures!r}")
    return Budget(seconds, failures)
