"""Traps of types: dynamic values, numbers and text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenantlint.kql_lint.nesting import listed
from tenantlint.kql_lint.operands import Seen, operand_at, operand_before, places
from tenantlint.kql_lint.sides import NUMBERS
from tenantlint.kql_lint.traps import Hit, at, trap
from tenantlint.model import Document
from tenantlint.schema import TEXT_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tenantlint.graph.spelling import Word
    from tenantlint.kql_lint.outline import Outline

DYNAMIC: Final = Document(
    "The dynamic data type", "", "https://learn.microsoft.com/kusto/query/scalar-data-types/dynamic"
)
NULLS: Final = Document("Null values", "", "https://learn.microsoft.com/kusto/query/scalar-data-types/null-values")
STRINGS: Final = Document("String operators", "", "https://learn.microsoft.com/kusto/query/datatypes-string-operators")

_OF_TEXT: Final = frozenset(
    ["EQUALTILDE", "EXCLAIMATIONPOINT_TILDE", "IN_CI", "NOT_IN_CI"]
    + [f"{no}{name}" for no in ("", "NOT_") for name in ("CONTAINS", "HAS", "STARTSWITH", "ENDSWITH")]
)
_KEYED: Final = frozenset({"summarize", "order", "top"})
_TRAILING: Final = frozenset({"ASC", "DESC", "NULLS", "FIRST", "LAST"})
_NULL_TESTS: Final = frozenset({"isnull", "isnotnull", "notnull"})
_GIVING_TEXT: Final = frozenset({"tostring", "tolower", "toupper", "strcat", "substring", "extract"})


@trap("kql-number-as-text", "error", STRINGS)
def number_as_text(query: Outline) -> Iterator[Hit]:
    """Operators for text must be given text.

    ## Why
    `=~`, `in~`, `has` and their kin compare text; the service refuses a query that gives them a number, `true` or
    `false`.

    ## Instead
    Compare numbers with `==` and a cast: `toint(properties.maxShares) == 2`, `tobool(properties.enabled) == true`.

    ## Avoid
    Resources
    | where properties.maxShares =~ 2
    | project id
    | order by id asc

    ## Prefer
    Resources
    | where toint(properties.maxShares) == 2
    | project id
    | order by id asc
    """
    for step in query.steps():
        for word, after, behind in zip(step.words, step.words[1:], (*step.words[2:], None), strict=False):
            given = behind if after.type == "OPENPAREN" else after
            if word.type in _OF_TEXT and given and given.type in NUMBERS:
                yield at([word, after, given] if given is not after else [word, after], "compares text with no text")


@trap("kql-dynamic-key", "error", DYNAMIC)
def dynamic_key(query: Outline) -> Iterator[Hit]:
    """Dynamic values must be cast before rows are grouped, ordered or joined by them.

    ## Why
    What lies in `properties`, `tags`, `sku` and other nested columns is dynamic, and no operator groups, orders or
    joins by that: the service refuses the query.

    ## Instead
    Cast the key: `by tostring(properties.x)`, `by toint(properties.y)`.

    ## Avoid
    Resources
    | summarize count() by properties.provisioningState

    ## Prefer
    Resources
    | summarize count() by tostring(properties.provisioningState)
    """
    for step, seen in places(query.pipes()):
        for key in _keys(step.operator, step.after("BY"), step.after("ON")):
            if seen.is_dynamic(key):
                yield at(key, f"is dynamic: {step.operator} by tostring(…)")


@trap("kql-dynamic-comparison", "error", DYNAMIC)
def dynamic_comparison(query: Outline) -> Iterator[Hit]:
    """Two dynamic values must be cast before they are compared.

    ## Why
    Neither says as what they are to be compared: the service refuses the query.

    ## Instead
    Cast both: `tostring(properties.a) == tostring(properties.b)`.

    ## Avoid
    Resources
    | where properties.primaryLocation != properties.secondaryLocation
    | project id
    | order by id asc

    ## Prefer
    Resources
    | where tostring(properties.primaryLocation) != tostring(properties.secondaryLocation)
    | project id
    | order by id asc
    """
    for step, seen in places(query.pipes()):
        for number, word in enumerate(step.words):
            if word.type in {"EQUALEQUAL", "EXCLAIMATIONPOINT_EQUAL"}:
                sides = operand_before(step.words, number), operand_at(step.words, number + 1)
                if all(side and seen.is_dynamic(side.words) for side in sides):
                    yield at([each for side in sides if side for each in side.words], "compares two dynamic values")


@trap("kql-isnull-of-text", "warning", NULLS)
def isnull_of_text(query: Outline) -> Iterator[Hit]:
    """Text must be asked whether it is empty, not whether it is null.

    ## Why
    Text is never null in KQL. `isnull()` of it is false for every row, and `isnotnull()` is true, whatever the row
    holds.

    ## Instead
    Write `isempty()` and `isnotempty()`.

    ## Avoid
    Resources
    | where isnull(managedBy)
    | project id
    | order by id asc

    ## Prefer
    Resources
    | where isempty(managedBy)
    | project id
    | order by id asc
    """
    for step, seen in places(query.pipes()):
        for number, word in enumerate(step.words[:-2]):
            if word.text in _NULL_TESTS and step.words[number + 1].type == "OPENPAREN":
                inside = _until_closed(step.words[number + 2 :])
                if _is_text(inside, seen):
                    yield at(
                        step.words[number : number + 3 + len(inside)], "is the same for every row: text is never null"
                    )


def _keys(operator: str, by: Sequence[Word], on: Sequence[Word]) -> Iterator[Sequence[Word]]:
    keys = by if operator in _KEYED else on if operator == "join" else ()
    for key in listed(keys):
        while key and key[-1].type in _TRAILING:
            key.pop()
        if key and not any(word.type == "EQUALEQUAL" for word in key):
            yield key[2:] if len(key) > 2 and key[1].type == "EQUAL" else key  # noqa: PLR2004 - a name, the sign, what it names


def _until_closed(tokens: Sequence[Word]) -> Sequence[Word]:
    depth = 1
    for number, word in enumerate(tokens):
        depth += (word.type == "OPENPAREN") - (word.type == "CLOSEPAREN")
        if not depth:
            return tokens[:number]
    return tokens


def _is_text(words: Sequence[Word], seen: Seen) -> bool:
    """Whether *words* give text: a column of text, or a function that gives nothing else, and no more than that."""
    if len(words) == 1:
        made = seen.made(words[0].name)
        return _is_text(made[1], made[0]) if made else words[0].name in TEXT_COLUMNS
    called = len(words) > 2 and words[0].text in _GIVING_TEXT and words[1].type == "OPENPAREN"  # noqa: PLR2004 - a call
    return called and len(_until_closed(words[2:])) == len(words) - 3
