"""Every documented constraint on backing up Azure VMs, and what the pack does about it: ``constraints.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from tenantlint_backup import documents

if TYPE_CHECKING:
    from tenantlint import Document

STATUSES: Final = {
    "holds": "still documented",
    "harder": "documented more strictly",
    "changed": "documented with another threshold or meaning",
    "relaxed": "no longer a failure",
    "obsolete": "lifted",
    "gone": "no longer mentioned",
}


@dataclass(frozen=True, slots=True)
class Constraint:
    """One documented constraint.

    ``says`` is the constraint in our words, ``today`` what became of it where ``status`` does not say enough. The
    newest of its ``documents`` is the first. ``rules`` judge it, by the ``evidence``; where there are none,
    ``why_none`` says why.
    """

    id: str
    says: str
    documents: tuple[Document, ...]
    status: str
    visibility: str
    rules: tuple[str, ...] = ()
    evidence: str = ""
    today: str = ""
    why_none: str = ""


@cache
def constraints() -> tuple[Constraint, ...]:
    """Return all of them, in the order of the register."""
    content = files(__package__ or "").joinpath("constraints.toml").read_text("utf-8")
    return tuple(_constraint(entry) for entry in tomllib.loads(content)["constraint"])


def _constraint(entry: dict[str, Any]) -> Constraint:
    named = sorted((getattr(documents, name) for name in entry.pop("documents")), key=_date, reverse=True)
    return Constraint(documents=tuple(named), rules=tuple(entry.pop("rules", ())), **entry)


def _date(document: Document) -> str:
    return document.date
