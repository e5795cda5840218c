"""Stage: judge by one rule, here or in a process of its own. `python -m bench.stages.judging_apart SNAPSHOT FILE here`.

FILE is a plugin; the third argument is `here` or `apart`.
"""

import sys
from pathlib import Path
from time import perf_counter

from bench.stages.figures import tell
from tenantlint.checking import check
from tenantlint.isolation.plan import NO_ISOLATION, Isolation, third_party
from tenantlint.plugins import load_plugins
from tenantlint.settings import Settings
from tenantlint.snapshot import open_snapshot
from tenantlint.wanted import Wanted


def main(folder: Path, file: Path, where: str) -> None:
    """Judge, and tell how many verdicts there were."""
    snapshot, wanted = open_snapshot(folder), Wanted((file,))
    catalog = load_plugins(wanted)
    rules = [rule for name, rule in catalog.rules.items() if catalog.origins[name] == file.stem]
    isolation = Isolation(third_party(catalog, rules), wanted) if where == "apart" else NO_ISOLATION
    now, start = snapshot.manifest.ended_at, perf_counter()
    summary, _ = check(snapshot, catalog, rules, [], settings=Settings(), now=now, isolation=isolation)
    if summary.incomplete:
        raise RuntimeError(f"the scan is incomplete, so its figures mean nothing: {summary.problems}")
    tell(perf_counter() - start, verdicts=sum(tally.total for tally in summary.tallies.values()))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
