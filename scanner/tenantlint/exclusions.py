"""Which resources are not judged because the user said so."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Exclusion:
    """A kind of resources that some rules, or all, do not judge, and why."""

    reason: str
