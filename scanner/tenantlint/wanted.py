"""What the user says of the plugins to be loaded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Wanted:
    """Beside the installed plugins: Python *files* to be loaded, and names *without* which to go on: plugins, rules.

    Where *only* names any, no other plugins are loaded than those and our own. *rules* are files and folders of rule
    files, each as the user wrote it: ``PATH``, or ``NAME=PATH``.
    """

    files: tuple[Path, ...] = ()
    without: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()


EVERYTHING = Wanted()
"""Every installed plugin, and nothing else."""
