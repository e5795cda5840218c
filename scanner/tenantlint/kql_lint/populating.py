"""Traps of rule files that name the type of the resources that they are about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenantlint.kql_lint.operands import Seen
from tenantlint.kql_lint.ruling import RULE_FILES
from tenantlint.kql_lint.sides import behind, compared, in_front, texts
from tenantlint.kql_lint.traps import Hit, at, trap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenantlint.kql_lint.outline import Outline, Pipe

_NAMING: Final = frozenset({"EQUALEQUAL", "EQUALTILDE", "IN", "IN_CI"})
"""Comparisons that are true of what they name."""


@trap("kql-rule-type", "warning", RULE_FILES)
def rule_type(query: Outline) -> Iterator[Hit]:
    """The type in the header of a rule must be that of the resources its query lists.

    ## Why
    Resources of that type without a row are called compliant. Where the header names another type than the query, or
    one that lies in another table, these are the wrong resources, or none at all.

    ## Instead
    Write the same type in both. For a type outside `Resources` name the table, too: `// table:
    RecoveryServicesResources`.

    ## Avoid
    // id: acme-large-disk
    // title: Disks must not be larger than 4 TiB
    // level: warning
    // type: Microsoft.Compute/disk
    // source: Storage standard, 2026-03-01, https://acme.example/storage

    Resources
    | where type =~ 'microsoft.compute/disks'
    | where toint(properties.diskSizeGB) > 4096

    ## Prefer
    // id: acme-large-disk
    // title: Disks must not be larger than 4 TiB
    // level: warning
    // type: Microsoft.Compute/disks
    // source: Storage standard, 2026-03-01, https://acme.example/storage

    Resources
    | where type =~ 'microsoft.compute/disks'
    | where toint(properties.diskSizeGB) > 4096
    """
    population = query.rule.population if query.rule else ""
    pipe = query.pipe
    if not population or not pipe.source or Seen(pipe, len(pipe.steps)).made("id"):
        return  # whose id was made is about something else than its table's rows
    table, type_ = population.split()[0], population.split("'")[1]
    united = any(step.operator == "union" for step in pipe.steps)
    if len(pipe.source) == 1 and pipe.source[0].text.lower() != table.lower() and not united:
        yield at(pipe.source, f"is not {table}, where the type in the header is looked for")
    yield from _other_types(pipe, type_)


def _other_types(pipe: Pipe, type_: str) -> Iterator[Hit]:
    """Yield the first place where *pipe* asks for types, if nowhere it asks for *type_*."""
    asked, places = set[str](), list[Hit]()
    for each in pipe.united():
        for step in each.steps:
            for number, word in enumerate(step.words):
                sides = in_front(step.words, number), behind(step.words, number)
                named = any(side.operand and side.operand.names == ("type",) for side in sides)
                if word.type in _NAMING and step.operator == "where" and named:
                    asked |= {text.lower() for text in texts(step.words, number)}
                    places.append(at(compared(step.words, number), f"and the header is about {type_}"))
    if asked and type_ not in asked:
        yield places[0]
