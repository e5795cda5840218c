"""Scrubs whole tenant copies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson

from tenantlint.folders import new_folder
from tenantlint.graph import RESOURCE_GRAPH_TABLES
from tenantlint.graph.copies import HEAD, check_rows, read_copy
from tenantlint.scrub.keys import Role
from tenantlint.scrub.leaks import LeakFinder
from tenantlint.scrub.lines import dump_line
from tenantlint.scrub.originals import originals_in
from tenantlint.scrub.report import Report, exempt_rules, replaced_and_kept
from tenantlint.scrub.scrubber import SCRUBBED, Scrubber

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tenantlint.catalog import Catalog
    from tenantlint.graph.copies import TenantCopy
    from tenantlint.model import Json
    from tenantlint.scrub.originals import Originals

_CLOUDS: Final = frozenset({"azurecloud", "azureusgovernment", "azurechinacloud"})
_ORIGINALS: Final = ".originals"


def scrub_copy(
    source: Path,
    into: Path,
    *,
    key: bytes | None = None,
    catalog: Catalog | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Report:
    """Write the tenant copy *source*, scrubbed, to the new folder *into*, and prove that nothing was left.

    The same *key* gives the same replacements; by default it is made up and never stored. *catalog* is where the report
    takes the exempt rules from. Raises ``CopyError`` where *source* cannot be trusted, ``UsageError`` where *into*
    exists or cannot be made, and ``ScrubError``, with nothing written, where something of the original was left.
    """
    copy, scrubber = read_copy(source), Scrubber(key)
    with new_folder(into, "copies") as folder, originals_in(folder / _ORIGINALS) as originals:
        head = orjson.loads((source / HEAD).read_bytes())
        for id_ in (head["tenant_id"], *head["subscriptions"]):
            originals.note({"subscriptionId": id_})
        rows: dict[str, int] = {}
        for table, file in _files(copy, head["tables"]):
            name = table_name(table, scrubber)
            progress(f"scrubbing {name}")
            check_rows(file)
            rows[name] = _scrub_table(file, folder / f"{name}.jsonl", scrubber, originals)
        (folder / HEAD).write_bytes(orjson.dumps(scrub_head(head, scrubber), option=orjson.OPT_INDENT_2))
        _prove(folder, list(rows), originals, progress)
    return Report(rows, *replaced_and_kept(scrubber.counts), exempt_rules(catalog))


def scrub_head(head: dict[str, Any], scrubber: Scrubber) -> dict[str, Json]:
    """Scrub what ``copy.json`` says. What is not part of its format does not stay."""
    cloud = head["cloud"]
    return {
        "captured_at": head["captured_at"],
        "cloud": cloud if cloud.lower() in _CLOUDS else scrubber.text(cloud, Role.FREE),
        "tenant_id": scrubber.text(head["tenant_id"], Role.NAME),
        "subscriptions": [scrubber.subscription(id_) for id_ in head["subscriptions"]],
        "tables": [table_name(table, scrubber) for table in head["tables"]],
        "unread": [_scrub_unread(entry, scrubber) for entry in head.get("unread", [])],
    }


def table_name(table: str, scrubber: Scrubber) -> str:
    """Return the name of *table*, scrubbed if it is no table of Resource Graph."""
    return table if table.lower() in RESOURCE_GRAPH_TABLES else scrubber.text(table, Role.FREE)


def _files(copy: TenantCopy, tables: list[str]) -> Iterator[tuple[str, Path]]:
    """Yield the name of each table and its file, once, even where it is listed in two spellings."""
    spelled = {table.lower(): table for table in reversed(tables)}
    return ((spelled[table], file) for table, file in copy.files.items())


def _scrub_unread(entry: dict[str, str], scrubber: Scrubber) -> dict[str, Json]:
    """Scrub what was not read. The reason is prose and may name anything."""
    found: dict[str, Json] = {"reason": SCRUBBED}
    if subscription := entry.get("subscription"):
        found["subscription"] = scrubber.subscription(subscription)
    if table := entry.get("table"):
        found["table"] = table_name(table, scrubber)
    return found


def _scrub_table(file: Path, into: Path, scrubber: Scrubber, originals: Originals) -> int:
    """Scrub the rows of *file*, one after the other, and return how many there are."""
    count = 0
    with file.open("rb") as lines, into.open("wb") as scrubbed:
        for line in lines:
            if not line.strip():
                scrubbed.write(b"\n")  # so that a line keeps its number
                continue
            row = orjson.loads(line)
            originals.note(row)
            scrubbed.write(dump_line(scrubber.row(row)))
            count += 1
    return count


def _prove(folder: Path, tables: list[str], originals: Originals, progress: Callable[[str], None]) -> None:
    """Raise ``ScrubError`` where a file in *folder* holds any of the *originals*."""
    finder = LeakFinder(originals)
    finder.check(orjson.loads((folder / HEAD).read_bytes()), HEAD, 1)
    for table in tables:
        progress(f"checking {table}")
        for number, row in _rows(folder / f"{table}.jsonl"):
            finder.check(row, table, number)


def _rows(file: Path) -> Iterator[tuple[int, Json]]:
    with file.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield number, orjson.loads(line)
