"""A VM must not be the only one in its resource group."""

from collections import Counter

from tenantlint import Context, Document, Fact, FactTables, Resource, Rule, Verdict, fact, hookimpl, rule

TENANTLINT_API = "1.0"
POLICY = Document("Acme resilience policy", "2026-03-01", "https://acme.example/resilience")


@fact(name="acme_vms_by_group", reads=["virtual_machines"])
def acme_vms_by_group(tables: FactTables) -> Counter[str]:
    counts: Counter[str] = Counter()
    for (subscription, group), rows in tables.counts("virtual_machines", "subscriptionId", "resourceGroup"):
        counts[f"{subscription}/{group}".lower()] += rows  # names of groups are the same in any case
    return counts


@rule(
    id="acme-lonely-vm",
    on="virtual_machines",
    noun="VM",
    level="warning",
    reads=["acme_vms_by_group"],
    sources=[POLICY],
)
def acme_lonely_vm(vm: Resource, ctx: Context) -> Verdict:
    group = vm.text("resourceGroup")
    if group is None:
        return vm.not_evaluable(absent="resourceGroup")
    if ctx.fact("acme_vms_by_group", Counter)[f"{vm.subscription_id}/{group}".lower()] > 1:
        return vm.compliant()
    return vm.violation("is the only VM in its resource group", level="warning", evidence={"resourceGroup": group})


@hookimpl
def register_facts() -> list[Fact]:
    return [acme_vms_by_group]


@hookimpl
def register_rules() -> list[Rule]:
    return [acme_lonely_vm]
