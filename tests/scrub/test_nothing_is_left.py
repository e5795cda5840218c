"""What was in a tenant is not in its scrubbed copy: looked for in the bytes, without the scrubber's own ideas."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from bench.generate import generate
from tenantlint.scrub import scrub_copy
from tests.graph.server.clients import DEMO

GUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])", re.IGNORECASE)
# Names that every tenant has, as they are in the tenants of these tests.
EVERYBODYS = re.compile(
    r"azure(monitor|disk|linux|windows)[a-z]+|customscript(extension)?|microsoftmonitoringagent|vmsnapshot(linux)?"
    r"|sqliaasagent|jsonaddomainextension|iaasantimalware|azurebackupwindowsworkload|hourlylogbackup"
    r"|microsoft\.[a-z]+|[a-z]+container|protecteditems|azurefileshare|azure|default|defaultpolicy|enhancedpolicy|mssqlserver|monitorx64linux",
    re.IGNORECASE,
)


@pytest.fixture(scope="module", params=["demo", "synthetic"])
def copies(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("copies")
    source = DEMO if request.param == "demo" else folder / "copy"
    if source != DEMO:
        generate(120, 7, source)
    scrub_copy(source, folder / "scrubbed", key=b"one key, so that no replacement ever happens to hold a name")
    return source, folder / "scrubbed"


def rows(copy: Path) -> Iterator[dict[str, Any]]:
    for file in sorted(copy.glob("*.jsonl")):
        yield from map(orjson.loads, file.read_bytes().splitlines())


def text_of(copy: Path) -> str:
    """Return everything that a copy holds, in lower case."""
    return "\n".join(file.read_text("utf-8").lower() for file in sorted(copy.glob("*.json*")))


def names(copy: Path) -> set[str]:
    """Return what somebody named: resources, groups, what stands in ids and hosts, and the keys and values of tags."""
    found: set[str] = set()
    for row in rows(copy):
        tags = row.get("tags") or {}
        found |= {row["name"].rpartition(";")[2], row["resourceGroup"], *tags, *tags.values()}
        found |= {name for segment in row["id"].split("/")[4::2] for name in segment.split(";")[-2:]}
        found |= set(re.findall(r"https://([a-z0-9-]+)\.", str(row)))
    return {name.lower() for name in found if not EVERYBODYS.fullmatch(name) and not GUID.fullmatch(name)}


def is_telling(name: str) -> bool:
    """Tell whether a name cannot be a word that the service uses as well."""
    return len(name) >= 4 and not name.isalpha() and not name.isdecimal()


def test_no_name_and_no_tag_is_left(copies: tuple[Path, Path]) -> None:
    source, scrubbed = copies
    telling = set(filter(is_telling, names(source)))
    text = text_of(scrubbed)

    assert len(telling) > 100
    assert {name for name in telling if name in text} == set()


def test_no_name_that_is_a_word_is_left_where_names_stand(copies: tuple[Path, Path]) -> None:
    source, scrubbed = copies
    words = {name for name in names(source) if name.isalpha()}

    assert words
    assert words & names(scrubbed) <= {"westeurope"}  # where a deleted vault was


def test_guids_that_are_left_are_of_roles_that_every_tenant_has(copies: tuple[Path, Path]) -> None:
    source, _ = copies
    built_in = {
        row["name"] for row in rows(source) if row["type"].endswith("/roledefinitions") and not row["subscriptionId"]
    }
    before, after = (set(GUID.findall(text_of(copy))) for copy in copies)

    assert len(before) > 100
    assert before & after <= built_in
    assert len([each for each in after if "-" in each]) == len([each for each in before if "-" in each])


def test_addresses_of_people_and_scripts_are_gone(copies: tuple[Path, Path]) -> None:
    text = text_of(copies[1])

    assert "./join-domain.sh" in text_of(copies[0]) or "cryptsetup" in text_of(copies[0])
    assert "join-" not in text
    assert re.findall(r"@(?!x[a-z2-7]{15}\.example)[a-z0-9.-]+\.[a-z]{2,}", text) == []
    assert not re.search(r"northwind|contoso|cryptsetup|luks", text)


def test_what_belongs_together_still_does(copies: tuple[Path, Path]) -> None:
    source, scrubbed = ({row["id"].lower(): row for row in rows(copy)} for copy in copies)
    together = [
        {key for key, row in found.items() if row["managedBy"].lower() in found} for found in (source, scrubbed)
    ]

    assert len(scrubbed) == len(source)
    assert len(together[0]) == len(together[1]) > 10
    assert [is_named_as_in_its_id(row) for row in scrubbed.values()] == list(
        map(is_named_as_in_its_id, source.values())
    )
    assert [row["type"] for row in scrubbed.values()] == [row["type"] for row in source.values()]


def is_named_as_in_its_id(row: dict[str, Any]) -> bool:
    """Tell whether a row has the name in its id, as all have but subscriptions."""
    return bool(row["id"].endswith(f"/{row['name']}"))
