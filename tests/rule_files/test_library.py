"""Libraries of KQL in the layouts of APRL v2 and azqr, read as they are."""

import shutil
from pathlib import Path

import pytest

from tenantlint import Document
from tenantlint.errors import RuleFileError
from tenantlint.rule_files.folder import read_folder
from tenantlint.rule_files.library import kebab
from tests.rule_files_texts import LISTED

LIBRARIES = Path(__file__).parents[2] / "fixtures" / "rule_files"
DISKS = "Compute/disks"
GUID = "0a4a1b6e-6c1d-4f0b-9a55-3c8f9f1d2e0"


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return Path(shutil.copytree(LIBRARIES / "library", tmp_path / "aprl"))


def edit(library: Path, old: str, new: str, file: str = f"{DISKS}/recommendations.yaml") -> None:
    text = (library / file).read_text("utf-8")
    assert old in text
    (library / file).write_text(text.replace(old, new), "utf-8")


def test_each_recommendation_with_a_query_is_a_rule() -> None:
    found = read_folder(LIBRARIES / "library", "aprl", "lib")

    assert [(rule.id, rule.level, rule.topic, rule.tags) for rule in found.rules] == [
        (f"aprl-{GUID}1", "note", "Governance", ("governance",)),
        ("aprl-gov-001", "note", "Governance", ("governance",)),
        ("aprl-sub-001", "warning", "Scalability", ("scalability", "limits")),
    ]
    assert [table.name for table in found.tables] == [rule.on for rule in found.rules]


def test_what_is_known_of_it_is_its_page_and_its_documents_have_no_date() -> None:
    rule = read_folder(LIBRARIES / "library", "aprl", "lib").rules[0]

    assert rule.page.title == "Delete disks that nothing uses"
    assert rule.page.why == "A disk that is attached to nothing costs as much as one that is used.\n\nLower costs"
    assert rule.sources == (Document("Find unattached disks", "", "https://example.test/disks?view=all#unattached"),)
    assert rule.file == f"lib/{DISKS}/kql/{GUID}1.kql"


def test_what_is_no_rule_is_told_with_the_reason() -> None:
    found = read_folder(LIBRARIES / "library", "aprl", "lib")

    assert [
        (each.what.removeprefix(f"lib/{DISKS}/recommendations.yaml, "), each.why) for each in found.passed_over
    ] == [
        ("line 18", "a comment for a query"),
        ("line 32", "disabled"),
        ("line 44", "no query"),
    ]
    assert found.told == "1 a comment for a query, 1 disabled, 1 no query"


def test_the_population_comes_from_the_type() -> None:
    tables = {table.name: table.population for table in read_folder(LIBRARIES / "library", "aprl", "lib").tables}

    assert "Resources\n| where type =~ 'microsoft.compute/disks'" in (
        tables.pop(f"aprl_{kebab(GUID).replace('-', '_')}1") or ""
    )
    assert "ResourceContainers\n| where type =~ 'microsoft.resources/subscriptions'\n" in (
        tables.pop("aprl_sub_001") or ""
    )
    assert tables == {"aprl_gov_001": ""}


def test_a_plugin_of_azqr_has_its_queries_inside_or_beside_it() -> None:
    found = read_folder(LIBRARIES / "plugin", "acme", "plugin")

    assert [(rule.id, rule.level, rule.file) for rule in found.rules] == [
        ("acme-acme-001-europe", "error", "plugin/checks.yaml, line 8"),
        ("acme-acme-002-large-disks", "warning", "plugin/kql/large-disks.kql"),
    ]
    assert [table.kql.partition("\n")[0] for table in found.tables] == ["resources", "resources"]


def test_one_file_of_a_library_can_be_read_alone() -> None:
    found = read_folder(LIBRARIES / "library" / DISKS / "recommendations.yaml", "disks", "recommendations.yaml")

    assert [rule.id for rule in found.rules] == [f"disks-{GUID}1"]


def test_ids_and_file_names_may_differ_in_case(library: Path) -> None:
    edit(library, f"{GUID}1", f"{GUID}1".upper())

    assert read_folder(library, "aprl", "lib").rules[0].id == f"aprl-{GUID}1"


@pytest.mark.parametrize(
    ("impact", "level"), [("High", "error"), ("HIGH", "error"), ("Medium", "warning"), ("Some", "warning")]
)
def test_the_impact_makes_the_level(library: Path, impact: str, level: str) -> None:
    edit(library, "recommendationImpact: Low", f"recommendationImpact: {impact}")

    assert read_folder(library, "aprl", "lib").rules[0].level == level


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("recommendationMetadataState: Active", "recommendationMetadataState: Deprecated", "deprecated"),
        (
            '    - name: Find unattached disks\n      url: "https://example.test/disks?view=all#unattached"',
            "    []",
            "no document",
        ),
        ("https://example.test/disks?view=all#unattached", "javascript:alert(1)", "no document"),
    ],
)
def test_what_is_off_or_rests_on_no_document_is_no_rule(library: Path, old: str, new: str, why: str) -> None:
    edit(library, old, new)
    found = read_folder(library, "aprl", "lib")

    assert f"aprl-{GUID}1" not in [rule.id for rule in found.rules]
    assert why in [each.why for each in found.passed_over]


def test_a_query_that_is_called_almost_as_its_recommendation_is_an_error(library: Path) -> None:
    (library / DISKS / "kql" / f"{GUID}1.kql").rename(library / DISKS / "kql" / f"{GUID}9.KQL")

    with pytest.raises(
        RuleFileError, match=rf"line \d+: this recommendation has no query, and kql/{GUID}9.KQL"
    ) as raised:
        read_folder(library, "aprl", "lib")
    assert raised.value.rule == f"aprl-{GUID}1"
    left = read_folder(library, "aprl", "lib", {f"aprl-{GUID}1"})
    assert (len(left.rules), left.skipped) == (2, frozenset({f"aprl-{GUID}1"}))
    assert [each.why for each in left.passed_over if ", line" in each.what] == [
        "a comment for a query",
        "disabled",
        "no query",
    ]


def test_a_query_of_another_recommendation_is_not_taken_for_one(library: Path) -> None:
    (library / DISKS / "kql" / f"{GUID}1.kql").unlink()

    assert "no query, though it is said to be automated" in [
        each.why for each in read_folder(library, "aprl", "lib").passed_over
    ]


def test_a_rule_beside_a_library_that_starts_with_another_comment_is_an_error(library: Path) -> None:
    (library / "acme-large.kql").write_text("// My rule\n" + LISTED)

    with pytest.raises(RuleFileError, match=r"lib/acme-large.kql, line 1: this line of the header names no key"):
        read_folder(library, "aprl", "lib")


def test_files_beside_a_library_that_are_no_rules_are_told(library: Path) -> None:
    (library / "mkdocs.yml").write_text("site_name: x\n")
    (library / DISKS / "kql" / "left.kql").write_text("resources\n| project id\n")
    (library / ".github").mkdir()
    (library / ".github" / "ci.yml").write_text("{{ broken\n")

    told = {each.what: each.why for each in read_folder(library, "aprl", "lib").passed_over}

    assert told["lib/mkdocs.yml"] == "no rule file"
    assert told[f"lib/{DISKS}/kql/left.kql"] == "no header, and no recommendation"
    assert not [what for what in told if ".github" in what]


def test_the_same_rule_in_two_places_is_one(library: Path) -> None:
    shutil.copytree(library / DISKS, library / "Other")
    found = read_folder(library, "aprl", "lib")

    assert [rule.id for rule in found.rules].count(f"aprl-{GUID}1") == 1
    assert "the same as another" in [each.why for each in found.passed_over]


def test_one_id_for_two_queries_is_an_error(library: Path) -> None:
    shutil.copytree(library / DISKS, library / "Other")
    edit(library, "Unattached", "Reserved", f"Other/kql/{GUID}1.kql")

    with pytest.raises(RuleFileError, match="with another query"):
        read_folder(library, "aprl", "lib")


def test_a_query_file_that_is_named_and_not_there_is_an_error(tmp_path: Path) -> None:
    plugin = Path(shutil.copytree(LIBRARIES / "plugin", tmp_path / "plugin"))
    (plugin / "kql" / "large-disks.kql").unlink()

    with pytest.raises(
        RuleFileError, match=r"plugin/checks.yaml, line 28: there is no file kql/large-disks.kql"
    ) as raised:
        read_folder(plugin, "acme", "plugin")
    assert raised.value.rule == "acme-acme-002-large-disks"


@pytest.mark.parametrize("named", ["../kql/large-disks.kql", "/etc/passwd", "..\\kql\\large-disks.kql"])
def test_a_query_file_lies_below_its_library(tmp_path: Path, named: str) -> None:
    plugin = Path(shutil.copytree(LIBRARIES / "plugin", tmp_path / "plugin"))
    edit(plugin, "kql/large-disks.kql", named, "checks.yaml")

    with pytest.raises(RuleFileError, match="there is no file"):
        read_folder(plugin, "acme", "plugin")


def test_an_entry_without_an_id_is_an_error(library: Path) -> None:
    edit(library, f"  aprlGuid: {GUID}4\n", "")

    with pytest.raises(RuleFileError, match=r"recommendations.yaml, line 44: this recommendation has no aprlGuid"):
        read_folder(library, "aprl", "lib")


@pytest.mark.parametrize(("text", "id_"), [("Azure-Library_v2", "azure-library-v2"), (" A  B ", "a-b"), ("--", "")])
def test_names_become_ids(text: str, id_: str) -> None:
    assert kebab(text) == id_
