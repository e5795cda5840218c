"""What security rules make of TCP traffic to Azure Storage: what they match, and which of them decides."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenantlint import Json
from tenantlint_backup.network.security_rules import Flow, decide

FLOW = Flow(443, "westeurope")
ALLOW, DENY, DOUBT = "allow", "deny", ""


def rule(priority: Json = 100, access: Json = "Deny", **properties: Json) -> dict[str, Json]:
    """Make a rule that matches whatever goes out."""
    told = {
        "priority": priority,
        "access": access,
        "direction": "Outbound",
        "protocol": "*",
        "sourceAddressPrefix": "*",
        "sourcePortRange": "*",
        "destinationAddressPrefix": "*",
        "destinationPortRange": "*",
    }
    return {"name": f"{access}-{priority}", "properties": {**told, **properties}}


def access(*rules: Json, flow: Flow = FLOW) -> str:
    return decide(rules, flow)[0]


def test_without_rules_azure_lets_everything_out() -> None:
    assert decide([], FLOW) == ("allow", "")


def test_the_lowest_priority_decides_in_any_order() -> None:
    rules = [rule(200, "Allow"), rule(100, "Deny"), rule(300, "Allow")]

    assert decide(rules, FLOW) == ("deny", "Deny-100")
    assert decide(rules[::-1], FLOW) == ("deny", "Deny-100")
    assert access(rule(101, "Deny"), rule(100, "Allow")) == ALLOW


@given(st.permutations(range(5)), st.lists(st.sampled_from(["Allow", "Deny"]), min_size=5, max_size=5))
def test_of_rules_that_match_the_first_decides(priorities: list[int], accesses: list[str]) -> None:
    rules = [rule(priority, told) for priority, told in zip(priorities, accesses, strict=True)]

    assert access(*rules) == accesses[priorities.index(0)].lower()


@pytest.mark.parametrize(
    ("ports", "decided"),
    [
        ("*", DENY),
        ("443", DENY),
        ("400-500", DENY),
        ("443-443", DENY),
        ("0-65535", DENY),
        ("442", ALLOW),
        ("444-500", ALLOW),
        ("1-442", ALLOW),
        ("44", ALLOW),
        ("4430", ALLOW),
        ("https", DOUBT),
        ("400-", DOUBT),
        ("-443", DOUBT),
        (443, DOUBT),
        (True, DOUBT),
        (None, DOUBT),
        ("", DOUBT),
    ],
)
def test_ports(ports: Json, decided: str) -> None:
    assert access(rule(destinationPortRange=ports)) == decided


def test_lists_of_ports_count_as_one_port_does() -> None:
    assert access(rule(destinationPortRange=None, destinationPortRanges=["80", "400-500"])) == DENY
    assert access(rule(destinationPortRange="", destinationPortRanges=["80", "8443"])) == ALLOW
    assert access(rule(destinationPortRange="22", destinationPortRanges=["443"])) == DENY
    assert access(rule(destinationPortRange="22", destinationPortRanges=[None, 7])) == DOUBT
    assert access(rule(destinationPortRange="22", destinationPortRanges={"odd": 1})) == DOUBT
    assert access(rule(destinationPortRange=None, destinationPortRanges=[])) == DOUBT


@pytest.mark.parametrize(
    ("destination", "decided"),
    [
        ("*", DENY),
        ("0.0.0.0/0", DENY),
        ("Internet", DENY),
        ("INTERNET", DENY),
        ("Storage", DENY),
        ("sToRaGe.wEsTeUrOpE", DENY),
        ("AzureCloud", DENY),
        ("AzureCloud.westeurope", DENY),
        ("Storage.NorthEurope", ALLOW),
        ("AzureCloud.northeurope", ALLOW),
        ("AzureBackup", DOUBT),
        ("Sql", ALLOW),
        ("StorageSyncService", ALLOW),
        ("VirtualNetwork", ALLOW),
        ("AzureLoadBalancer", ALLOW),
        ("10.0.0.0/8", ALLOW),
        ("10.1.2.3", ALLOW),
        ("192.168.1.0/24", ALLOW),
        ("20.60.0.0/16", DOUBT),
        ("::/0", ALLOW),
        ("2001:db8::/32", ALLOW),
        ("10.0.0.0/99", DOUBT),
        (7, DOUBT),
        (None, DOUBT),
    ],
)
def test_destinations(destination: Json, decided: str) -> None:
    assert access(rule(destinationAddressPrefix=destination)) == decided


def test_lists_of_destinations_count_as_one_does() -> None:
    listed: dict[str, Json] = {"destinationAddressPrefix": None}

    assert access(rule(**listed, destinationAddressPrefixes=["10.0.0.0/8", "Storage"])) == DENY
    assert access(rule(**listed, destinationAddressPrefixes=["10.0.0.0/8", "Sql"])) == ALLOW
    assert access(rule(**listed, destinationAddressPrefixes=["10.0.0.0/8", 7])) == DOUBT


def test_application_security_groups_hold_no_storage_but_may_hold_the_vm() -> None:
    groups: list[Json] = [{"id": "/subscriptions/s/…/applicationSecurityGroups/web"}]
    here: dict[str, Json] = {"sourceAddressPrefix": None, "sourceApplicationSecurityGroups": groups}

    assert access(rule(destinationAddressPrefix=None, destinationApplicationSecurityGroups=groups)) == ALLOW
    assert access(rule(**here)) == DOUBT
    assert access(rule(access="Allow", **here)) == ALLOW


@pytest.mark.parametrize(
    ("source", "decided"),
    [("*", DENY), ("0.0.0.0/0", DENY), ("virtualnetwork", DENY), ("10.1.0.0/24", DOUBT), ("Internet", DOUBT)],
)
def test_sources(source: str, decided: str) -> None:
    assert access(rule(sourceAddressPrefix=source)) == decided
    assert access(rule(sourceAddressPrefix=None, sourceAddressPrefixes=[source])) == decided


def test_source_ports() -> None:
    assert access(rule(sourcePortRange="0-65535")) == DENY
    assert access(rule(sourcePortRange="1024-2048")) == DOUBT


@pytest.mark.parametrize(
    ("protocol", "decided"),
    [("Tcp", DENY), ("TCP", DENY), ("*", DENY), ("Udp", ALLOW), ("Icmp", ALLOW), ("odd", DOUBT), (None, DOUBT)],
)
def test_protocols(protocol: Json, decided: str) -> None:
    assert access(rule(protocol=protocol)) == decided


@pytest.mark.parametrize(
    ("direction", "decided"), [("outbound", DENY), ("Inbound", ALLOW), ("odd", DOUBT), (None, DOUBT), (7, DOUBT)]
)
def test_directions(direction: Json, decided: str) -> None:
    assert access(rule(direction=direction)) == decided


def test_the_tag_of_a_region_is_in_doubt_where_the_region_is_not_known() -> None:
    assert access(rule(destinationAddressPrefix="Storage.westeurope"), flow=Flow(443, "")) == DOUBT
    assert access(rule(destinationAddressPrefix="Storage"), flow=Flow(443, "")) == DENY


def test_the_tag_of_the_virtual_network_is_in_doubt_where_the_traffic_is_routed() -> None:
    allowed = [rule(100, "Allow", destinationAddressPrefix="VirtualNetwork"), rule(200, "Deny")]

    assert access(*allowed) == DENY
    assert access(*allowed, flow=Flow(443, "westeurope", routed=True)) == DOUBT


@pytest.mark.parametrize("odd", [None, 7, "odd", [], {}, {"name": "odd"}, {"properties": None}, {"properties": []}])
def test_a_rule_that_cannot_be_read_may_say_anything(odd: Json) -> None:
    assert access(odd) == DOUBT
    assert access(rule(100, "Allow"), odd) == DOUBT


@pytest.mark.parametrize("priority", [None, "100", True, [], {}])
def test_a_rule_without_a_place_may_come_first(priority: Json) -> None:
    assert access(rule(priority, "Deny"), rule(100, "Allow")) == DOUBT
    assert access(rule(priority, "Allow"), rule(100, "Allow")) == ALLOW
    assert access(rule(priority, "Allow"), rule(100, "Deny")) == DOUBT


def test_doubt_does_not_matter_where_it_would_change_nothing() -> None:
    perhaps = rule(100, "Deny", destinationAddressPrefix="20.60.0.0/16")

    assert decide([perhaps, rule(200, "Deny")], FLOW) == ("deny", "Deny-200")
    assert access(perhaps, rule(200, "Allow")) == DOUBT
    assert access(rule(50, "Allow"), perhaps) == ALLOW


def test_what_is_neither_allowed_nor_denied_is_in_doubt() -> None:
    assert access(rule(access="odd")) == DOUBT
    assert access(rule(access=None)) == DOUBT
