"""Which queries drop rows without a word."""

import pytest

from tenantlint.graph.dropping import lossy_join, open_expansion

KEPT = "keeps one row for each key and leaves out the others"


@pytest.mark.parametrize(
    "kql",
    [
        "Resources | join (T) on key",
        "Resources\n| join kind=innerunique (T) on key",
        "Resources | join (T) on $left.key == $right.id",
        "Resources | join (T) on $right.id == $left.key",
        "Resources | extend id = name | join (T) on id",
        "Resources | project id = tolower(managedBy) | join (T) on id",
        "Resources | mv-expand x = properties.y | join (T) on id",
        "Resources | join kind=inner (T) on name | join (T) on id",
        "Resources | summarize n = count() by name | join (T) on name",
        "union Resources, T | join (T) on id",
        "(Resources | join (T) on key)",
        "Resources | union (Resources | join kind=innerunique (T) on key)",
        "Resources | join kind=inner (T | join (U) on key) on id",
        "Resources | where id in ((T | join (U) on key | project id))",
        "Resources | join (T)",
    ],
)
def test_a_join_that_keeps_one_row_for_each_key_loses_the_others(kql: str) -> None:
    assert lossy_join(kql).endswith(KEPT)


@pytest.mark.parametrize(
    "kql",
    [
        "Resources | join (T) on id",
        "Resources | join (T) on ['id']",
        "Resources | join (T) on key, id",
        "Resources | join kind=innerunique (T) on $left.id == $right.['x']",
        "Resources | where a == 1 | extend key = tolower(id) | join (T) on key",
        "Resources | project key = id, name | join (T) on key",
        "(Resources | project id) | join (T) on id",
        "Resources | join kind=inner (T) on key",
        "Resources | join kind=leftouter (T | join kind=innerunique (U) on key) on id",
        "Resources | where name == 'join' // join (T) on key",
        "Resources | project id",
        "| join | (",
        "",
    ],
)
def test_a_join_by_the_id_of_the_row_loses_nothing(kql: str) -> None:
    assert not lossy_join(kql)


def test_it_is_told_which_join_it_is() -> None:
    assert lossy_join("Resources\n| join kind=innerunique (T) on key") == (
        f"its 'innerunique' join, on line 2 of the query, {KEPT}"
    )


@pytest.mark.parametrize(
    ("kql", "is_open"),
    [
        ("Resources | mv-expand x = properties.y", True),
        ("Resources | mvexpand properties.y", True),
        ("Resources | mv-expand x = properties.y limit 400", False),
        ("Resources | mv-expand x limit 400 | join kind=inner (Resources | mv-expand y) on id", True),
        ("Resources | where name == 'mv-expand'", False),
        ("Resources | mv-expand limit = properties.y", True),
    ],
)
def test_an_expansion_without_a_limit_is_told(kql: str, is_open: bool) -> None:  # noqa: FBT001 - a case
    assert bool(open_expansion(kql)) is is_open
