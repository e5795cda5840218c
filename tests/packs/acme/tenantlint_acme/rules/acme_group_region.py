"""Resource groups must be in a region that holds others of the subscription, too.

## Why
A resource group in a region of its own is forgotten when the others move.

## Fix
Move what is in it: `az resource move --destination-group <group> --ids <ids>`
"""

from tenantlint import Context, Document, FactTables, Resource, Verdict, fact, rule

POLICY = Document("Acme landing zones", "2026-02-01", "https://acme.example/zones")


@fact(name="acme_groups_by_region", reads=["acme_groups"])
def acme_groups_by_region(tables: FactTables) -> dict[tuple[str, str], int]:
    columns = ("subscriptionId", "location")
    return {(str(where), str(region)): count for (where, region), count in tables.counts("acme_groups", *columns)}


@rule(
    id="acme-group-region",
    on="acme_groups",
    noun="resource group",
    level="note",
    reads=["acme_groups_by_region"],
    sources=[POLICY],
)
def acme_group_region(group: Resource, ctx: Context) -> Verdict:
    region = group.text("location")
    if not region:
        return group.not_evaluable(absent="location")
    groups = ctx.fact("acme_groups_by_region", dict)
    if groups[(group.text("subscriptionId"), region)] > 1:
        return group.compliant()
    return group.violation(f"is the only one in {region}", level="note", evidence={"location": region})
