"""A tenant that changes while it is read."""

import random
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from tenantlint.graph.azure.scope import Choice
from tenantlint.graph.server import paging
from tenantlint.graph.server.faults import Fault
from tenantlint.graph.server.mutations import Mutation
from tests.graph.azure.conftest import Ask, Serve
from tests.graph.azure.live_makers import Watch, collect_live, machines_copy, rows_of
from tests.makers import MACHINES, PARTS, SHOPS, Row, row
from tests.tenant_copies import subscription

HERE = subscription(1)
PAGE = 30
ROWS = {
    "machines": [row("machines", f"m{number:04}", HERE) for number in range(200)],  # parts
    "shops": [row("shops", f"s{number:04}", HERE) for number in range(75)],  # pages
    "parts": [row("parts", f"p{number:04}", HERE, properties={"owner": "/m"}) for number in range(20)],  # one page
}
CHANGES = 24
FIRST = 3  # the requests before it ask which subscriptions there are


def moved(old: Row, group: str) -> Row:
    return old | {"id": old["id"].replace("/g/", f"/{group}/")}


def mutations(seed: int) -> tuple[list[Fault], set[str]]:
    """Make changes at random requests; return them, and the ids of what stays as long as there are tenants.

    No change depends on another: requests are answered at the same time.
    """
    draw = random.Random(seed)  # noqa: S311 - changes, not secrets
    doomed = [each for kind in sorted(ROWS) for each in draw.sample(ROWS[kind], len(ROWS[kind]) // 4)]
    draw.shuffle(doomed)
    stays = {each["id"] for rows in ROWS.values() for each in rows} - {each["id"] for each in doomed}
    changes = [mutation(draw, [doomed.pop() for _ in range(3)], stays, number) for number in range(CHANGES)]
    # Many faults may meet one request, and one fault only once.
    return [Fault(change, request=draw.randint(FIRST, 18)) for change in changes], stays | {e["id"] for e in doomed}


def mutation(draw: random.Random, three: list[Row], stays: Iterable[str], number: int) -> Mutation:
    """Remove one row, move two to other resource groups, add two and change two."""
    _, forwards, backwards = three
    kind = draw.choice(sorted(ROWS))
    added = [row(kind, f"{draw.choice('amsz')}{number:02}{at}", HERE, properties={"owner": "/m"}) for at in range(2)]
    return Mutation(
        "Resources",
        remove=tuple(each["id"] for each in three),
        add=(*added, moved(forwards, "a-group"), moved(backwards, "z-group")),
        change={id_: {"tags": {"changed": str(number)}} for id_ in draw.sample(sorted(stays), 2)},
        reverse=draw.random() < 0.5,
    )


@pytest.mark.parametrize("seed", range(6))
def test_what_existed_throughout_is_there_once_and_nothing_is_there_twice(
    ask: Ask, serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(paging, "LARGEST_PAGE", PAGE)
    changes, stays = mutations(seed)
    watch = Watch()
    copy = machines_copy(tmp_path / "copy", [each for rows in ROWS.values() for each in rows])
    url = serve(copy, faults=[watch.fault(), *changes])

    snapshot = collect_live(ask(url), (MACHINES, PARTS, SHOPS), tmp_path, Choice((HERE,)))

    found = [str(cells[0]) for name in ROWS for cells in rows_of(snapshot, name)]
    assert len(watch.seen) >= 12  # there was time to change; how many requests it takes depends on what is met when
    assert len(found) == len({each.lower() for each in found})
    assert stays - set(found) == set()
    assert not snapshot.manifest.coverage.unread


Change = Callable[[int], Mutation]


def shifting(number: int) -> Mutation:
    """Add a row before all others and remove one: each page starts elsewhere, and the total stays."""
    added = row("shops", f"a{number:03}", HERE)
    return Mutation("Resources", add=(added,), remove=(ROWS["shops"][number]["id"],))


def growing(number: int) -> Mutation:
    return Mutation("Resources", add=(row("shops", f"a{number:03}", HERE),))


@pytest.mark.parametrize("change", [shifting, growing])
def test_a_table_that_changes_with_every_page_is_whole_in_the_end(
    ask: Ask, serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Change
) -> None:
    monkeypatch.setattr(paging, "LARGEST_PAGE", PAGE)
    copy = machines_copy(tmp_path / "copy", ROWS["shops"])
    faults = [Fault(change(number), query="acme/shops", request=number + 2) for number in range(12)]

    snapshot = collect_live(ask(serve(copy, faults=faults)), (SHOPS,), tmp_path, Choice((HERE,)))

    found = [str(cells[0]) for cells in rows_of(snapshot, "shops")]
    stays = {each["id"] for each in ROWS["shops"][12 if change is shifting else 0 :]}
    assert stays - set(found) == set()
    assert len(found) == len(set(found))
    assert not snapshot.manifest.coverage.unread
