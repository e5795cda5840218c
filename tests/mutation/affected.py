"""Which rules a module can change: those that import it or read its facts, directly or not."""

import ast
from collections.abc import Iterator
from functools import cache

from tests.mutation.configuration import PACK, configuration, file_of
from tests.rule_cases import catalog


def rules_affected_by(module: str) -> list[str]:
    """Return the ids of the rules that a module can change, the nearest first."""
    distance = users_of(module)
    near = ((distance[rule.module], id_) for id_, rule in catalog().rules.items() if rule.module in distance)
    return [id_ for _, id_ in sorted(near)]


@cache
def users_of(module: str) -> dict[str, int]:
    """Return the modules that use *module*, itself included, with the number of steps to them."""
    distance = {module: 0}
    queue = [module]
    for current in queue:
        for user in _users().get(current, ()):
            if user not in distance:
                distance[user] = distance[current] + 1
                queue.append(user)
    return distance


@cache
def _users() -> dict[str, set[str]]:
    """Return which modules use a module, by its name."""
    users: dict[str, set[str]] = {}
    for module in configuration().modules():
        for used in (*_imported(module), *_facts_read(module)):
            users.setdefault(used, set()).add(module)
    return users


def _imported(module: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(file_of(module).read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith(PACK):
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _facts_read(module: str) -> Iterator[str]:
    facts = catalog().facts
    by_rules = {name for rule in catalog().rules.values() if rule.module == module for name in rule.reads}
    by_facts = {name for fact in facts.values() if fact.module == module for name in fact.reads}
    return (facts[name].module for name in sorted((by_rules | by_facts) & facts.keys()))
