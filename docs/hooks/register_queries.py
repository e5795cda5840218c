"""Resource groups must be named in lower case."""

from tenantlint import Context, Document, Resource, Rule, Table, Verdict, hookimpl, read_table, rule

TENANTLINT_API = "1.0"
POLICY = Document("Acme naming policy", "2026-03-01", "https://acme.example/naming")

# In a package this is the file acme_resource_groups.kql, and the hook returns tables_in(files(__name__)).
QUERY = """\
// Resource groups with their tags.
// partition: tenant
ResourceContainers
| where type =~ 'microsoft.resources/subscriptions/resourcegroups'
| project id, name, type, subscriptionId, tenantId, location, tags
| order by id asc
"""


@rule(id="acme-group-name", on="acme_resource_groups", noun="resource group", level="note", sources=[POLICY])
def acme_group_name(group: Resource, ctx: Context) -> Verdict:
    if group.name.islower():
        return group.compliant()
    return group.violation("is not named in lower case", level="note", evidence={"name": group.name})


@hookimpl
def register_queries() -> list[Table]:
    return [read_table("acme_resource_groups", QUERY, __name__)]


@hookimpl
def register_rules() -> list[Rule]:
    return [acme_group_name]
