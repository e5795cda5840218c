"""Makes the mutants of a module: its source with one small change, by the operators of cosmic-ray."""

from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from itertools import takewhile

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators.operator import Operator
from cosmic_ray.plugins import get_operator, operator_names

from tests.mutation.configuration import configuration, file_of
from tests.mutation.mutants import Mutant
from tests.mutation.what_runs import what_runs


@cache
def operators() -> dict[str, Operator]:
    """Return the operators that are in use, by name."""
    globs = configuration().operators
    names = [name for name in operator_names() if any(fnmatch(name, glob) for glob in globs)]
    return {name: get_operator(name)() for name in names}


def mutants_of(module: str) -> list[Mutant]:
    """Return the mutants of a module from the first line to the last: each change once, and none that never runs."""
    source = file_of(module).read_text()
    seen = {None, what_runs(source)}
    found = []
    for name, mutated in _mutated(source):
        runs = what_runs(mutated)
        if runs not in seen:
            seen.add(runs)
            found.append(Mutant(module, name, *_change(source, mutated), mutated))
    return sorted(found, key=lambda mutant: mutant.line)


def _mutated(source: str) -> Iterator[tuple[str, str]]:
    nodes = list(ast_nodes(get_ast(source)))
    for name, operator in operators().items():
        for occurrence in range(sum(len(list(operator.mutation_positions(node))) for node in nodes)):
            yield name, mutate_code(source, operator, occurrence)


def _change(source: str, mutated: str) -> tuple[int, str, str]:
    """Return the number of the first line that differs, and this line before and after."""
    old, new = source.splitlines(), mutated.splitlines()
    above = _same(old, new)
    below = _same(old[above:][::-1], new[above:][::-1])
    gone, come = ([line.strip() for line in lines[above : len(lines) - below]] for lines in (old, new))
    before = next(filter(None, gone), "")
    return above + 1 + gone.index(before), before, next(filter(None, come), "")


def _same(some: list[str], others: list[str]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(some, others, strict=False)))
