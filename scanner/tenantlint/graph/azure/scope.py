"""Which subscriptions are read, and whether they can be: Resource Graph leaves out, silently, what it may not show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import orjson

from tenantlint.coverage import Unread
from tenantlint.errors import TenantlintError, UsageError
from tenantlint.graph.azure.reading import Whole, read_all
from tenantlint.graph.azure.requests import AskingError, DeadlineError, DeniedError
from tenantlint.graph.azure.units import Question
from tenantlint.names import is_guid
from tenantlint.untrusted import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tenantlint.graph.azure.requests import Sender
    from tenantlint.model import Json

GROUP: Final = 300
"""The most subscriptions that one request may name, as Microsoft recommends."""
LIST: Final = "/subscriptions?api-version=2022-12-01"
"""Where the resource manager lists the subscriptions that can be seen."""
_SHOWN: Final = (
    "resourcecontainers\n| where type =~ 'microsoft.resources/subscriptions'\n"
    "| project id, subscriptionId\n| order by id asc\n"
)


class EmptyScopeError(TenantlintError):
    """There is nothing to read."""

    exit_code = 3


@dataclass(frozen=True, slots=True)
class Choice:
    """What the user wants read; everything that can be seen where nothing is named."""

    subscriptions: tuple[str, ...] = ()
    management_groups: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scope:
    """The subscriptions to read, as groups of ids in lower case, and what will be missing."""

    groups: tuple[tuple[str, ...], ...]
    unread: tuple[Unread, ...] = ()

    @property
    def subscriptions(self) -> frozenset[str]:
        """All of them."""
        return frozenset(each for group in self.groups for each in group)


def as_choice(subscriptions: Iterable[str], groups: Iterable[str], excluded: Iterable[str]) -> Choice:
    """Make a choice of what the user typed. Raises ``UsageError`` for what is no id."""
    return Choice(_ids(subscriptions), tuple(dict.fromkeys(groups)), _ids(excluded))


def find_scope(sender: Sender, choice: Choice) -> Scope:
    """Find out what *choice* comes to, and which of it Resource Graph shows.

    Raises ``EmptyScopeError`` where that is nothing, and whatever *sender* raises.
    """
    found, doubts = _wanted(sender, choice)
    wanted = sorted(found - set(choice.excluded))
    if not wanted:
        raise EmptyScopeError(doubts[0].reason if doubts else "there is no subscription to read", hint=_hint(choice))
    shown = {each for group in _grouped(wanted) for each in _shown(sender, group)}
    unread = [Unread(_HIDDEN, subscription) for subscription in wanted if subscription not in shown]
    if not shown:
        raise EmptyScopeError(f"none of {len(wanted)} subscriptions can be read", hint="the role Reader is enough")
    return Scope(tuple(_grouped([each for each in wanted if each in shown])), (*unread, *doubts))


def hidden_since(sender: Sender, scope: Scope, *, out_of_time: bool) -> list[Unread]:
    """Return what of *scope* cannot be seen any more: rows of it may be missing without a word.

    Where the run is *out_of_time* already, that is told elsewhere, and there is none left to ask.
    """
    try:
        shown = {each for group in scope.groups for each in _shown(sender, group)}
    except AskingError as error:
        if out_of_time and isinstance(error, DeadlineError):
            return []
        return [Unread(f"whether all of it could be seen to the end is not known: {error}")]
    return [Unread(_GONE, subscription) for subscription in sorted(scope.subscriptions - shown)]


_GONE: Final = "Resource Graph stopped showing it while it was read: the role Reader may have ended"
_HIDDEN: Final = "Resource Graph does not show it: the role Reader is missing there, or it does not exist"


def _hint(choice: Choice) -> str:
    if choice.subscriptions or choice.management_groups:
        return "look at --subscription, --management-group and --exclude-subscription"
    return "sign in to the right tenant, or ask for the role Reader"


def _wanted(sender: Sender, choice: Choice) -> tuple[set[str], list[Unread]]:
    """Return the subscriptions that *choice* names, and why there may be more."""
    if not (choice.management_groups or choice.subscriptions):
        return {each for entry in sender.get(LIST) if (each := _listed(entry))}, []
    found, doubts = set(choice.subscriptions), []
    for group in choice.management_groups:
        below = _below(sender, group)
        found |= _ids_of(below)
        if below.cut or not below.rows:
            doubts.append(Unread(_TOO_MANY if below.cut else _NONE_BELOW.format(visible(group))))
    return found, doubts


def _below(sender: Sender, management_group: str) -> Whole:
    try:
        return read_all(sender, Question(_SHOWN, (), management_groups=(management_group,)))
    except DeniedError:
        return Whole([])


_TOO_MANY: Final = "there are more subscriptions than Resource Graph looks at: name groups below"
_NONE_BELOW: Final = (
    "management group '{}' shows no subscription: the role Reader is missing there, or it does not exist"
)


def _listed(entry: Json) -> str:
    named = entry.get("subscriptionId") if isinstance(entry, dict) else None
    return named.lower() if isinstance(named, str) else ""


def _shown(sender: Sender, group: Sequence[str]) -> set[str]:
    try:
        return _ids_of(read_all(sender, Question(_SHOWN, group)))
    except DeniedError:  # said only where none of them can be read
        return set()


def _ids_of(answer: Whole) -> set[str]:
    return {str(orjson.loads(row).get("subscriptionId")).lower() for row in answer.rows}


def _grouped(subscriptions: Sequence[str]) -> list[tuple[str, ...]]:
    """Cut *subscriptions* into as few groups as may be, all of about the same size."""
    groups = -(-len(subscriptions) // GROUP)
    return [tuple(subscriptions[at::groups]) for at in range(groups)]


def _ids(texts: Iterable[str]) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(text.strip().lower() for text in texts))
    for text in found:
        if not is_guid(text):
            raise UsageError(f"{text!r} is not the id of a subscription", hint="`az account list` shows ids and names")
    return found
