"""What a run says besides its results: rules within GitHub's limits, a category that lasts, the snapshot's times."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import orjson
import pytest

from tenantlint import Control, Edition, Rule, Taxonomy, __version__
from tenantlint.exclusions import Exclusion
from tenantlint.reports.sarif_objects import dump
from tenantlint.reports.sarif_runs import details, invocation, run_head
from tenantlint.results import Problem
from tenantlint.settings import Settings
from tests.judgements import BACKUP, owner, scan


def as_json(value: object) -> Any:  # noqa: ANN401 - JSON
    return orjson.loads(dump(value))


def described(rule: Rule) -> Any:  # noqa: ANN401 - JSON
    return as_json(run_head(scan(rule)))["tool"]["driver"]["rules"][0]


def documented(docstring: str) -> Rule:
    def judge(resource: Any, ctx: Any) -> Any:  # noqa: ANN401 - never called
        raise NotImplementedError

    judge.__doc__ = docstring
    return replace(owner, judge=judge)


def test_the_tool_is_this_version_and_lists_every_rule() -> None:
    driver = as_json(run_head(scan(BACKUP, owner)))["tool"]["driver"]

    assert (driver["name"], driver["semanticVersion"], driver["fullName"]) == (
        "tenantlint",
        __version__,
        f"tenantlint {__version__}",
    )
    assert [rule["id"] for rule in driver["rules"]] == ["acme-backup", "acme-owner"]


def test_a_rule_is_described_by_its_page_and_its_document() -> None:
    assert described(owner) == {
        "id": "acme-owner",
        "name": "AcmeOwner",
        "shortDescription": {"text": "VMs must have an owner."},
        "fullDescription": {"text": "VMs must have an owner. Somebody must be asked."},
        "help": {
            "text": "VMs must have an owner.\n\n## Why\n\nSomebody must be asked.\n\n## Fix\n\nSet the tag.\n\n"
            "## Sources\n\n- [Acme's rules](https://acme.example/rules), 2026-03-01",
            "markdown": described(owner)["help"]["text"],
        },
        "helpUri": "https://acme.example/rules",
        "defaultConfiguration": {"level": "error"},
        "properties": {"tags": ["azure"], "precision": "high", "problem.severity": "error"},
    }


@pytest.mark.parametrize(
    ("level", "severity"), {"error": "error", "warning": "warning", "note": "recommendation"}.items()
)
def test_the_level_of_a_rule_is_said_in_both_of_githubs_ways(level: Any, severity: str) -> None:  # noqa: ANN401 - pytest gives text
    found = described(replace(owner, level=level))

    assert found["defaultConfiguration"]["level"] == level
    assert found["properties"]["problem.severity"] == severity


@pytest.mark.parametrize("docstring", ["   ", "\n\n", "## Why\nBecause."])
def test_a_rule_without_a_title_is_called_by_its_id_since_github_refuses_empty_texts(docstring: str) -> None:
    found = described(documented(docstring))

    assert all(found[text]["text"] for text in ("shortDescription", "fullDescription", "help"))


def test_descriptions_are_cut_where_github_would_refuse_them() -> None:
    found = described(documented(f"{'x' * 2000}\n\n## Why\n{'y' * 2000}"))

    assert (found["shortDescription"]["text"], found["fullDescription"]["text"]) == ("x" * 1024, "x" * 1024)
    assert len(found["help"]["text"]) > 4000


def test_tags_are_unique_and_no_more_than_github_keeps() -> None:
    tags = described(replace(owner, tags=("azure", "backup", "backup", *map(str, range(20)))))["properties"]["tags"]

    assert tags == ["azure", "backup", *map(str, range(8))]


def test_the_category_lasts_and_the_moment_of_judging_is_behind_it() -> None:
    first, same = (as_json(details(scan(), "tenantlint/s1")) for _ in range(2))
    other, later = details(scan(), "tenantlint/s2"), replace(scan(), now=datetime(2027, 1, 1, tzinfo=UTC))

    assert first["id"] == "tenantlint/s1/20261201T123000Z"
    assert first == same
    assert len({each["guid"] for each in (first, as_json(other), as_json(details(later, "tenantlint/s1")))}) == 3


def test_the_times_are_the_snapshots_in_utc() -> None:
    zone = timezone(timedelta(hours=9))
    manifest = replace(
        scan().manifest,
        started_at=datetime(2026, 11, 20, 10, 30, tzinfo=zone),
        ended_at=datetime(2026, 11, 20, 11, 0, 5, 999_999, tzinfo=zone),
    )

    assert as_json(invocation(replace(scan(), manifest=manifest), [])) == {
        "executionSuccessful": True,
        "startTimeUtc": "2026-11-20T01:30:00Z",
        "endTimeUtc": "2026-11-20T02:00:05Z",
    }


def test_what_is_not_in_the_run_is_notified_on_one_line_without_links() -> None:
    problems = [
        Problem("failed", "broke at [x](https://evil.example)\n  \x1b[2J", "acme-owner"),
        Problem("unread", "subscription s2 was not read"),
    ]

    assert as_json(invocation(scan(), problems, ["3 violations left out"]))["toolExecutionNotifications"] == [
        {
            "level": "error",
            "message": {"text": "Rule acme-owner: broke at [x] (https://evil.example) \ufffd[2J"},
            "descriptor": {"id": "incomplete"},
        },
        {"level": "error", "message": {"text": "subscription s2 was not read"}, "descriptor": {"id": "incomplete"}},
        {"level": "warning", "message": {"text": "3 violations left out"}, "descriptor": {"id": "cut"}},
    ]


def test_execution_is_successful_whatever_broke_since_github_refuses_the_file_otherwise() -> None:
    assert as_json(invocation(scan(), [Problem("failed", "all broke")]))["executionSuccessful"] is True


def test_plugins_are_extensions_with_name_and_version_only() -> None:
    about = replace(scan(), plugins={"acme": "1.2", "my_rule.py": "", "\x1b[2J": "2"})
    tool = as_json(run_head(about, archive=True))["tool"]

    assert tool["extensions"] == [
        {"name": "acme", "version": "1.2"},
        {"name": "my_rule.py"},
        {"name": "\ufffd[2J", "version": "2"},
    ]
    assert "extensions" not in as_json(run_head(scan()))["tool"]


def test_what_would_not_be_seen_in_a_page_is_shown() -> None:
    found = described(documented("VMs \x1b[2J\u202emust.\n\n## Why\nBecause\x07.\n\nSo."))

    assert found["shortDescription"]["text"] == "VMs \ufffd[2J\ufffdmust."
    assert found["help"]["text"].startswith("VMs \ufffd[2J\ufffdmust.\n\n## Why\n\nBecause\ufffd.\n\nSo.\n\n## Sources")


def test_a_name_and_tags_are_within_githubs_limits() -> None:
    found = described(replace(owner, id="-".join(["x" * 40] * 10), tags=("y" * 1000, "\x00")))

    assert len(found["name"]) == 255
    assert [len(tag) for tag in found["properties"]["tags"]] == [5, 256, 1]


def test_a_run_names_tenant_and_cloud() -> None:
    properties = as_json(run_head(scan()))["properties"]

    assert (properties["tenantlint/cloud"], properties["tenantlint/tenant"]) == ("AzureCloud", "t1")
    assert properties["tenantlint/scope"] == {}


def test_a_run_tells_what_was_to_be_scanned() -> None:
    manifest = replace(scan().manifest, scope={"management_groups": ("corp", "b"), "excluded": ()})
    properties = as_json(run_head(replace(scan(), manifest=manifest)))["properties"]

    assert properties["tenantlint/scope"] == {"management_groups": ["b", "corp"]}


def test_a_run_tells_the_effective_settings() -> None:
    lab = Exclusion("lab", tags=(("a", "b"),))
    settings = Settings(levels={"acme-owner": "note"}, edition="2018-12", exclusions=(lab,))
    head = as_json(run_head(replace(scan(), settings=settings)))

    assert head["properties"]["tenantlint/settings"] == {
        "edition": "2018-12",
        "rules": {"acme-backup": {"level": "warning"}, "acme-owner": {"level": "note"}},
        "exclude": [{"reason": "lab", "tags": {"a": "b"}}],
    }
    rules = {rule["id"]: rule for rule in head["tool"]["driver"]["rules"]}
    assert rules["acme-owner"]["defaultConfiguration"] == {"level": "note"}
    assert rules["acme-owner"]["properties"]["problem.severity"] == "recommendation"


def test_a_constraint_that_is_relaxed_is_no_error_in_the_list_of_rules_either() -> None:
    relaxed = Edition(replace(owner.sources[0], date="2026-04-01"), "relaxed")
    head = as_json(run_head(scan(replace(owner, level="error", history=(*owner.history, relaxed)))))
    (told,) = head["tool"]["driver"]["rules"]

    assert told["defaultConfiguration"] == {"level": "warning"}
    assert told["properties"]["problem.severity"] == "warning"


BENCHMARK = Taxonomy("acb", "Acme benchmark", "2", "Acme", "https://acme.example/benchmark")
OLDER = Taxonomy("aaa", "Acme archive", "1", "Acme", "https://acme.example/archive")


def test_controls_of_rules_are_taxa_of_the_run_that_the_rules_refer_to() -> None:
    rules = (
        replace(BACKUP, controls=(Control(BENCHMARK, "B-2", "Back up"), Control(OLDER, "A-1", "Archive"))),
        replace(owner, controls=(Control(BENCHMARK, "B-1", "Own"), Control(BENCHMARK, "B-2", "Back up"))),
    )
    head = as_json(run_head(scan(*rules)))
    found = head["taxonomies"]

    assert [(each["name"], [taxon["id"] for taxon in each["taxa"]]) for each in found] == [
        ("Acme archive", ["A-1"]),
        ("Acme benchmark", ["B-1", "B-2"]),
    ]
    assert [each["guid"] for each in head["tool"]["driver"]["supportedTaxonomies"]] == [each["guid"] for each in found]
    for rule, told in zip(rules, head["tool"]["driver"]["rules"], strict=True):
        targets = [related["target"] for related in told["relationships"]]
        taxa = [found[target["toolComponent"]["index"]]["taxa"][target["index"]] for target in targets]
        assert [taxon["id"] for taxon in taxa] == [target["id"] for target in targets]
        assert [taxon["shortDescription"]["text"] for taxon in taxa] == [control.title for control in rule.controls]
        assert {control.tag for control in rule.controls} <= set(told["properties"]["tags"])


def test_taxa_are_in_the_same_order_whatever_order_rules_name_them_in() -> None:
    newer = replace(BENCHMARK, version="3")
    controls = [Control(of, "B-1", title) for of in (newer, BENCHMARK) for title in ("Own", "Be owned", "Back up")]
    told = [
        as_json(run_head(scan(replace(owner, controls=tuple(order)))))["taxonomies"]
        for order in (controls, controls[::-1])
    ]

    assert told[0] == told[1]
    assert [each["version"] for each in told[0]] == ["2", "3"]
    for each in told[0]:
        assert [taxon["shortDescription"]["text"] for taxon in each["taxa"]] == ["Back up", "Be owned", "Own"]


def test_a_run_without_controls_names_no_taxonomy() -> None:
    head = as_json(run_head(scan()))

    assert "taxonomies" not in head
    assert "supportedTaxonomies" not in head["tool"]["driver"]
