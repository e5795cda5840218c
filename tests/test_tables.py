"""Query files: a header says what the table holds and how it is partitioned."""

from hashlib import sha256
from pathlib import Path

import pytest

from tenantlint.errors import PluginError
from tenantlint.tables import read_table, tables_in


@pytest.mark.parametrize(
    ("header", "owner"),
    [
        ("// Machines.\n// partition: tenant", None),
        ("// Machines.\n// partition: owner id", "id"),
        ("//Machines.\n//partition: owner vmId", "vmId"),
        ("//   Machines.  \n//  partition: owner vm_Id2  ", "vm_Id2"),
        ("// Machines.\r\n// partition: tenant\r", None),
    ],
)
def test_the_header_says_how_the_table_is_partitioned(header: str, owner: str | None) -> None:
    table = read_table("machines", f"{header}\nResources\n| project id\n", "acme.queries")

    assert (table.name, table.description, table.owner, table.module) == (
        "machines",
        "Machines.",
        owner,
        "acme.queries",
    )
    assert table.kql == "Resources\n| project id\n"
    assert table.sha256 == sha256(b"Resources\n| project id\n").hexdigest()


def test_a_description_of_several_lines_is_one_text_and_later_comments_are_the_query_s() -> None:
    text = "// Machines with\n// everything.\n// partition: tenant\n\n\nResources\n// partition: owner id\n| count"
    table = read_table("machines", text)

    assert (table.description, table.owner) == ("Machines with everything.", None)
    assert table.kql == "Resources\n// partition: owner id\n| count\n"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Resources | project id",
        "// partition: tenant\nResources",
        "// Machines.\nResources",
        "// Machines.\n// partition: none\nResources",
        "// Machines.\n// partition: owner\nResources",
        "// Machines.\n// partition: owner id, name\nResources",
        "// Machines.\n// partition: owner 1d\nResources",
        "// Machines.\n// partition: owner properties.id\nResources",
        "// Machines.\n// Partition: tenant\nResources",
        "// Machines.\n// partition: tenant, owner id\nResources",
        "// Machines.\n\n// partition: tenant\nResources",
        "// Machines.\n// partition: tenant\n// More.\nResources",
        "\n// Machines.\n// partition: tenant\nResources",
        " // Machines.\n // partition: tenant\nResources",
        "\ufeff// Machines.\n// partition: tenant\nResources",
    ],
)
def test_a_header_that_does_not_say_it_is_refused(text: str) -> None:
    with pytest.raises(PluginError, match="query 'machines'") as caught:
        read_table("machines", text)

    assert "// partition: owner <column>" in caught.value.hint


@pytest.mark.parametrize(
    "name", ["", "Machines", "machines.old", "1machines", "a__b", "a_", "_a", "../a", "a b", "é", "machines\n", "a-b"]
)
def test_a_name_that_is_no_table_name_is_refused(name: str) -> None:
    with pytest.raises(PluginError):
        read_table(name, "// Machines.\n// partition: tenant\nResources")


def test_only_comments_are_a_table_without_a_query() -> None:
    assert read_table("machines", "// Machines.\n// partition: tenant").kql == "\n"


def test_the_files_of_a_folder_are_tables_sorted_by_name(tmp_path: Path) -> None:
    for name in ("vaults.kql", "disks.kql", "notes.txt", "kql"):
        (tmp_path / name).write_text("// É.\n// partition: tenant\nResources", "utf-8")

    assert [(table.name, table.description, table.module) for table in tables_in(tmp_path)] == [
        ("disks", "É.", str(tmp_path / "disks.kql")),
        ("vaults", "É.", str(tmp_path / "vaults.kql")),
    ]
