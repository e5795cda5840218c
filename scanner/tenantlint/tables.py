"""Tables: named KQL queries, one file each."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tenantlint.errors import PluginError

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

NAME: Final = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_PARTITION: Final = re.compile(r"partition: (?:(?P<tenant>tenant)|owner (?P<owner>[A-Za-z][A-Za-z0-9_]*))")


@dataclass(frozen=True, slots=True)
class Table:
    """A named query over Resource Graph; its rows are the table.

    ``owner`` is the column with the id of the resource that a row belongs to (for VMs their own id, for their disks and
    protected items the VM's): the snapshot is partitioned by it. None means that the table is kept whole for the tenant
    ("tenant" in the file's header) because rules look into it from everywhere.

    Where ``population`` is not None, the rows of ``kql`` are violations, any number of one resource, and the table has
    the columns of a listing (``tenantlint.listing``): one row for each resource that the query ``population`` gives or
    that is in violation. Empty: nobody knows which others there are.
    """

    name: str
    description: str
    owner: str | None
    kql: str
    module: str = ""
    population: str | None = None

    @property
    def sha256(self) -> str:
        """The SHA-256 of the text of its queries."""
        queries = [self.kql] if self.population is None else [self.kql, self.population]
        return hashlib.sha256("\0".join(queries).encode()).hexdigest()


def read_table(name: str, text: str, module: str = "") -> Table:
    """Make a table of a ``.kql`` file's *text*; *module* says where it comes from.

    The file starts with comment lines: what the table holds, then ``// partition: tenant`` or
    ``// partition: owner <column>``. Raises ``PluginError`` where it does not.
    """
    lines = text.splitlines()
    head = [line.removeprefix("//").strip() for line in _leading_comments(lines)]
    partition = _PARTITION.fullmatch(head[-1]) if head else None
    if not NAME.fullmatch(name) or len(head) < 2 or partition is None:  # noqa: PLR2004 - a description and a partition
        raise PluginError(
            f"query {name!r} does not start with comment lines that say what it holds and how it is partitioned",
            hint="the last of them is `// partition: tenant` or `// partition: owner <column>`",
        )
    return Table(name, " ".join(head[:-1]), partition["owner"], "\n".join(lines[len(head) :]).strip() + "\n", module)


def tables_in(folder: Traversable) -> list[Table]:
    """Read every ``.kql`` file of *folder*, sorted by name; a file's stem is its table's name."""
    files = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".kql")), key=lambda entry: entry.name)
    return [read_table(entry.name.removesuffix(".kql"), entry.read_text("utf-8"), str(entry)) for entry in files]


def _leading_comments(lines: list[str]) -> list[str]:
    for count, line in enumerate(lines):
        if not line.startswith("//"):
            return lines[:count]
    return lines
