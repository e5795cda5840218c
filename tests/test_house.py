"""The rules of the house, as far as a machine can tell: one rule = one file = one page, and nothing undocumented."""

import inspect
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click
import orjson
import pytest

import tenantlint
from tenantlint import Rule, hookspecs
from tenantlint.checking import Target, check
from tenantlint.cli import COMMANDS, cli
from tenantlint.model import LEVELS, OUTCOMES
from tenantlint.reports.json import JsonReport
from tenantlint.settings import Settings
from tenantlint.standing import is_demanded
from tests.tenant_copies import catalog, take_snapshot

ROOT = Path(__file__).parents[1]
SOURCES = sorted(
    file for root in ("scanner", "plugins", "queries") for file in (ROOT / root).rglob("*") if file.suffix == ".py"
)
QUERIES = sorted((ROOT / "queries").rglob("*.kql"))
RULES = [catalog().rules[name] for name in sorted(catalog().rules)]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def exceptions(kind: str) -> dict[tuple[str, str], str]:
    """Return why rules do not show some verdicts: `never`, or `not in demo`; see exceptions.json beside their cases."""
    files = {file.parent.name: orjson.loads(file.read_bytes()) for file in (ROOT / "fixtures" / "rules").glob("*/exc*")}
    return {(rule, outcome): why for rule, told in files.items() for outcome, why in told.get(kind, {}).items()}


NEVER = exceptions("never")
NOT_IN_DEMO = exceptions("not in demo")
# The tabular operators of the subset of KQL that Resource Graph documents, but for those that give some rows only.
OPERATORS = {
    *("count", "distinct", "extend", "join", "mv-expand", "order", "parse", "project", "project-away", "sort"),
    *("summarize", "union", "where"),
}
MOST_JOINS = 3
MOST_LINES = 200
NO_NAMES = {"utils", "common", "core", "base"}
MACHINE_PATH = re.compile(r"(?<![\w.])/(work|tmp|root|home|Users|var)/|[A-Z]:\\|\.\./shared")


def can_say(rule: Rule) -> set[str]:
    return {outcome for outcome in OUTCOMES if (rule.id, outcome) not in NEVER}


def named(rule: Rule) -> str:
    return rule.id


each_rule = pytest.mark.parametrize("rule", RULES, ids=named)


@each_rule
def test_a_rule_its_module_its_cases_and_its_page_have_one_name(rule: Rule) -> None:
    assert rule.module.rpartition(".")[2].replace("_", "-") == rule.id
    assert (ROOT / "fixtures" / "rules" / rule.id / "cases.json").is_file()
    assert (ROOT / "docs" / "rules" / f"{rule.id}.md").is_file()


@each_rule
def test_a_rule_lies_in_the_folder_of_its_topic(rule: Rule) -> None:
    assert rule.module.split(".")[-2] == rule.topic


def test_there_are_cases_and_pages_of_rules_only() -> None:
    ids = {rule.id for rule in RULES}

    assert {folder.name for folder in (ROOT / "fixtures" / "rules").iterdir()} == ids
    assert {page.stem for page in (ROOT / "docs" / "rules").iterdir()} - {"README"} == ids


@each_rule
def test_a_page_states_what_must_be_then_why_the_fix_and_the_limits(rule: Rule) -> None:
    assert re.search(r"\bmust\b", rule.page.title)
    assert rule.page.title.endswith(".")
    assert re.findall(r"^#+ .*", rule.docstring, re.MULTILINE) == ["## Why", "## Fix", "## Limits"]
    assert all((rule.page.why, rule.page.fix, rule.page.limits))


@each_rule
def test_every_document_has_a_title_a_date_and_an_address(rule: Rule) -> None:
    for document in rule.sources:
        assert document.title
        assert date.fromisoformat(document.date).isoformat() == document.date
        assert re.fullmatch(r"https://[a-z0-9.-]+/\S+", document.url)


def edition_of(rule: Rule) -> str | None:
    """Return the edition in which a rule judges: the newest, or for a constraint that was lifted its first."""
    return None if is_demanded(rule, None) else rule.history[0].month


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    """Judge the demo tenant; return the verdicts by rule."""
    folder = tmp_path_factory.mktemp("demo")
    snapshot = take_snapshot(ROOT / "scanner" / "tenantlint" / "demo", folder / "snapshot", *RULES)
    parameters = {rule.id: {setting.name: setting.default for setting in rule.settings} for rule in RULES}
    verdicts = defaultdict(list)
    for edition in {edition_of(rule) for rule in RULES}:
        targets = [Target(JsonReport(), folder / f"{edition}.jsonl")]
        rules = [rule for rule in RULES if edition_of(rule) == edition]
        settings = Settings(parameters, edition=edition)
        check(snapshot, catalog(), rules, targets, settings=settings, now=datetime(2026, 11, 20, tzinfo=UTC))
        for line in (folder / f"{edition}.jsonl").read_bytes().splitlines():
            verdict = orjson.loads(line)
            verdicts[verdict["rule"]].append(verdict)
    return verdicts


@each_rule
def test_no_violation_is_worse_than_its_rule_says(rule: Rule, demo: dict[str, list[dict[str, Any]]]) -> None:
    levels = {violation["level"] for verdict in demo[rule.id] for violation in verdict["violations"]}

    assert levels or (rule.id, "violation") in NOT_IN_DEMO
    assert levels <= set(LEVELS[LEVELS.index(rule.level) :])


@each_rule
def test_the_demo_tenant_shows_every_verdict_that_a_rule_can_give(
    rule: Rule, demo: dict[str, list[dict[str, Any]]]
) -> None:
    shown = {verdict["verdict"] for verdict in demo[rule.id]}

    assert shown == {outcome for outcome in can_say(rule) if (rule.id, outcome) not in NOT_IN_DEMO}


@pytest.mark.parametrize("told", [NEVER, NOT_IN_DEMO], ids=["never", "not in the demo tenant"])
def test_exceptions_are_of_rules_and_verdicts_that_exist_and_have_reasons(told: dict[tuple[str, str], str]) -> None:
    assert {rule for rule, _ in told} <= catalog().rules.keys()
    assert {outcome for _, outcome in told} <= set(OUTCOMES)
    assert all(told.values())


def cases(rule: Rule) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = orjson.loads((ROOT / "fixtures" / "rules" / rule.id / "cases.json").read_bytes())
    return found


def ids_in(value: object, name: str = "") -> Iterator[str]:
    """Yield what looks like an id: a path, or the value of a property that is called an id."""
    if isinstance(value, str):
        if value.startswith("/") or name.lower().endswith("id"):
            yield value
    elif isinstance(value, dict):
        for key, below in value.items():
            yield from ids_in(below, key)
    elif isinstance(value, list):
        for below in value:
            yield from ids_in(below, name)


def spells_an_id_in_two_ways(case: dict[str, Any]) -> bool:
    ids = set(ids_in(case["tables"]))
    return len(ids) > len({id_.lower() for id_ in ids})


@each_rule
def test_cases_show_every_verdict_that_a_rule_can_give(rule: Rule) -> None:
    assert {expected["verdict"] for case in cases(rule) for expected in case["expect"].values()} == can_say(rule)


@each_rule
def test_a_case_has_a_property_that_is_absent(rule: Rule) -> None:
    assert [case["case"] for case in cases(rule) for each in case["expect"].values() if each.get("cause") == "absent"]


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.reads], ids=named)
def test_a_case_of_a_rule_that_compares_ids_spells_one_in_two_ways(rule: Rule) -> None:
    assert [case["case"] for case in cases(rule) if spells_an_id_in_two_ways(case)]


def code_of(query: Path) -> str:
    """Return a query without comments and literals."""
    return re.sub(r"//.*|'[^']*'|\"[^\"]*\"", "''", query.read_text("utf-8"))


each_query = pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.stem)


@each_query
def test_a_query_says_what_it_holds_and_how_it_is_split(query: Path) -> None:
    head = [line for line in query.read_text("utf-8").splitlines() if line.startswith("//")]

    assert query.read_text("utf-8").startswith("// ")
    assert re.fullmatch(r"// partition: (tenant|owner \w+)", head[-1])
    assert head[-2].removesuffix(")").endswith(".")


@each_query
def test_a_query_projects_id_and_subscription_and_ends_sorted_by_id(query: Path) -> None:
    code = code_of(query)
    projected = re.findall(r"[\w.]+", code.rpartition("| project ")[2].partition("\n|")[0])

    assert {"id", "subscriptionId"} <= set(projected)
    assert code.rstrip().splitlines()[-1] == "| order by id asc"


@each_query
def test_a_query_is_within_what_resource_graph_documents_and_gives_every_row(query: Path) -> None:
    operators = Counter(re.findall(r"\|\s*([a-z-]+)", code_of(query)))

    assert set(operators) <= OPERATORS
    assert operators["join"] <= MOST_JOINS


HOOKS = [name for name in vars(hookspecs) if name.startswith("register_")]


@pytest.mark.parametrize("hook", HOOKS)
def test_a_hook_is_documented(hook: str) -> None:
    assert f"`{hook}`" in (ROOT / "docs" / "architecture.md").read_text("utf-8")


def commands() -> Iterator[tuple[str, click.Command]]:
    """Yield every command, and those that belong to another, with what is typed."""
    group = click.Context(cli)
    for name in COMMANDS:
        command = cli.get_command(group, name)
        assert command
        yield name, command
        if isinstance(command, click.Group):
            yield from ((f"{name} {below}", each) for below, each in command.commands.items())


def options() -> Iterator[tuple[str, str]]:
    """Yield every option of every command."""
    for name, command in commands():
        yield from ((name, option) for parameter in command.params for option in parameter.opts if option[:1] == "-")


def section(command: str) -> str:
    page = (ROOT / "docs" / "cli.md").read_text("utf-8")
    return page.partition(f"\n## `tenantlint {command}`\n")[2].partition("\n## ")[0]


@pytest.mark.parametrize("command", [name for name, _ in commands()])
def test_a_command_is_documented(command: str) -> None:
    assert COMMANDS.get(command, "") in (ROOT / "docs" / "cli.md").read_text("utf-8")
    assert f"Usage: tenantlint {command} " in section(command)


@pytest.mark.parametrize(("command", "option"), list(options()))
def test_an_option_is_documented(command: str, option: str) -> None:
    assert re.search(rf"^  {option}\b", section(command), re.MULTILINE)


@pytest.mark.parametrize("name", sorted(catalog().reports))
def test_a_report_is_documented_and_named_in_the_help_of_its_option(name: str) -> None:
    assert re.search(rf"^\| `{name}` \|", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    assert re.search(rf"formats: .*\b{name}\b", " ".join(section("scan").split()))


def test_there_is_something_to_look_at() -> None:
    assert len(SOURCES) > 50
    assert len(QUERIES) > 10
    assert len(RULES) >= 8
    assert all(document.stat().st_size for document in DOCUMENTS)


@pytest.mark.parametrize("file", [*SOURCES, *QUERIES], ids=lambda file: str(file.relative_to(ROOT)))
def test_a_module_is_small_has_a_name_that_says_something_and_names_no_machine(file: Path) -> None:
    text = file.read_text("utf-8")

    assert len(text.splitlines()) <= MOST_LINES
    assert file.stem not in NO_NAMES
    assert MACHINE_PATH.findall(text) == []


def test_no_document_names_a_machine() -> None:
    assert [page.name for page in DOCUMENTS if MACHINE_PATH.search(page.read_text("utf-8"))] == []


def test_the_public_api_is_one_sorted_list() -> None:
    assert tenantlint.__all__ == sorted(set(tenantlint.__all__))
    public = {name for name, value in vars(tenantlint).items() if not (name[0] == "_" or inspect.ismodule(value))}
    assert set(tenantlint.__all__) - {"__version__"} == public


@pytest.mark.parametrize("name", tenantlint.__all__)
def test_what_is_public_says_what_it_is(name: str) -> None:
    value = getattr(tenantlint, name)
    if inspect.isclass(value) or inspect.isfunction(value):
        documentation = inspect.getdoc(value) or ""

        assert documentation.partition("\n")[0].endswith((".", ":", "…"))
        assert not documentation.startswith(f"{name}(")
    else:
        assert value


def test_commands_answer_on_the_standard_output_that_plugins_do_not_have() -> None:
    """What is printed elsewise goes to standard error where plugins are loaded."""
    printing = re.compile(r"click\.(?:secho|echo)\((?!.*(?:err=True|file=stdout\(\)))|[^\w.]print\(|sys\.stdout\.")
    files = [
        *(ROOT / "scanner" / "tenantlint" / "cli").glob("*.py"),
        *(ROOT / "scanner" / "tenantlint").rglob("reports/*"),
    ]
    lines = [
        (file.name, line) for file in files if file.suffix == ".py" for line in file.read_text("utf-8").splitlines()
    ]

    assert [line for line in lines if printing.search(line[1]) and "def print(" not in line[1]] == []
