"""Comments that allow what a linter tells: for a reason, on the line, and no longer than it is there."""

import pytest

from tenantlint.kql_lint.linting import lint

BARE = "Resources\n| join (ResourceContainers) on subscriptionId{}\n| order by id asc{}\n"


def told(kql: str) -> list[tuple[int, str, str]]:
    return [(each.line, each.check, each.said) for each in lint(kql) or []]


@pytest.mark.parametrize(
    "comment",
    [
        "// lint-kql: allow kql-bare-join  one container a subscription",
        "//lint-kql: allow kql-bare-join one container a subscription",
        "// lint-kql: allow kql-bare-join: one container a subscription\r",
    ],
)
def test_an_allowance_with_a_reason_covers_its_line(comment: str) -> None:
    assert told(BARE.format(f"   {comment}", "")) == []


def test_one_comment_may_allow_several() -> None:
    kql = "Resources | join (HealthResources) on id | where id == 'x' // lint-kql: allow {} they agree\n| order by id"

    assert len(told(kql.format("kql-bare-join"))) == 2
    assert told(kql.format("kql-bare-join, kql-join-case kql-case-sensitive")) == []


@pytest.mark.parametrize(
    ("comment", "said"),
    [
        ("// lint-kql: allow kql-bare-join", "gives no reason, and so allows nothing"),
        ("// lint-kql: allow", "allows nothing: it names no check"),
        ("// lint-kql: allow all of it", "allows nothing: it names no check"),
        ("// lint-kql", "allows nothing: it names no check"),
        ("// lint-kql: allow kql-bare-joins why", "there is no check 'kql-bare-joins': did you mean 'kql-bare-join'?"),
    ],
)
def test_an_allowance_that_is_not_as_it_must_be_allows_nothing_and_is_told(comment: str, said: str) -> None:
    found = told(BARE.format(f" {comment}", ""))

    assert [check for _, check, _ in found] == ["kql-bare-join", "kql-allow"]
    assert found[1] == (2, "kql-allow", said)


def test_an_allowance_of_what_is_not_on_its_line_is_told() -> None:
    found = told(BARE.format("", " // lint-kql: allow kql-bare-join elsewhere"))

    assert found[0][:2] == (2, "kql-bare-join")
    assert found[1] == (3, "kql-allow", "allows kql-bare-join, which is not on this line")


def test_what_looks_like_an_allowance_in_a_text_is_none() -> None:
    kql = "Resources | where name has '// lint-kql: allow kql-bare-join why' | join (HealthResources) on subscriptionId"

    assert "kql-bare-join" in [check for _, check, _ in told(kql + " | order by id asc")]
