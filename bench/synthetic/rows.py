"""All rows of a synthetic tenant, each with the name of the Resource Graph table that it belongs to."""

from collections.abc import Iterable, Iterator

from bench.synthetic.container_rows import group_row, shared_group_rows, subscription_row
from bench.synthetic.disk_rows import disk_rows, shared_disk_row
from bench.synthetic.draws import scattered
from bench.synthetic.extension_rows import extension_rows, guest_assignment_rows
from bench.synthetic.firewalls import firewall_rows, rule_group_rows
from bench.synthetic.item_rows import vm_item_rows
from bench.synthetic.key_vaults import key_vault_row, key_vaults
from bench.synthetic.machines import CLUSTER_NODES, Machine, machine
from bench.synthetic.networks import network_rows
from bench.synthetic.nic_rows import nic_rows
from bench.synthetic.other_machines import classic_rows, scale_set_rows, session_host_rows
from bench.synthetic.places import Row
from bench.synthetic.policy_rows import policy_rows
from bench.synthetic.recovery_vaults import project_vaults, regional_vaults, vault_row
from bench.synthetic.roles import group_assignment_rows, key_vault_assignment_rows, role_definition_rows
from bench.synthetic.storage_rows import account_row, file_share_item_rows
from bench.synthetic.tenant import VMS_PER_GROUP, Subscription, Tenant
from bench.synthetic.vm_rows import vm_row

RESOURCES = "Resources"
CONTAINERS = "ResourceContainers"
BACKUP = "RecoveryServicesResources"
AUTHORIZATION = "AuthorizationResources"
GUESTS = "GuestConfigurationResources"
NETWORK = "NetworkResources"
DESKTOPS = "DesktopVirtualizationResources"
TABLES = (AUTHORIZATION, DESKTOPS, GUESTS, NETWORK, BACKUP, CONTAINERS, RESOURCES)

Batch = tuple[str, Iterable[Row]]


def tenant_rows(tenant: Tenant) -> Iterator[Batch]:
    """Yield every row once, by small batches of one table each, in an order that mixes the subscriptions."""
    yield AUTHORIZATION, role_definition_rows(tenant)
    yield RESOURCES, firewall_rows(tenant)
    yield NETWORK, rule_group_rows(tenant)
    for number in scattered(len(tenant.subscriptions)):
        yield from _subscription_rows(tenant, tenant.subscriptions[number])
    for number in scattered(tenant.vms):
        vm = machine(tenant, number)
        yield from _vm_rows(tenant, vm)
        if vm.number % VMS_PER_GROUP == 0:
            yield from _group_rows(tenant, vm)


def _subscription_rows(tenant: Tenant, subscription: Subscription) -> Iterator[Batch]:
    yield CONTAINERS, [subscription_row(subscription)]
    yield CONTAINERS, shared_group_rows(subscription)
    for recovery_vault in regional_vaults(subscription):
        yield RESOURCES, [vault_row(tenant, recovery_vault)]
        yield BACKUP, policy_rows(subscription, recovery_vault)
    yield RESOURCES, (vault_row(tenant, recovery_vault) for recovery_vault in project_vaults(subscription))
    yield RESOURCES, network_rows(subscription)
    yield RESOURCES, scale_set_rows(subscription)
    yield RESOURCES, classic_rows(subscription)
    for vault in key_vaults(subscription):
        yield RESOURCES, [key_vault_row(tenant, vault)]
        yield AUTHORIZATION, key_vault_assignment_rows(tenant, vault)


def _vm_rows(tenant: Tenant, vm: Machine) -> Iterator[Batch]:
    yield RESOURCES, [vm_row(vm)]
    yield RESOURCES, disk_rows(vm)
    yield RESOURCES, nic_rows(vm)
    yield RESOURCES, extension_rows(vm)
    yield BACKUP, vm_item_rows(tenant, vm)
    yield GUESTS, guest_assignment_rows(vm)
    yield DESKTOPS, session_host_rows(vm)


def _group_rows(tenant: Tenant, vm: Machine) -> Iterator[Batch]:
    """Yield what a resource group holds besides VMs; it comes with the first of its VMs."""
    yield CONTAINERS, [group_row(vm.group.place)]
    yield RESOURCES, [account_row(tenant, vm.group)]
    yield BACKUP, file_share_item_rows(tenant, vm.subscription, vm.group)
    yield AUTHORIZATION, group_assignment_rows(tenant, vm.group)
    if vm.group.cluster:
        yield RESOURCES, _shared_disk_rows(tenant, vm)


def _shared_disk_rows(tenant: Tenant, first: Machine) -> Iterator[Row]:
    """Yield the row of the disk that the first VMs of a group share, if there are such."""
    others = range(1, min(CLUSTER_NODES, first.subscription.vms - first.number))
    nodes = [first, *(machine(tenant, first.subscription.first + first.number + other) for other in others)]
    sharing = [node.id for node in nodes if node.shares_disk]
    if sharing:
        yield shared_disk_row(first.group, sharing)
