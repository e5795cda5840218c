"""Each trap: queries that it is in, with its place between » and «, and queries that it is not in."""

import re

import pytest

from tenantlint.kql_lint.allowing import CHECK
from tenantlint.kql_lint.linting import TRAPS, lint
from tenantlint.kql_lint.traps import Trap

IDS = {trap.id: trap for trap in TRAPS}


def checks(kql: str) -> list[str]:
    return [finding.check for finding in lint(kql) or []]


def marked(kql: str) -> tuple[str, list[tuple[int, int, str]]]:
    """Take the marks out of a query; return it, and the line, column and text of each."""
    places, plain = [], ""
    for before, text in re.findall(r"(?s)(.*?)»(.*?)«", kql):
        plain += before
        line = plain.count("\n") + 1
        places.append((line, len(plain) - plain.rfind("\n"), text.partition("\n")[0]))
        plain += text
    return plain + kql.rpartition("«")[2], places


@pytest.mark.parametrize("trap", TRAPS, ids=lambda trap: trap.id)
def test_a_trap_is_in_the_query_to_avoid_and_in_nothing_else(trap: Trap) -> None:
    assert set(checks(trap.avoid)) == {trap.id}
    assert checks(trap.prefer) == []


@pytest.mark.parametrize("trap", TRAPS, ids=lambda trap: trap.id)
def test_a_trap_says_what_must_be_why_and_what_to_write_instead(trap: Trap) -> None:
    assert re.search(r"\b(must|should)\b", trap.title)
    assert all(text.endswith((".", ".)", "`.")) for text in (trap.title, trap.why, trap.instead))
    assert trap.source.url.startswith("https://")
    assert re.fullmatch(r"kql-[a-z-]+", trap.id)


def test_no_two_traps_have_one_id() -> None:
    assert len(IDS) == len(TRAPS)
    assert CHECK not in IDS


RULE = """// id: acme-x
// title: Disks must not x
// level: warning
// type: Microsoft.Compute/disks
// source: Acme, 2026-03-01, https://acme.example/storage

"""
VAULTS = RULE.replace("Microsoft.Compute/disks", "Microsoft.RecoveryServices/vaults")

FOUND = {
    "kql-mv-expand-limit": [
        "Resources | »mvexpand x = properties.list to typeof(string)«\n| project id, x | order by id asc",
        "Resources | where id in~ ((Resources | »mv-expand x = properties.list« | project x)) | order by id asc",
    ],
    "kql-mv-expand-large-limit": ["Resources | mv-expand x = properties.list limit »401« | order by id asc"],
    "kql-bare-join": [
        "Resources | »join« ResourceContainers on subscriptionId | order by id asc",
        "Resources | »join« (ResourceContainers | where name has 'kind') on subscriptionId | order by id asc",
        (
            "Resources | join kind=inner (Resources | »join« (ResourceContainers) on subscriptionId) on subscriptionId"
            " | order by id asc"
        ),
    ],
    "kql-join-kind": ["Resources | join kind=»leftsemi« (ResourceContainers) on subscriptionId | order by id asc"],
    "kql-many-unions": [
        "»union« Resources, ResourceContainers, AdvisorResources, (HealthResources) | project id | order by id asc",
        (
            "Resources | union (HealthResources), AdvisorResources | »union« AppServiceResources, ChaosResources"
            " | project id | order by id asc"
        ),
    ],
    "kql-table-joined-twice": [
        (
            "Resources | join kind=inner (HealthResources | project subscriptionId) on subscriptionId"
            " | join kind=inner »healthresources« on subscriptionId | project id | order by id asc"
        ),
    ],
    "kql-no-order": [
        "»Resources«",
        "Resources | order by id asc | »union« ResourceContainers",
        "Resources | order by id asc | »join« kind=inner (ResourceContainers) on subscriptionId",
        "Resources | where type has 'a' or (name has 'b') | »where« id has 'c'",
    ],
    "kql-order-not-unique": [
        "Resources | »sort by type, name desc nulls last«",
        "Resources | order by id asc | »order by name asc«",
        "Resources | order by id asc | where 1 == 1 | »order by tolower(type)«",
    ],
    "kql-limit-without-order": [
        "Resources | »take 10«",
        "Resources | order by id asc | summarize n = count() by type | »limit 5«",
        "Resources | join kind=inner (ResourceContainers | »limit 5«) on subscriptionId | order by id asc",
    ],
    "kql-limit-above-page": [
        "Resources | order by id asc | »take 1001« | project id",
        "Resources | »top 1001 by id asc«",
    ],
    "kql-no-id": [
        "Resources | order by id asc | »project« ID = id, name",
        "Resources | order by id asc | »project-away« id",
    ],
    "kql-rule-header": [
        RULE.replace("// id: acme-x", "»// id: acme-x«"),
        RULE.replace("// level: warning\n", "").replace("// id: acme-x", "»// id: acme-x«") + "Resources",
        RULE.replace("// level", "»// levl: note«\n// level") + "Resources",
        RULE.replace("// title: Disks must not x", "»// title: Disks must not x«\r\n// title: Another")
        + "Resources | wher name",
    ],
    "kql-rule-limit": [
        RULE + "Resources | order by id asc | »take 5«",
        RULE + "Resources | »top 5 by id asc« | project id",
        RULE + "(Resources | project id | order by id asc | »limit 5«)",
        RULE
        + "Resources | union (Resources | union (Resources | project id | order by id asc | »take 5«)) | project id",
    ],
    "kql-rule-id": [
        RULE + "Resources | »summarize« n = count() by type",
        RULE + "Resources | project-away id | »extend« n = 1",
    ],
    "kql-rule-type": [
        RULE + "Resources | where »type =~ 'microsoft.compute/disk'« | where name has 'x' or type =~ 'a/b'",
        RULE + "Resources | where kind == 'x' and (»type in~« ('microsoft.compute/virtualmachines', 'a/b'))",
        RULE + "Resources | where »'microsoft.web/sites' == tostring(type)«",
        RULE + "»HealthResources« | where name has 'x'",
        VAULTS.replace("// source", "// table: RecoveryServicesResources\n// source") + "»Resources«",
        RULE + "Resources | where »type =~ 'a/b'« | union (HealthResources | where type =~ 'a/c')",
    ],
    "kql-case-sensitive": [
        "Resources | where »id == '/subscriptions/S'« | order by id asc",
        "Resources | where »name in« ('a', 'b') or name in~ ('c') | order by id asc",
        "Resources | where »managedBy !in« ('/a') | order by id asc",
        "Resources | where »'/x' == id« | order by id asc",
        "Resources | where »'Microsoft.Compute/disks' == type« | order by id asc",
        "Resources | where not(»tostring(type) == 'Microsoft.Compute/disks'«) and 'a' == location | order by id asc",
        "Resources | extend t = type | where »t == 'A/B'« | order by id asc",
        "Resources | extend t = tostring(type) | where »t in« ('a/b', 'A/B') | order by id asc",
        "Resources | where tostring(kind) == 'A' and »'/x' != tostring(managedBy)« | order by id asc",
        ("Resources | where »properties.virtualMachine.id != id« | order by id asc"),
        "Resources | where »properties['targetResourceId'] == 'x'« | order by id asc",
        "Resources | where »type !in« ('microsoft.web/sites', 'Microsoft.Web/serverFarms') | order by id asc",
        "Resources | extend vm = managedBy | where »vm == managedBy« | order by id asc",
    ],
    "kql-join-case": [
        "Resources | join kind=inner (HealthResources) on »id« | order by id asc",
        (
            "Resources | extend key = tolower(id) | join kind=inner (HealthResources | project key = id) on »key«"
            " | order by id asc"
        ),
        (
            "Resources | join kind=inner (HealthResources | project h = tostring(properties.targetResourceId))"
            " on »$left.id == $right.h« | order by id asc"
        ),
        "Resources | join kind=leftouter (ResourceContainers) on subscriptionId, »resourceGroup« | order by id asc",
        (
            "Resources | extend key = managedBy | join kind=inner (Resources | project key = id) on »key«"
            " | order by id asc"
        ),
    ],
    "kql-number-as-text": [
        "Resources | where name »has 3« | order by id asc",
        "Resources | where properties.n »in~ (1«, 2) or name !contains 'x' | order by id asc",
        "Resources | where properties.on »=~ true« | order by id asc",
        "Resources | where name »!startswith 1.5« | order by id asc",
    ],
    "kql-dynamic-key": [
        "Resources | summarize n = count() by location, »sku«",
        "Resources | summarize n = count() by size = »properties.hardwareProfile.vmSize«",
        "Resources | top 5 by »properties.diskSizeGB« desc | project id",
        "Resources | extend s = properties.state | order by »s« asc nulls last, id asc",
        "Resources | mv-expand z = zones limit 10 | summarize n = count() by »z«",
    ],
    "kql-dynamic-comparison": [
        "Resources | where »properties.a == properties['b'].c« | order by id asc",
        "Resources | extend a = properties.a | extend b = a | where »b != tags.x« | order by id asc",
    ],
    "kql-isnull-of-text": [
        "Resources | where not(»isnull(tostring(properties.x))«) | order by id asc",
        "Resources | extend o = tolower(managedBy) | where »isnotnull(o)« | order by id asc",
        "Resources | extend o = managedBy | where »notnull(o)« | order by id asc",
    ],
    "kql-pattern": [
        r"Resources | where name matches regex »'('« or name matches regex @'\(' | order by id asc",
        r"""Resources | extend a = extract(»@"a""["«, 0, name), b = trim(»'*'«, name) | order by id asc""",
        "Resources | extend a = replace_regex(name, »'(?<!x)y'«, '('), b = replace_string(name, '(', '') | order by id",
    ],
    "kql-unknown-table": [
        "Resources | join kind=inner (»Ressources«) on subscriptionId | union »sqlite_master« | order by id asc",
        "Resources | where id in~ ((»VirtualMachines« | project id)) | order by id asc",
    ],
    "kql-unknown-column": [
        "Resources | project id | where »location« == 'x' | order by id asc",
        "Resources | where properties.x == »colour« | order by id asc",
    ],
    "kql-unknown-operator": [
        "Resources | »mv-apply« x = properties.a on (where x == 1) | order by id asc",
        "Resources | »lookup« ResourceContainers on subscriptionId | order by id asc",
        "Resources | »wehre« type =~ 'x' | order by id asc",
    ],
    "kql-unknown-function": [
        "Resources | where »nosuch«(name) | order by id asc",
        "Resources | extend n = »lenght«(name) | order by id asc",
        "Resources | summarize n = count(), o = max(strlen(name)), m = max(»fold«(id)) by location",
        "Resources | where not(»isnul«(properties.x)) and (name has 'a') | order by id asc",
    ],
    "kql-foreign-data": [
        "Resources | union »workspace«('x').Heartbeat | project id | order by id asc",
    ],
    "kql-refused": [
        "Resources | where type == 'a' and (name »=« 'b') | order by id asc",
        "Resources | union »isfuzzy«=true ResourceContainers | order by id asc",
        "Resources | order by id asc; »Resources«",
        "Resources | join kind=inner (»print« 1) on id | order by id asc",
    ],
    "kql-syntax": ["Resources | project »,«"],
    "kql-not-run-here": ["Resources | summarize n = »make_set«(name, 3) by location"],
}


@pytest.mark.parametrize(("check", "kql"), [(check, kql) for check, queries in FOUND.items() for kql in queries])
def test_a_trap_is_told_with_its_place_and_text(check: str, kql: str) -> None:
    plain, places = marked(kql)

    found = [finding for finding in lint(plain) or [] if finding.check == check]

    assert [(each.line, each.column) for each in found] == [place[:2] for place in places]
    if check not in {"kql-foreign-data", "kql-syntax", "kql-mv-expand-limit"}:
        assert [each.text for each in found] == [text for *_, text in places]
    assert {each.level for each in found} == {IDS[check].level}
    assert {each.instead for each in found} == {IDS[check].instead}


@pytest.mark.parametrize("check", IDS)
def test_each_trap_has_a_case_that_fires_beside_its_page(check: str) -> None:
    assert FOUND.get(check) or check in {"kql-many-mv-expands", "kql-many-joins"}  # their page is all there is to say


CLEAN = [
    "Resources | extend n = strlen(name), a = ago(1d) | join kind=inner (Resources) on id | order by id asc",
    "Resources | summarize n = count() by location",
    "Resources | distinct location",
    "Resources | count",
    "Resources | top 10 by id asc | project id",
    "union Resources, ResourceContainers | project id | order by id asc",
    "Resources | order by id asc | extend a = 1 | where a == 1 | project id, a | take 10",
    "Resources | mv-expand x = properties.list to typeof(string) limit 128 | project id, x | order by id asc",
    "Resources | where type == 'microsoft.compute/disks' | order by id asc",
    "Resources | where type in ('microsoft.compute/disks', 'microsoft.web/sites') | order by id asc",
    RULE + "Resources | where type =~ 'microsoft.compute/disks'",
    RULE + "Resources | where type has 'disk' | project id, name",
    RULE + "Resources | order by name asc | project id",
    RULE + "Resources | where type in~ ('microsoft.compute/disks', 'a/b') | summarize n = count() by id",
    RULE + "Resources | where not(type =~ 'a/b') | union (Resources | where type =~ 'Microsoft.Compute/disks')",
    RULE + "HealthResources | where type =~ 'a/b' | project id = tostring(properties.targetResourceId)",
    RULE + "Resources | extend k = tolower(id) | join kind=inner (HealthResources | where type =~ 'a/b'"
    " | project k = tolower(id) | top 5 by k) on k",
    VAULTS.replace("// source", "// table: recoveryservicesresources\n// source") + "RecoveryServicesResources",
    RULE.replace("// type: Microsoft.Compute/disks\n", "") + "Resources | where type =~ 'a/b'",
    "Resources | where name matches regex '^[a-z]+\\\\d$' and name matches regex tostring(kind) | order by id asc",
    "Resources | where id =~ '/X' and tolower(id) == '/x' and name != '' and id in~ ('/a') | order by id asc",
    "Resources | where 'microsoft.compute/disks' == type and tostring(type) != 'a/b' | order by id asc",
    "Resources | extend t = tolower(type), u = strcat(type, 'A') | where t == 'A/b' and u == 'xA' | order by id asc",
    "Resources | extend id = tolower(id) | where id == '/x' | order by id asc",
    "Resources | extend name = tostring(split(id, '/')[2]) | where name == 'x' | order by id asc",
    "Resources | where tags['id'] == 'x' and tags.name == 'y' and sku.name == 'Standard' | order by id asc",
    "Resources | where subscriptionId == 's' and location == 'westeurope' | order by id asc",
    "Resources | join kind=inner (ResourceContainers | project subscriptionId) on subscriptionId | order by id asc",
    "Resources | join kind=leftouter (Resources | where type has 'x') on id | order by id asc",
    "Resources | join kind=innerunique (ResourceContainers) on subscriptionId | order by id asc",
    "Resources | extend k = tolower(id) | join kind=inner (DnsResources | extend k = tolower(id)) on k | top 3 by id",
    (
        "Resources | extend k = tolower(id) | extend n = k | join kind=inner (DnsResources | project n = tolower(id))"
        " on n | order by id asc"
    ),
    (
        "Resources | project id, n = tolower(name) | join kind=leftouter (Resources | project id = properties.x, n ="
        " tolower(name)) on n | order by id asc"
    ),
    "Resources | where properties.n == 3 and properties.on == true and name has '3' | order by id asc",
    "Resources | extend s = tostring(properties.state) | order by s asc, id asc",
    "Resources | summarize n = count() by tostring(sku.name)",
    "Resources | where properties.a == 'x' and tostring(properties.a) == tostring(properties.b) | order by id asc",
    "Resources | where isnull(properties.x) and isempty(managedBy) and isnotnull(tags) | order by id asc",
    "resources | where name =~ 'http://x' // mv-expand, join | order by name\n| order by id asc",
    "Resources | where name has '| mv-expand x | join (y) on id' | order by id asc",
]


@pytest.mark.parametrize("kql", CLEAN)
def test_nothing_is_told_of_what_is_no_trap(kql: str) -> None:
    assert lint(kql) == []


@pytest.mark.parametrize("comparison", ["name == 1", "1 == name", "id in (1, 2)", "name != true"])
def test_nobody_is_told_to_compare_a_number_in_any_case(comparison: str) -> None:
    assert "kql-case-sensitive" not in checks(f"Resources | where {comparison} | order by id asc")
