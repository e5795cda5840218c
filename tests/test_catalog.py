"""Everything that plugins contribute, by name, each name once."""

from typing import Any

import pytest

from tenantlint.catalog import HOST_TABLES, Catalog, Plugin
from tenantlint.errors import PluginError, UsageError
from tenantlint.reports.text import TextReport
from tests.makers import MACHINES, PARTS, SHOPS, make_fact, make_rule, make_table

SUBSCRIPTIONS = make_table("subscriptions", "acme/subscriptions")


def catalog_of(*items: Any) -> Catalog:  # noqa: ANN401 - rules, facts and tables
    catalog = Catalog()
    for item in items:
        kind, name = place(catalog, item)
        catalog.add(kind, name, item, "acme")
    return catalog


def place(catalog: Catalog, item: Any) -> tuple[dict[str, Any], str]:  # noqa: ANN401 - as above
    kinds: dict[str, dict[str, Any]] = {
        "Table": catalog.tables,
        "Fact": catalog.facts,
        "Rule": catalog.rules,
        "TextReport": catalog.reports,
    }
    return kinds[type(item).__name__], item.id if type(item).__name__ == "Rule" else item.name


ITEMS: dict[str, Any] = {
    "rule": make_rule(lambda vm, _: vm.compliant(), "same"),
    "table": make_table("same", "acme/same"),
    "fact": make_fact(lambda _: 1, "same"),
    "report": TextReport(name="same", module="acme.reports"),
}


@pytest.mark.parametrize("first", ITEMS)
@pytest.mark.parametrize("second", ITEMS)
def test_a_name_that_is_taken_is_an_error_that_names_both_modules(first: str, second: str) -> None:
    catalog = Catalog()
    catalog.add(*place(catalog, ITEMS[first]), ITEMS[first], "acme-one")

    with pytest.raises(PluginError) as raised:
        catalog.add(*place(catalog, ITEMS[second]), ITEMS[second], "acme-two")

    modules = [ITEMS[kind].module for kind in (first, second)]
    assert str(raised.value) == f"'same' is contributed twice: by {modules[0]} (acme-one) and {modules[1]} (acme-two)"
    assert raised.value.hint == "leave one of them out: --without acme-two"
    assert catalog.origins == {"same": "acme-one"}


def test_what_is_contributed_is_there_by_name_with_its_plugin() -> None:
    judge = make_rule(lambda vm, _: vm.compliant())
    catalog = catalog_of(judge, MACHINES, make_fact(lambda _: 1))

    assert catalog.rules == {"acme-rule": judge}
    assert catalog.tables == {"machines": MACHINES}
    assert catalog.origins == {"acme-rule": "acme", "machines": "acme", "acme_fact": "acme"}


def test_versions_are_by_the_names_of_plugins() -> None:
    assert Catalog(plugins=[Plugin("a", "1.0", "a"), Plugin("b", "", "b.py")]).versions == {"a": "1.0", "b": ""}


@pytest.mark.parametrize(
    ("ids", "selected"), [([], ["a", "b", "c"]), (["c", "a"], ["a", "c"]), (["b", "b"], ["b"]), (["a"], ["a"])]
)
def test_rules_are_selected_by_id_and_sorted(ids: list[str], selected: list[str]) -> None:
    catalog = catalog_of(*(make_rule(lambda vm, _: vm.compliant(), id_) for id_ in "cab"))

    assert [rule.id for rule in catalog.select(ids)] == selected


def test_selecting_a_rule_that_does_not_exist_is_an_error_that_names_the_nearest() -> None:
    catalog = catalog_of(make_rule(lambda vm, _: vm.compliant(), "unprotected-vm"))

    with pytest.raises(UsageError) as raised:
        catalog.select(["unprotected-vm", "unprotected-vms"])

    assert str(raised.value) == "there is no rule 'unprotected-vms'"
    assert raised.value.hint == "did you mean 'unprotected-vm'?"


def test_only_the_tables_that_rules_need_are_collected_with_those_of_their_facts_and_of_the_host() -> None:
    judge = make_rule(lambda vm, _: vm.compliant(), on="machines", reads=["acme_fact"])
    counted = make_fact(lambda _: 1, reads=["shops"])
    catalog = catalog_of(
        judge, counted, make_fact(lambda _: 1, "idle", ["parts"]), MACHINES, PARTS, SHOPS, SUBSCRIPTIONS
    )

    assert HOST_TABLES == ("subscriptions",)
    assert catalog.needed_tables([judge]) == [MACHINES, SHOPS, SUBSCRIPTIONS]
    assert catalog.needed_tables([]) == [SUBSCRIPTIONS]
    assert catalog_of(judge, counted, MACHINES).needed_tables([judge]) == [MACHINES]


@pytest.mark.parametrize(
    ("items", "message", "without"),
    [
        ([make_rule(len, on="machine")], "'acme-rule' reads 'machine', which no plugin contributes", "acme-rule"),
        (
            [make_rule(len, reads=["zzz", "yyy", "xxx", "bbb", "ccc", "ddd"])],
            "'acme-rule' reads 'bbb', which no plugin contributes",
            "acme-rule",
        ),
        (
            [make_rule(len, on="acme_fact"), make_fact(len)],
            "'acme-rule' reads 'acme_fact', which no plugin",
            "acme-rule",
        ),
        ([make_fact(len, reads=["zzz"])], "'acme_fact' reads 'zzz', which no plugin contributes", "acme"),
        ([make_fact(len, "a"), make_fact(len, "b", ["a", "c"])], "'b' reads 'c', which no plugin contributes", "acme"),
        (
            [make_fact(len, reads=["acme-rule"]), make_rule(len)],
            "'acme_fact' reads 'acme-rule', which no plugin",
            "acme",
        ),
    ],
)
def test_reading_what_no_plugin_contributes_is_an_error(items: list[Any], message: str, without: str) -> None:
    with pytest.raises(PluginError) as raised:
        catalog_of(MACHINES, *items).check()

    assert message in str(raised.value)
    assert f"--without {without}," in raised.value.hint


def test_reading_what_is_there_is_no_error() -> None:
    counted = make_fact(len, reads=["parts", "shops"])
    catalog_of(MACHINES, PARTS, SHOPS, counted, make_rule(len, reads=["parts", "acme_fact", "machines"])).check()


def test_facts_may_read_facts_and_bring_their_tables_along() -> None:
    counted = [
        make_fact(len, "a", ["b", "parts"]),
        make_fact(len, "b", ["c", "machines"]),
        make_fact(len, "c", ["shops"]),
    ]
    judge = make_rule(len, reads=["a"])
    catalog = catalog_of(MACHINES, PARTS, SHOPS, *counted, judge)
    catalog.check()

    assert catalog.needed_tables([judge]) == [MACHINES, PARTS, SHOPS]
    assert catalog.needed_tables([make_rule(len, on="shops", reads=["c"])]) == [SHOPS]


@pytest.mark.parametrize(
    ("reads", "circle"),
    [
        ({"a": ["a"]}, "a"),
        ({"a": ["b"], "b": ["a", "machines"]}, "a, b"),
        ({"a": ["b"], "b": ["c"], "c": ["a"], "d": ["machines"]}, "a, b, c"),
        ({name: [after] for name, after in zip("fedcbag", "edcbagf", strict=True)}, "a, b, c, d, e, f, g"),
    ],
)
def test_facts_that_read_each_other_in_a_circle_are_an_error(reads: dict[str, list[str]], circle: str) -> None:
    with pytest.raises(PluginError, match=f"facts read each other in a circle: {circle}$"):
        catalog_of(MACHINES, *(make_fact(len, name, names) for name, names in reads.items())).check()
