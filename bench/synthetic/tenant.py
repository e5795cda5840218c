"""The plan of a synthetic tenant: its subscriptions, their regions and sizes, and which VM belongs where."""

from bisect import bisect_right
from itertools import accumulate
from typing import NamedTuple

from bench.synthetic.draws import draws, named_guid, odds, pick
from bench.synthetic.places import Place

VMS_PER_SUBSCRIPTION = 500
VMS_PER_GROUP = 12
FEWEST_SUBSCRIPTIONS = 3

REGIONS = (
    "westeurope", "northeurope", "eastus", "eastus2", "westus3", "uksouth",
    "germanywestcentral", "swedencentral", "southeastasia", "japaneast", "australiaeast", "brazilsouth",
)  # fmt: skip
REGIONS_PER_SUBSCRIPTION = 4
REGION_SHARES = odds({1: 2500, 2: 1500, 3: 1000}, rest=0)
CENTRAL_SHARES = odds({1: 1000, 2: 600, 3: 400}, rest=0)
"""The regions of the first subscription, whose first vaults are thus fuller than they should be."""
DATABRICKS = odds({True: 600}, rest=False)
CLUSTERS = odds({True: 300}, rest=False)
SUBNETS = odds({"egress": 1500, "guarded": 1000, "restricted": 150, "isolated": 100}, rest="app")
GROUPS_OF_FIRST_VAULT = 170
GROUPS_PER_VAULT = 85
UNITS = ("Retail", "Finance", "Logistics", "Research", "Platform")
STAGES = ("prod", "prod", "test", "dev")


class Subscription(NamedTuple):
    """A subscription with the VMs numbered `first` to `first + vms - 1`."""

    number: int
    tenant: str
    id: str
    name: str
    first: int
    vms: int
    regions: tuple[str, ...]

    def place(self, purpose: str, slot: int) -> Place:
        """Return the resource group for a purpose in one of the regions."""
        region = self.regions[slot]
        return Place(self.tenant, self.id, f"rg-{self.name}-{purpose}-{region}", region)

    def has_vault(self, slot: int) -> bool:
        """Tell whether there is a vault: every fourth subscription lacks one in the region that it uses least."""
        return self.number % 4 != 1 or slot != REGIONS_PER_SUBSCRIPTION - 1

    @property
    def vaults_per_region(self) -> int:
        """How many vaults there are in each region that has any: one, and more as the groups grow in number."""
        return 1 + vault_number((self.vms - 1) // VMS_PER_GROUP)


class Group(NamedTuple):
    """A resource group with up to twelve VMs and one storage account."""

    number: int
    place: Place
    slot: int
    account: str
    databricks: bool
    cluster: bool
    subnet: str


class Tenant(NamedTuple):
    """The whole plan. It grows with the subscriptions, not with the VMs."""

    seed: int
    vms: int
    id: str
    backup_service: str
    subscriptions: tuple[Subscription, ...]
    ends: tuple[int, ...]

    def subscription_of(self, vm: int) -> Subscription:
        """Find the subscription that holds the VM with this number."""
        return self.subscriptions[bisect_right(self.ends, vm)]

    def neighbour_of(self, subscription: Subscription) -> Subscription:
        """Return another subscription, whose resources are sometimes taken for its own."""
        return self.subscriptions[(subscription.number + 1) % len(self.subscriptions)]


def plan_tenant(vms: int, seed: int) -> Tenant:
    """Lay out a tenant. `backup_service` is the object id of Azure Backup's service principal in it."""
    tenant = named_guid(seed, "tenant")
    counts = subscription_sizes(vms)
    ends = tuple(accumulate(counts))
    subscriptions = tuple(
        _plan_subscription(seed, tenant, number, end - count, count)
        for number, (count, end) in enumerate(zip(counts, ends, strict=True))
    )
    return Tenant(seed, vms, tenant, named_guid(seed, "backup service"), subscriptions, ends)


def subscription_sizes(vms: int) -> list[int]:
    """Count the VMs per subscription: a fifth in the first, the rest falling off by rank."""
    others = max(FEWEST_SUBSCRIPTIONS, vms // VMS_PER_SUBSCRIPTION) - 1
    first = vms // 5
    weights = [10**9 // (rank + 3) for rank in range(others)]
    ends = [(vms - first) * weight // sum(weights) for weight in accumulate(weights)]
    return [first, *(end - start for start, end in zip([0, *ends], ends, strict=False))]


def _plan_subscription(seed: int, tenant: str, number: int, first: int, vms: int) -> Subscription:
    region, unit, stage, *_ = draws(seed, f"subscription/{number}")
    # 5 and the 12 regions share no factor, so that a subscription's regions differ.
    regions = tuple(REGIONS[(region + 5 * slot) % len(REGIONS)] for slot in range(REGIONS_PER_SUBSCRIPTION))
    name = f"{pick(unit, UNITS)}-{pick(stage, STAGES)}-{number:04}"
    return Subscription(number, tenant, named_guid(seed, f"subscription/{number}"), name, first, vms, regions)


def vault_number(group: int) -> int:
    """Return the number, within its region, of the vault that is for the resource group with this number."""
    if group < GROUPS_OF_FIRST_VAULT:
        return 0
    return 1 + (group - GROUPS_OF_FIRST_VAULT) // GROUPS_PER_VAULT


def group_of(seed: int, subscription: Subscription, number: int) -> Group:
    """Plan the resource group with this number in its subscription."""
    region, databricks, cluster, subnet, *_ = draws(seed, f"group/{subscription.number}/{number}")
    slot = pick(region, REGION_SHARES if subscription.number else CENTRAL_SHARES)
    managed = pick(databricks, DATABRICKS)
    name = f"{'databricks-rg' if managed else 'rg'}-{subscription.name}-App{number:05}"
    place = Place(subscription.tenant, subscription.id, name, subscription.regions[slot])
    account = f"st{subscription.number:05}{number:07}"
    shares_disk = pick(cluster, CLUSTERS) and not managed
    return Group(number, place, slot, account, managed, shares_disk, pick(subnet, SUBNETS))
