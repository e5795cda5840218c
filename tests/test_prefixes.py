"""Prefixes of ids: what a plugin's rules start with, and which plugins cannot be told apart."""

import pytest

from tenantlint.errors import PluginError
from tenantlint.prefixes import check_prefixes, own_prefix, taken_by

OURS = {"tenantlint_backup": ["vault-encryption", "vm-tags"]}
NETWORK = {"tenantlint_contoso_network": ["contoso-network-a", "contoso-network-b"]}
STORAGE = {"tenantlint_contoso_storage": ["contoso-storage-a"]}
CONTOSO = {"contoso_checks": ["contoso-a", "contoso-b"]}


@pytest.mark.parametrize(
    ("plugin", "rules", "prefix"),
    [
        ("tenantlint_acme", ["acme-a"], "acme"),
        ("tenantlint-acme", ["acme-a"], "acme"),
        ("Acme.Net", ["acme-net-a", "acme-net-b"], "acme-net"),
        ("acme_tags", ["acme-a", "acme-tags-b"], "acme"),
        ("acme_tags", ["acme-tags"], "acme"),
        ("acme_tags", [], "acme-tags"),
        ("tenantlint_acme", ["acme-vm-a", "acme-vm-b"], "acme"),
    ],
)
def test_the_prefix_is_the_name_or_else_the_first_word(plugin: str, rules: list[str], prefix: str) -> None:
    assert own_prefix(plugin, rules) == prefix


def test_two_plugins_of_one_organisation_live_together() -> None:
    held = NETWORK | STORAGE

    check_prefixes(OURS | held, held)
    assert taken_by("contoso-vm", OURS | held, held) is None


@pytest.mark.parametrize("other", [CONTOSO, {"tenantlint_contoso": ["contoso-a"]}])
def test_a_prefix_that_another_starts_with_tells_nothing_apart(other: dict[str, list[str]]) -> None:
    with pytest.raises(PluginError, match=r"both start with contoso-: contoso-a") as raised:
        check_prefixes(NETWORK | other, NETWORK | other)

    assert raised.value.hint.startswith("one word more in the names of both tells them apart; go on without it: ")
    assert taken_by("contoso-network", other, other) == (next(iter(other)), "contoso", "contoso-a")
    assert taken_by("contoso", NETWORK, NETWORK) == (next(iter(NETWORK)), "contoso", "contoso-network-a")
    assert taken_by("contoso-network", NETWORK, NETWORK) == (
        next(iter(NETWORK)),
        "contoso-network",
        "contoso-network-a",
    )


def test_of_our_own_rules_the_first_word_is_taken() -> None:
    theirs = {"vm_checks": ["vm-checks-a"]}

    with pytest.raises(PluginError, match="rules of plugins 'vm_checks' and 'tenantlint_backup' both start with vm-"):
        check_prefixes(OURS | theirs, theirs)
    assert taken_by("vm-checks", OURS, ()) == ("tenantlint_backup", "vm", "vm-tags")
    assert taken_by("vmware", OURS, ()) is None
