"""The generated page of the traps that `tenantlint lint-kql` knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenantlint.kql_lint.allowing import CHECK, RULE
from tenantlint.kql_lint.linting import TRAPS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenantlint.kql_lint.traps import Trap

INTRODUCTION = """\
# Traps of Resource Graph's KQL

Azure Resource Graph takes a part of Kusto's language, refuses the rest, and answers some queries with less than they
ask for, without a sign. `tenantlint lint-kql` holds queries against what is documented of that, in time:

```console
$ tenantlint lint-kql ./rules
$ tenantlint lint-kql ./rules --format sarif --output lint-kql.sarif
```

It reads `.kql` files of rules and of tables, with their comments, and any other file or standard input that holds a
query; queries inside YAML are not looked for. A file with the header of a [rule](rule-files.md) is held to what rules
must have, and so is one in a folder `kql` beside a list of recommendations; nothing is told of their order, since
`scan` adds it. The exit code is 1 where something is found at or above `--fail-on`, by default a warning. What the
local resource graph cannot run but the service may is a note: [what the local one runs](kql.md).

What is meant is allowed by a comment on its line, with a reason. An allowance without one, or of what is not there, is
a warning (`kql-allow`):

```kql
Resources
| mv-expand zone = zones  // lint-kql: allow kql-mv-expand-limit  a region has three zones
| project id, zone
| order by id asc
```
"""


def traps_page() -> Iterator[str]:
    """Yield the lines of the page."""
    yield from (INTRODUCTION, "| check | level | what must be |", "|---|---|---|")
    yield from (f"| [`{trap.id}`](#{trap.id}) | {trap.level} | {trap.title} |" for trap in TRAPS)
    yield f"| `{CHECK}` | warning | {RULE} |"
    for trap in TRAPS:
        yield from _section(trap)


def _section(trap: Trap) -> Iterator[str]:
    source = ", ".join(filter(None, (f"[{trap.source.title}]({trap.source.url})", trap.source.date)))
    yield from ("", f"## {trap.id}", "", f"{trap.title} ({trap.level})", "", f"{trap.why} {trap.instead}")
    yield from ("", "Avoid:", "", "```kql", trap.avoid, "```")
    yield from ("", "Prefer:", "", "```kql", trap.prefer, "```", "", f"Source: {source}")
