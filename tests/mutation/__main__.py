"""Mutation testing of the pack: changes it in small ways and asks the cases of its rules to notice."""

import argparse
import multiprocessing
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import chain, groupby
from pathlib import Path

from tests.mutation.affected import rules_affected_by
from tests.mutation.configuration import PACK, configuration
from tests.mutation.mutating import mutants_of
from tests.mutation.report import Tried, about_module, is_new, rate, stale, summary, write_json
from tests.mutation.survivors import accepted
from tests.mutation.trial import run_mutant, run_unmutated
from tests.rule_cases import RULES, cases, catalog


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("--processes", type=int, default=1, metavar="N")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all mutants there, too")
    parser.add_argument("names", nargs="*", metavar="NAME", help="modules, folders or rules; by default the whole pack")
    given = parser.parse_args()
    accepted()  # a file that cannot be read is to be told now
    tried: list[Tried] = []
    broken: list[str] = []
    for _, group in groupby(try_all(chosen(given.names), given.processes, broken), key=lambda each: each.mutant.module):
        of_module = list(group)
        tried += of_module
        print(*about_module(of_module), sep="\n", flush=True)
    if given.json:
        write_json(given.json, tried)
    print(*([] if given.names else stale(tried)), *broken, *summary(tried), sep="\n")
    too_few = any(map(is_new, tried)) if given.names else rate(tried) < configuration().threshold
    return int(bool(broken) or too_few)


def chosen(names: list[str]) -> list[str]:
    """Return the modules that *names* mean: each is a module, a folder or the id of a rule."""
    modules = configuration().modules()
    rules = catalog().rules
    if not names:
        return modules
    wanted = [rules[name].module if name in rules else f"{PACK}.{name.removeprefix(f'{PACK}.')}" for name in names]
    found = {name: [module for module in modules if f"{module}.".startswith(f"{name}.")] for name in wanted}
    for name, those in found.items():
        if not those:
            sys.exit(f"{name} is neither a rule nor a module that is mutated")
    return sorted(set(chain.from_iterable(found.values())))


def try_all(modules: list[str], processes: int, broken: list[str]) -> Iterator[Tried]:
    """Yield every mutant of *modules* with what noticed it, in their order; add to *broken* what fails as it is."""
    _prepare(modules)
    with ProcessPoolExecutor(processes, multiprocessing.get_context("fork")) as pool:
        unmutated = dict(zip(modules, pool.map(run_unmutated, modules), strict=True))
        broken += [f"{module} is broken as it is: {end.said}" for module, end in unmutated.items() if end.said]
        sound = [module for module, end in unmutated.items() if not end.said]
        mutants = list(chain.from_iterable(pool.map(mutants_of, sound)))
        ended = pool.map(run_mutant, mutants, (unmutated[mutant.module].seconds for mutant in mutants))
        yield from (Tried(mutant, end.said) for mutant, end in zip(mutants, ended, strict=True))


def _prepare(modules: list[str]) -> None:
    """Do here what every fork would otherwise do for itself: to parse the tables' KQL takes seconds."""
    for rule in RULES:
        cases(rule)[0].judge()
    for module in modules:
        rules_affected_by(module)


if __name__ == "__main__":
    sys.exit(main())
