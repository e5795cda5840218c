"""Replacements of names, GUIDs and addresses."""

import re
from ipaddress import ip_address, ip_interface, ip_network
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenantlint.scrub.tokens import Tokens

TOKENS = Tokens(b"one key for all of these")
DOCUMENTATION = [ip_network(net) for net in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")]
PRIVATE = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"]


def test_a_name_may_be_that_of_any_resource_and_of_a_host() -> None:
    assert re.fullmatch(r"x[a-z2-7]{15}", TOKENS.name("erp db 01!"))


def test_the_case_of_a_name_is_seen_in_its_replacement() -> None:
    lower, upper, mixed, other = map(TOKENS.name, ("rg-erp-prod", "RG-ERP-PROD", "RG-erp-prod", "Rg-Erp-Prod"))

    assert lower == lower.lower()
    assert upper == lower.upper()
    assert len({lower, upper, mixed, other}) == 4
    assert mixed.lower() == other.lower() == lower


@given(st.uuids())
def test_a_guid_is_replaced_by_a_guid(guid: UUID) -> None:
    replaced = TOKENS.guid(str(guid))

    assert UUID(replaced) != guid
    assert TOKENS.guid(str(guid).upper()) == replaced.upper()
    assert TOKENS.guid(guid.hex) == replaced.replace("-", "")


@pytest.mark.parametrize("address", ["52.1.2.3", "8.8.8.8", "2603:1000::1", "52.224.0.0/11", "2603:1000::/40"])
def test_a_public_address_is_replaced_by_one_for_documentation(address: str) -> None:
    replaced = ip_interface(TOKENS.address(address))

    assert any(home.network_address in replaced.network or replaced.ip in home for home in DOCUMENTATION)
    assert replaced.network.prefixlen == ip_interface(address).network.prefixlen


@pytest.mark.parametrize("address", ["0.0.0.0/0", "127.0.0.1", "::", "::1", "168.63.129.16"])
def test_addresses_of_nobody_in_particular_stay(address: str) -> None:
    assert TOKENS.address(address) == address


@given(st.sampled_from(PRIVATE).flatmap(lambda home: st.tuples(st.just(home), st.ip_addresses(network=home))))
def test_a_private_address_stays_in_its_private_network(drawn: tuple[str, object]) -> None:
    home, address = drawn

    assert ip_address(TOKENS.address(str(address))) in ip_network(home)


@given(st.ip_addresses(network="10.0.0.0/8"), st.integers(8, 30), st.ip_addresses(network="10.0.0.0/8"))
def test_private_networks_lie_in_each_other_as_they_did(one: object, length: int, other: object) -> None:
    network = ip_network(f"{one}/{length}", strict=False)
    replaced = ip_network(TOKENS.address(str(network)))

    assert replaced.prefixlen == length
    assert (ip_address(TOKENS.address(str(other))) in replaced) is (ip_address(str(other)) in network)
