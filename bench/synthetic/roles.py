"""Role definitions and role assignments: who may read the keys, and many that have nothing to do with it."""

from collections.abc import Iterator
from typing import NamedTuple

from bench.synthetic.draws import named_guid
from bench.synthetic.key_vaults import KeyVault
from bench.synthetic.places import Place, Row, resource
from bench.synthetic.tenant import Group, Tenant


class Role(NamedTuple):
    """A role definition: its GUID, what it allows to be managed, and what to be read."""

    guid: str
    actions: list[str]
    data_actions: list[str]


DEFINITIONS = "Microsoft.Authorization/RoleDefinitions"
ASSIGNMENTS = "Microsoft.Authorization/roleAssignments"
CUSTOM_ROLE = "Backup Key Reader"
VAULT_DATA = "Microsoft.KeyVault/vaults"
ROLES = {
    "Owner": Role("8e3af657-a8ff-443c-a75c-2fe8c4bcb635", ["*"], []),
    "Contributor": Role("b24988ac-6180-42a0-ab88-20f7382dd24c", ["*"], []),
    "Reader": Role("acdd72a7-3385-48ef-bd42-f606fba81ae7", ["*/read"], []),
    "Key Vault Administrator": Role(
        "00482a5a-887f-4fb3-b363-3b7fe8e74483", [f"{VAULT_DATA}/*/read"], [f"{VAULT_DATA}/*"]
    ),
    "Key Vault Secrets User": Role(
        "4633458b-17de-408a-b874-0445c86b69e6",
        [],
        [f"{VAULT_DATA}/secrets/getSecret/action", f"{VAULT_DATA}/secrets/readMetadata/action"],
    ),
    CUSTOM_ROLE: Role(
        "5d0e9d1c-3f5b-4c52-9d0c-6d1f7a5b2e11",
        [],
        [
            f"{VAULT_DATA}/keys/backup/action",
            f"{VAULT_DATA}/secrets/backup/action",
            f"{VAULT_DATA}/secrets/getSecret/action",
            f"{VAULT_DATA}/keys/read",
            f"{VAULT_DATA}/secrets/readMetadata/action",
        ],
    ),
}


def role_definition_rows(tenant: Tenant) -> Iterator[Row]:
    """Yield the rows of the tenant's role definitions, which belong to no subscription."""
    for name, role in ROLES.items():
        path = f"/providers/{DEFINITIONS}/{role.guid}"
        yield resource(Place(tenant.id, "", "", ""), DEFINITIONS, role.guid, _definition(tenant, name, role), id=path)


def _definition(tenant: Tenant, name: str, role: Role) -> Row:
    own = name == CUSTOM_ROLE
    return {
        "roleName": name,
        "type": "CustomRole" if own else "BuiltInRole",
        "description": name,
        "assignableScopes": [f"/providers/Microsoft.Management/managementGroups/{tenant.id}" if own else "/"],
        "permissions": [
            {"actions": role.actions, "notActions": [], "dataActions": role.data_actions, "notDataActions": []}
        ],
        "isServiceRole": False,
        "createdOn": "2021-03-04T10:11:12.0000000Z",
    }


def key_vault_assignment_rows(tenant: Tenant, vault: KeyVault) -> Iterator[Row]:
    """Yield what Azure Backup may do in a key vault with role-based access: enough, or too little."""
    service = (tenant.backup_service, "ServicePrincipal")
    if vault.access == "administrator":
        yield _assignment(tenant, vault.place, vault.id, "Key Vault Administrator", service)
    if vault.access == "custom-role":
        yield _assignment(tenant, vault.place, vault.place.id, CUSTOM_ROLE, service)
    if vault.access == "secrets-user":
        yield _assignment(tenant, vault.place, vault.id, "Key Vault Secrets User", service)


def group_assignment_rows(tenant: Tenant, group: Group) -> Iterator[Row]:
    """Yield a person who owns a resource group, and a pipeline that deploys to it."""
    person = (named_guid(tenant.seed, f"person/{group.number % 400}"), "User")
    pipeline = (named_guid(tenant.seed, f"pipeline/{group.place.subscription}"), "ServicePrincipal")
    yield _assignment(tenant, group.place, group.place.id, "Owner", person)
    yield _assignment(tenant, group.place, group.place.id, "Contributor", pipeline)


def _assignment(tenant: Tenant, place: Place, scope: str, role: str, principal: tuple[str, str]) -> Row:
    who, kind = principal
    name = named_guid(tenant.seed, f"assignment/{scope}/{role}/{who}")
    properties = {
        "scope": scope,
        "principalId": who,
        "principalType": kind,
        "roleDefinitionId": f"/providers/{DEFINITIONS}/{ROLES[role].guid}",
        "condition": None,
        "conditionVersion": None,
        "description": "",
        "createdOn": "2024-05-06T07:08:09.1234567Z",
        "updatedOn": "2024-05-06T07:08:09.1234567Z",
    }
    path = f"{scope}/providers/{ASSIGNMENTS}/{name}"
    return resource(place, ASSIGNMENTS, name, properties, id=path, location="")
