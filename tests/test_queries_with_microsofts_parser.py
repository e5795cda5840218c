"""Every query is KQL to the parser that Microsoft publishes, with the columns that Resource Graph's tables have."""

from importlib import resources
from pathlib import Path

import pytest

from tests.validators import kql, node

QUERIES = {query.stem: query for query in sorted(Path(str(resources.files("tenantlint_queries"))).glob("*.kql"))}


@pytest.fixture(scope="module", autouse=True)
def _validators() -> None:
    node.demand()


@pytest.fixture(scope="module")
def judged() -> dict[Path, kql.Judged]:
    return kql.judge(QUERIES.values())


def test_there_are_queries_to_judge() -> None:
    assert "virtual_machines" in QUERIES


@pytest.mark.parametrize("name", QUERIES)
def test_the_parser_accepts_the_query(judged: dict[Path, kql.Judged], name: str) -> None:
    assert judged[QUERIES[name]].errors == ()


@pytest.mark.parametrize("name", QUERIES)
def test_the_result_says_which_resource_and_subscription_a_row_is(judged: dict[Path, kql.Judged], name: str) -> None:
    columns = judged[QUERIES[name]].columns

    assert (columns.get("id"), columns.get("subscriptionId")) == ("string", "string")


FAULTS = {
    "unknown column": ("Resources\n| project id, colour", "2:15 KS142 The name 'colour' does not refer"),
    "wrong case": ("Resources | where Type =~ 'x'", "1:19 KS142 The name 'Type' does not refer"),
    "unknown function": ("Resources | extend a = fold(id)", "1:24 KS211 The name 'fold' does not refer"),
    "unknown table": ("Ressources | count", "1:1 KS204 The name 'Ressources' does not refer"),
    "syntax": ("Resources | where id has", "1:25 KS006 Missing expression"),
    "types": ("Resources | where id > 3", "1:22 KS106 The operator '>' is not defined"),
    "no query": ("// later", "1:1 no-table The result is not a table."),
}


@pytest.fixture(scope="module")
def errors(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, ...]]:
    """Return what the parser says of each fault, by its name."""
    folder = tmp_path_factory.mktemp("faults")
    for name, (text, _) in FAULTS.items():
        folder.joinpath(name).write_text(text, encoding="utf-8")
    return {file.name: judged.errors for file, judged in kql.judge(folder.iterdir()).items()}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_parser_reports_a_fault(errors: dict[str, tuple[str, ...]], fault: str) -> None:
    assert any(error.startswith(FAULTS[fault][1]) for error in errors[fault])


def test_tables_are_found_in_any_case(tmp_path: Path) -> None:
    query = tmp_path / "any_case.kql"
    query.write_text("RESOURCES | join kind=inner resourcecontainers on subscriptionId", encoding="utf-8")

    assert kql.judge([query])[query].errors == ()


def test_a_file_that_is_not_there_is_no_accepted_query(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match=r"judged 0 of 1 files: no such file"):
        kql.judge([tmp_path / "gone.kql"])
