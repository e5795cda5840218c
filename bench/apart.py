"""Measure what a rule of a third party costs in a process of its own, as a ratio to the same rule in the host's.

`python -m bench.apart build/bench/snapshot-100000-seed-1`, a snapshot that `bench.run` made.
"""

from argparse import ArgumentParser
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.fresh import Result, repeat, run_stage
from bench.run import conditions
from bench.tables import markdown

RULE = '''"""VMs must carry a tag that names their owner."""
from tenantlint import Document, rule

@rule(id="acme-owner", on="virtual_machines", level="note", sources=[Document("Tags", "2026-03-01", "https://acme.example")],
      reads=["protected_items"])
def acme_owner(vm, ctx):
    if vm.text("tags.owner") and ctx.tenant.owned("protected_items", vm):
        return vm.compliant()
    return vm.violation("has no owner", level="note", evidence={"tags": vm.find("tags")})
'''


def main() -> None:
    """Measure both in turn, and print the figures."""
    parser = ArgumentParser(prog="python -m bench.apart", description=__doc__)
    parser.add_argument("snapshot", type=Path, help="a snapshot that was collected for all rules")
    parser.add_argument("--runs", type=int, default=3, help="how often each way is run (3)")
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        file = Path(folder) / "acme.py"
        file.write_text(RULE, "utf-8")
        places = ("here", "apart")
        stages = [partial(run_stage, "judging_apart", options.snapshot.resolve(), file, place) for place in places]
        here, apart = repeat(options.runs, *stages)
    print(f"{conditions(('duckdb', 'orjson'))}; runs: {options.runs}.", end="\n\n")
    print(markdown(_rows(here, apart)))


def _rows(here: Result, apart: Result) -> list[tuple[str, str]]:
    return [
        ("", f"{here.counts['verdicts']:,} verdicts"),
        ("in the host's process", f"{here.seconds:.2f} s"),
        ("in a process of its own", f"{apart.seconds:.2f} s"),
        ("apart ÷ here", f"{apart.seconds / here.seconds:.2f}"),
    ]


if __name__ == "__main__":
    main()
