"""Scans small tenants night after night, and keeps snapshots and reports of them."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import orjson

from tests.cli.conftest import Call
from tests.tenant_copies import subscription, subscription_row, vm_row, write_copy

RULE = ("--rule", "too-many-data-disks")
SHOP = subscription(1)


def unread(number: int) -> dict[str, str]:
    """Say of a subscription that it was not read."""
    return {"reason": "no permission", "subscription": subscription(number), "table": ""}


def vm(name: str, disks: int | None, number: int = 1) -> Mapping[str, object]:
    """Make a VM with so many data disks; None makes one of which nobody can tell."""
    return vm_row(number, name, disks or 0, **({"properties": {}} if disks is None else {}))


def keep_night(  # noqa: PLR0913 - a test says only what differs
    call: Call,
    folder: Path,
    day: int,
    vms: Iterable[Mapping[str, object]],
    *,
    missing: Iterable[Mapping[str, str]] = (),
    there: Iterable[int] = (1, 2),
) -> Path:
    """Scan a tenant with `vms` on a day of November; return the snapshot, beside which the two reports lie.

    `missing` were not read of the subscriptions that are `there`.
    """
    gaps, numbers = list(missing), tuple(there)
    read = {number for number in numbers if not any(gap["subscription"] == subscription(number) for gap in gaps)}
    rows = {"Resources": [dict(each) for each in vms], "ResourceContainers": [subscription_row(n) for n in numbers]}
    copy = write_copy(folder / f"copy-{day}", rows, subscriptions=read, unread=gaps)
    head = orjson.loads((copy / "copy.json").read_bytes())
    (copy / "copy.json").write_bytes(orjson.dumps({**head, "captured_at": f"2026-11-{day:02}T02:00:00Z"}))
    kept = folder / "nights" / f"2026-11-{day:02}"
    reports = [f"--report=json={kept}.jsonl", f"--report=sarif-full={kept}.sarif"]
    ended = call("scan", "--graph", copy, "--snapshot", kept, *RULE, *reports, "--fail-on", "never")
    assert ended.code == (3 if gaps else 0), ended.err
    return kept
