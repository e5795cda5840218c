"""What verdicts on a whole tenant may not depend on: spelling, order, neighbours, subscriptions' names, partitions."""

import random
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import pytest

from tenantlint.catalog import Catalog
from tenantlint.demo import __file__ as demo_file
from tenantlint.model import Verdict
from tenantlint.plugins import load_plugins
from tenantlint.results import Summary
from tests.makers import check_sums, collect_copy, judge_all

DEMO = Path(demo_file).parent
RESOURCE_ID = re.compile(rb'"/(?:subscriptions|providers)/[^"\\]*"')
UNRELATED = ("microsoft.web/sites", "microsoft.sql/servers", "microsoft.network/dnszones", "microsoft.compute/images")

Row = dict[str, Any]
Told = Mapping[tuple[str, str], Any]
Change = Callable[[bytes], bytes]


@cache
def catalog() -> Catalog:
    return load_plugins()


def told(verdict: Verdict) -> object:
    """Return what a verdict says that is not spelled after the tenant."""
    parts = sorted((violation.part.lower(), violation.level) for violation in verdict.violations)
    return verdict.outcome, verdict.cause, parts


def judge(copy: Path, into: Path, rows_per_partition: int = 20_000) -> tuple[Summary, Told, int]:
    """Judge a tenant copy by all rules there are; return also the number of partitions."""
    rules = catalog().select([])
    snapshot = collect_copy(copy, catalog().needed_tables(rules), into, rows_per_partition)
    summary, judgements = judge_all(snapshot, rules, catalog().facts.values())
    check_sums(summary, snapshot, rules)
    found = {(each.rule.id, each.subject.id.lower()): told(each.verdict) for each in judgements}
    assert len(found) == len(judgements)
    return summary, found, len(snapshot.manifest.partitions)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Summary, Told, int]:
    return judge(DEMO, tmp_path_factory.mktemp("demo") / "snapshot")


def changed(into: Path, change: Change, head: Change = lambda content: content) -> Path:
    """Write the demo tenant with the content of each file changed."""
    into.mkdir()
    (into / "copy.json").write_bytes(head((DEMO / "copy.json").read_bytes()))
    for file in DEMO.glob("*.jsonl"):
        (into / file.name).write_bytes(change(file.read_bytes()))
    return into


def decoded(content: bytes) -> list[Row]:
    return [orjson.loads(line) for line in content.splitlines()]


def encoded(rows: Iterable[Row]) -> bytes:
    return b"".join(orjson.dumps(row) + b"\n" for row in rows)


@pytest.mark.parametrize("rows_per_partition", [1, 2, 7, 50])
def test_partitions_of_any_size(rows_per_partition: int, demo: tuple[Summary, Told, int], tmp_path: Path) -> None:
    summary, verdicts, partitions = judge(DEMO, tmp_path / "snapshot", rows_per_partition)

    assert demo[2] == 1 < partitions
    assert verdicts == demo[1]
    assert summary == demo[0]


@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_of_rows_and_of_their_keys(seed: int, demo: tuple[Summary, Told, int], tmp_path: Path) -> None:
    order = random.Random(seed)  # noqa: S311 - an order, not a secret

    def shuffled(content: bytes) -> bytes:
        rows = decoded(content)
        return encoded(dict(order.sample(list(row.items()), len(row))) for row in order.sample(rows, len(rows)))

    assert judge(changed(tmp_path / "copy", shuffled), tmp_path / "snapshot", 50)[1] == demo[1]


@pytest.mark.parametrize("spell", [bytes.upper, bytes.swapcase, bytes.lower], ids=["upper", "swapped", "lower"])
def test_the_case_of_every_resource_id(
    spell: Callable[[bytes], bytes], demo: tuple[Summary, Told, int], tmp_path: Path
) -> None:
    copy = changed(tmp_path / "copy", lambda content: RESOURCE_ID.sub(lambda found: spell(found[0]), content))

    assert copy.joinpath("Resources.jsonl").read_bytes() != (DEMO / "Resources.jsonl").read_bytes()
    assert judge(copy, tmp_path / "snapshot")[1] == demo[1]


def test_resources_of_other_kinds_with_the_same_names_in_the_same_groups(
    demo: tuple[Summary, Told, int], tmp_path: Path
) -> None:
    def neighbour(row: Row, kind: str) -> Row:
        group = row["id"].lower().partition("/providers/")[0]
        return {**row, "id": f"{group}/providers/{kind}/{row['name']}-{len(row['id'])}", "type": kind}

    original = (DEMO / "Resources.jsonl").read_bytes()

    def crowded(content: bytes) -> bytes:
        if content != original:
            return content
        rows = decoded(content)
        crowd = {each["id"]: each for row in rows for kind in UNRELATED for each in [neighbour(row, kind)]}
        return encoded([*rows, *crowd.values()])

    assert judge(changed(tmp_path / "copy", crowded), tmp_path / "snapshot", 50)[1] == demo[1]


def test_the_ids_and_names_of_subscriptions(demo: tuple[Summary, Told, int], tmp_path: Path) -> None:
    old = orjson.loads((DEMO / "copy.json").read_bytes())["subscriptions"]
    new = {id_: f"{at:08}-{id_[9:13][::-1]}-4000-8000-{id_[24:][::-1]}" for at, id_ in enumerate(reversed(old))}
    named = re.compile("|".join(old), re.IGNORECASE)

    def renamed(content: bytes) -> bytes:
        text = named.sub(lambda found: new[found[0].lower()], content.decode())
        return text.replace('"Production"', '"Prod 2"').encode()

    _, verdicts, _ = judge(changed(tmp_path / "copy", renamed, renamed), tmp_path / "snapshot")

    def moved(value: str) -> str:
        return named.sub(lambda found: new[found[0].lower()], value)

    expected = {
        (rule, moved(id_)): (outcome, cause, sorted((moved(part), level) for part, level in parts))
        for (rule, id_), (outcome, cause, parts) in demo[1].items()
    }
    assert verdicts == expected


def test_the_demo_tenant_is_worth_it(demo: tuple[Summary, Told, int]) -> None:
    assert len(demo[1]) > 3000
    assert {rule for rule, _ in demo[1]} == catalog().rules.keys()
