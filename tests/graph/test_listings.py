"""What the words of a query that lists violations say."""

import pytest

from tenantlint.graph.listings import combines, own_limit

JOIN = "Resources | join kind=leftouter (Resources | project id) on id"


@pytest.mark.parametrize(
    ("kql", "word"),
    [
        ("Resources | take 3", "take"),
        ("Resources | limit 3 | project id", "limit"),
        ("Resources\n| top 3 by id", "top"),
        ("Resources | where name == 'take' | project take = id", None),
        ("Resources | join (Resources | top 1 by id) on id", None),
        ("Resources // | take 3", None),
        ("Resources | mv-expand x = properties.y limit 400", None),
        ("(Resources | project id | order by id asc | take 5)", "take"),
        ("((Resources | top 5 by id) | project id)", "top"),
        ("Resources | project id | union (Resources | limit 5)", "limit"),
        ("Resources | project id | union kind=outer Resources, (Resources | union (Resources | take 5))", "take"),
        ("union (Resources | take 5), ResourceContainers", "take"),
        ("(Resources | project id) | union (ResourceContainers)", None),
        ("Resources | join kind=inner (union (Resources | take 5), ResourceContainers) on id", None),
        ("Resources | where id in ((Resources | take 5 | project id))", None),
        ("", None),
        ("(", None),
        ("| |)(", None),
    ],
)
def test_only_the_query_itself_can_limit_itself(kql: str, word: str | None) -> None:
    found = own_limit(kql)

    assert (found.text if found else None) == word


@pytest.mark.parametrize(
    ("kql", "together"),
    [
        ("Resources | where isnull(properties.x) | project id", False),
        ("Resources | mv-expand x = properties.y | project id", False),
        ("Resources | union (ResourceContainers | where name == 'x')", True),
        (JOIN, True),
        ("Resources | summarize count() by id", True),
        ("Resources | where id in ((ResourceContainers | project id))", True),
        ("Resources | where name == 'join' // join", False),
    ],
)
def test_rows_that_rest_on_others_are_known(kql: str, together: bool) -> None:  # noqa: FBT001 - a case
    assert combines(kql) is together
