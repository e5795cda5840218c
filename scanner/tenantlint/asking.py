"""Asks a resource graph, and takes no answer for one of the answers that there may be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tenantlint.errors import KqlError
from tenantlint.graph import NotReadError

if TYPE_CHECKING:
    from pathlib import Path

    from tenantlint.graph import Answer, ResourceGraph
    from tenantlint.model import Cause


@dataclass(frozen=True, slots=True)
class Lack:
    """Why there is no answer, and of what kind that is."""

    message: str
    cause: Cause


def ask(graph: ResourceGraph, kql: str, into: Path, *, repeating: bool = False) -> Answer | Lack:
    """Write the answer to *kql* to *into*; see :meth:`tenantlint.graph.ResourceGraph.fetch`."""
    try:
        return graph.fetch(kql, into, repeating=repeating)
    except NotReadError as error:
        return Lack(str(error), "unread")
    except KqlError as error:
        return Lack(str(error), "failed")
