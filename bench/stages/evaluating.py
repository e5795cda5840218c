"""Stage: judge a snapshot, and write no report. `python -m bench.stages.evaluating SNAPSHOT [RULE …]`.

By all rules, or by those that are named.
"""

import sys
from pathlib import Path
from time import perf_counter

from bench.stages.figures import tell
from bench.stages.pack import judge, load_pack
from tenantlint.snapshot import open_snapshot


def main(folder: Path, *rules: str) -> None:
    """Judge, and tell how many resources were judged, with how many verdicts."""
    snapshot, pack = open_snapshot(folder), load_pack(rules)
    start = perf_counter()
    summary = judge(snapshot, pack)
    seconds = perf_counter() - start
    judged = {rule.on for rule in pack.rules}
    tell(
        seconds,
        rules=len(pack.rules),
        resources=sum(snapshot.manifest.tables[table].rows for table in judged),
        verdicts=sum(tally.total for tally in summary.tallies.values()),
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
