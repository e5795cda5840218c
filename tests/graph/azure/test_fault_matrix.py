"""Every fault, at every place of every kind of table: the same snapshot, or one that says that it is not whole."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest

from bench.generate import generate
from tenantlint.graph.azure.wire import SignedOutError
from tenantlint.graph.copies import read_copy
from tenantlint.graph.server import paging
from tenantlint.graph.server.effects import (
    Count,
    Effect,
    Expire,
    Fail,
    NotJson,
    RepeatToken,
    Reset,
    Slow,
    Throttle,
    Total,
    Truncate,
)
from tenantlint.graph.server.faults import Fault, Seen
from tenantlint.graph.server.serving import Options, serving
from tenantlint.snapshot import Snapshot
from tests.graph.azure.conftest import UNCOUNTED, Ask
from tests.graph.azure.live_makers import COVERING, ITEMS, Verdicts, collect_live, falsely_fit, judged, stored
from tests.tenant_copies import catalog

HASTE = 0.002  # of the time that pauses take
PAGE = 30  # rows: a tenant of 150 VMs has all kinds of tables then
RULES = [catalog().rules[name] for name in COVERING]  # more of the same kinds would prove no more
TABLES = catalog().needed_tables(RULES)

EFFECTS: dict[str, Effect] = {
    "throttled": Throttle(2),
    "throttled without a time": Throttle(None),
    "throttled by the manager": Throttle(1, manager=True),
    "failed": Fail(500),
    "a bad gateway": Fail(502),
    "unavailable": Fail(503),
    "too slow": Fail(504),
    "signed out": Expire(),
    "no JSON": NotJson(),
    "reset": Reset(),
    "cut off": Truncate(),
    "hesitating": Slow(0.05),
    "led back": RepeatToken(),
    "one row too few in all": Total(-1),
    "one row too many in all": Total(1),
    "one row too few": Count(-1),
    "one row too many": Count(1),
}

Place = Callable[[Seen], bool]


SMALL = "'microsoft.recoveryservices/vaults'\n"  # 11 rows
PAGED = "'microsoft.keyvault/vaults'\n"  # 60 rows: 3 pages, each of which starts with the last row of the one before
PARTED = "properties_storageProfile_imageReference_publisher"  # 150 rows: 6 parts


def at(marker: str, page: int = 1) -> Place:
    """Return the place of a page of the table whose query has *marker*."""
    return lambda seen: marker in seen.query and seen.page == page


def part(number: int) -> Place:
    """Return the place of a part of the virtual machines."""
    return lambda seen: PARTED in seen.query and f"% 6 == {number}\n" in seen.query


PLACES: dict[str, list[Place]] = {
    "first": [at(SMALL), at(PAGED, 1), lambda seen: PARTED in seen.query and "hash" not in seen.query, part(0)],
    "middle": [at(PAGED, 2), part(3)],
    "last": [at(PAGED, 3), part(5)],
}
# Of the items, which are in 6 parts as well: that one is not there speaks against its VM.
MARKERS = {"small": SMALL, "paged": PAGED, "parted": ITEMS, "summed": "summarize items ="}
NAMES = {"small": "vaults", "paged": "key_vaults", "parted": "protected_items", "summed": "vault_contents"}


@dataclass
class Script:
    """Does the effect called *name* at all *places*, once or *always*; *struck* is how often it did at each."""

    name: str = ""
    places: list[Place] = field(default_factory=list)
    always: bool = False
    struck: list[int] = field(default_factory=list)

    def plan(self, name: str, *places: Place, always: bool = False) -> None:
        self.name, self.places, self.always, self.struck = name, list(places), always, [0] * len(places)

    def is_due(self, name: str, seen: Seen) -> bool:
        here = next((at for at, place in enumerate(self.places) if name == self.name and place(seen)), None)
        if here is None or (self.struck[here] and not self.always):
            return False
        self.struck[here] += 1
        return True


@dataclass(frozen=True)
class Tenant:
    """A server whose script can be changed, and what a scan of it gives where nothing goes wrong."""

    url: str
    script: Script
    snapshot: Snapshot
    verdicts: Verdicts


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Script]]:
    """Serve one tenant to all tests: what it has answered once takes no time."""
    script, copy = Script(), tmp_path_factory.mktemp("tenant")
    generate(150, 1, copy)
    faults = [Fault(effect, times=0, when=partial(script.is_due, name)) for name, effect in EFFECTS.items()]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paging, "LARGEST_PAGE", PAGE)
        with serving(read_copy(copy), Options(faults=faults, quota=UNCOUNTED)) as running:
            yield running.url, script


_CLEAN: dict[str, Tenant] = {}


@pytest.fixture
def tenant(served: tuple[str, Script], ask: Ask, tmp_path_factory: pytest.TempPathFactory) -> Tenant:
    url, script = served
    if url not in _CLEAN:
        snapshot = collect_live(ask(url), TABLES, tmp_path_factory.mktemp("clean"))
        verdicts, incomplete = judged(snapshot, RULES)
        assert not incomplete
        _CLEAN[url] = Tenant(url, script, snapshot, verdicts)
    return _CLEAN[url]


def test_the_tenant_has_all_kinds_of_tables_and_verdicts(tenant: Tenant) -> None:
    rows = {name: table.rows for name, table in tenant.snapshot.manifest.tables.items()}

    assert 0 < rows["vaults"] <= PAGE
    assert 2 * PAGE - 1 < rows["key_vaults"] <= 3 * PAGE - 2
    assert 5 * PAGE - 15 < rows["virtual_machines"] <= 6 * PAGE - 18
    assert set(tenant.verdicts.values()) == {"violation", "compliant", "not-applicable", "not-evaluable"}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", EFFECTS)
def test_a_fault_that_passes_changes_nothing(tenant: Tenant, ask: Ask, tmp_path: Path, name: str, place: str) -> None:
    tenant.script.plan(name, *PLACES[place])

    snapshot = collect_live(ask(tenant.url, haste=HASTE), TABLES, tmp_path)

    assert set(tenant.script.struck) == {1}
    assert stored(snapshot.manifest) == stored(tenant.snapshot.manifest)
    assert not snapshot.manifest.coverage.unread


LASTING = [name for name in EFFECTS if name != "signed out"]


@pytest.mark.parametrize("table", MARKERS)
@pytest.mark.parametrize("name", LASTING)
def test_a_fault_that_stays_is_told_and_makes_nothing_compliant(
    tenant: Tenant, ask: Ask, tmp_path: Path, name: str, table: str
) -> None:
    tenant.script.plan(name, lambda seen: MARKERS[table] in seen.query, always=True)

    snapshot = collect_live(ask(tenant.url, haste=HASTE, deadline=3 if "throttled" in name else None), TABLES, tmp_path)

    assert tenant.script.struck[0]
    if stored(snapshot.manifest) == stored(tenant.snapshot.manifest):
        assert not snapshot.manifest.coverage.unread
    else:
        verdicts, incomplete = judged(snapshot, RULES)
        assert incomplete
        assert {entry.table for entry in snapshot.manifest.coverage.unread} == {NAMES[table]}
        assert falsely_fit(verdicts, tenant.verdicts) == []


@pytest.mark.parametrize("table", MARKERS)
def test_a_sign_in_that_nobody_takes_ends_the_run(tenant: Tenant, ask: Ask, tmp_path: Path, table: str) -> None:
    tenant.script.plan("signed out", lambda seen: MARKERS[table] in seen.query, always=True)

    with pytest.raises(SignedOutError) as error:
        collect_live(ask(tenant.url, haste=HASTE), TABLES, tmp_path)

    assert error.value.exit_code == 3
    assert not (tmp_path / "snapshot").exists()
    assert list((tmp_path / "unfinished").iterdir())
