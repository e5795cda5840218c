"""Traps of letters: ids and names are the same in any case, and KQL's ``==`` does not think so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenantlint.kql_lint.nesting import listed
from tenantlint.kql_lint.operands import Operand, Seen, operand_at, places
from tenantlint.kql_lint.sides import behind, compared, in_front, texts
from tenantlint.kql_lint.traps import LANGUAGE, Hit, at, trap

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tenantlint.graph.spelling import Word
    from tenantlint.kql_lint.outline import Outline, Step

_INSTEAD: Final = {"EQUALEQUAL": "=~", "EXCLAIMATIONPOINT_EQUAL": "!~", "IN": "in~", "NOT_IN": "!in~"}
_NAMES: Final = frozenset({"name", "resourcegroup"})


@trap("kql-case-sensitive", "warning", LANGUAGE)
def case_sensitive(query: Outline) -> Iterator[Hit]:
    """Ids, names and types must be compared in any case.

    ## Why
    Azure takes `/subscriptions/…/resourceGroups/RG` and `…/resourcegroups/rg` for the same id, and its services write
    both. `==`, `!=`, `in` and `!in` tell them apart. Types are kept in lower case, so that `==
    'Microsoft.Compute/disks'` finds nothing at all.

    ## Instead
    Write `=~`, `!~`, `in~` or `!in~`, or bring both sides to lower case with `tolower()`.

    ## Avoid
    Resources
    | where type == 'Microsoft.Compute/disks'
    | project id
    | order by id asc

    ## Prefer
    Resources
    | where type =~ 'Microsoft.Compute/disks'
    | project id
    | order by id asc
    """
    for step, seen in places(query.pipes()):
        for number, word in enumerate(step.words):
            if word.type in _INSTEAD and not _is_join_key(step, number) and _minds_case(step.words, number, seen):
                yield at(compared(step.words, number), f"tells upper from lower case: write {_INSTEAD[word.type]}")


@trap("kql-join-case", "warning", LANGUAGE)
def join_case(query: Outline) -> Iterator[Hit]:
    """Ids and names must be joined in lower case.

    ## Why
    A join compares its keys to the letter. The id of a VM in the table of VMs and the same id in that of its backups
    are often spelled in different case: the join finds no match, and a protected VM looks unprotected.

    ## Instead
    Bring the key to lower case on both sides, `| extend key = tolower(id)`, and join on that.

    ## Avoid
    Resources
    | join kind=leftouter (HealthResources | project id = tostring(properties.targetResourceId), state = name) on id
    | project id, state
    | order by id asc

    ## Prefer
    Resources
    | extend key = tolower(id)
    | join kind=leftouter (
        HealthResources | project key = tolower(tostring(properties.targetResourceId)), state = name
      ) on key
    | project id, state
    | order by id asc
    """
    for step, left in places(query.pipes()):
        if step.operator == "join" and len(step.inner) == 1:
            right = Seen(step.inner[0], len(step.inner[0].steps))
            for key in listed(step.after("ON")):
                names = [operand.names[-1] for operand in _keys(key)]
                if names and _is_joined_to_the_letter(names[0], names[-1], left, right):
                    yield at(key, "is joined to the letter: bring both sides to lower case with tolower()")


def _minds_case(tokens: Sequence[Word], number: int, seen: Seen) -> bool:
    """Whether what stands round a comparison is an id or a name in whatever case it was written."""
    sides = in_front(tokens, number), behind(tokens, number)
    literals = texts(tokens, number)
    if literals == [""] or any(side.is_number for side in sides):
        return False
    operands = [side.operand for side in sides if side.operand]
    if any(_is_type(operand, seen) for operand in operands):
        return any(text != text.lower() for text in literals)
    return any(_is_spelled_freely(operand, seen) for operand in operands)


def _is_type(operand: Operand, seen: Seen) -> bool:
    """Whether *operand* is the column ``type`` as the table has it, by whatever name."""
    if len(operand.names) != 1:
        return False
    made = seen.made(operand.names[0])
    if made is None:
        return operand.names == ("type",)
    words = _without_cast(made[1])
    inner = operand_at(words, 0)
    return bool(inner and len(inner.words) == len(words) and _is_type(inner, made[0]))


def _is_spelled_freely(operand: Operand, seen: Seen) -> bool:
    alone = len(operand.names) == 1
    if alone and (seen.is_lowered(operand.names[0]) or _is_remade(operand.names[0], seen)):
        return False
    return (_is_id(operand.leaf) and operand.names[0] != "tags") or (alone and operand.leaf in _NAMES)


def _is_id(leaf: str) -> bool:
    return leaf in {"id", "managedby"} or leaf.endswith("resourceid")


def _is_remade(name: str, seen: Seen) -> bool:
    """Whether *name* was made of something that is more than another path, such as a part of an id."""
    made = seen.made(name)
    if made is None:
        return False
    operand = operand_at(made[1], 0)
    return operand is None or len(operand.words) != len(made[1]) or not _is_spelled_freely(operand, made[0])


def _is_joined_to_the_letter(left_name: str, right_name: str, left: Seen, right: Seen) -> bool:
    raw = [seen.made(name) is None for name, seen in ((left_name, left), (right_name, right))]
    if all(raw) and left_name == right_name and _source(left) == _source(right):
        return False  # one table spells one id in one way
    free = [_is_key(name, seen) for name, seen in ((left_name, left), (right_name, right))]
    lowered = [seen.is_lowered(name) for name, seen in ((left_name, left), (right_name, right))]
    return any(free) and not all(lowered)


def _is_key(name: str, seen: Seen) -> bool:
    """Whether *name* is an id or a name, or was made of one as it is."""
    made = seen.made(name)
    if made is None:
        return _is_id(name.lower()) or name.lower() in _NAMES
    words = _without_cast(made[1])
    operand = operand_at(words, 0)
    return bool(operand and len(operand.words) == len(words) and _is_spelled_freely(operand, made[0]))


def _without_cast(made: Sequence[Word]) -> list[Word]:
    """Return the words of an expression without parentheses and ``tostring``."""
    return [word for word in made if word.type not in {"OPENPAREN", "CLOSEPAREN"} and word.text != "tostring"]


def _source(seen: Seen) -> str:
    return seen.pipe.source[0].text.lower() if seen.pipe.source else ""


def _keys(key: Sequence[Word]) -> list[Operand]:
    """Read a key of a join: a name for both sides, or one for each."""
    sign = next((at for at, word in enumerate(key) if word.type == "EQUALEQUAL"), len(key))
    sides = (operand_at(key[:sign], 0), operand_at(key, sign + 1))
    return [side for side in sides if side]


def _is_join_key(step: Step, number: int) -> bool:
    return step.operator == "join" and number >= len(step.words) - len(step.after("ON"))
