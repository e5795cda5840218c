"""What is decided about one VM before any row is written."""

from typing import NamedTuple

from bench.synthetic import rates
from bench.synthetic.draws import DRAWS, digest, pick
from bench.synthetic.images import DATABRICKS_IMAGE, IMAGES, Image
from bench.synthetic.key_vaults import KeyVault, key_vault
from bench.synthetic.places import Place
from bench.synthetic.tenant import VMS_PER_GROUP, Group, Subscription, Tenant, group_of

HUGE_DISKS = 20
CLUSTER_NODES = 2


class Draws(NamedTuple):
    """One draw of 16 bits for each decision about a VM, so that no decision disturbs another."""

    image: int
    size: int
    data_disks: int
    accelerated: int
    storage: int
    host_encryption: int
    protection: int
    vault: int
    besides: int
    policy: int
    encryption: int
    key_access: int
    key: int
    luks: int
    spelling: int
    extension: int
    assignment: int
    created: int
    backed_up: int
    owner: int
    zone: int
    power: int
    identity: int
    sku: int
    special_disks: int
    exclusion: int
    agent: int
    purpose: int
    network: int
    address: int


class Encryption(NamedTuple):
    """Azure Disk Encryption of a VM, and the key vault that holds the secrets and perhaps the key around them."""

    flavour: str
    vault: KeyVault
    wrapped: bool
    all_volumes: bool


class Machine(NamedTuple):
    """A VM, numbered within its subscription.

    `seen_place` is its place as other resources spell it: in another casing for every fifth VM.
    """

    number: int
    name: str
    digits: str
    draws: Draws
    subscription: Subscription
    group: Group
    seen_place: Place
    image: Image
    data_disks: int
    accelerated: bool
    storage: str
    special_disks: str
    protection: str
    encryption: Encryption | None
    luks: str
    agent: str
    purpose: str
    network: str

    @property
    def id(self) -> str:
        """The id, as the provider spells it."""
        return self.group.place.id_of("Microsoft.Compute/virtualMachines", self.name)

    @property
    def seen_id(self) -> str:
        """The id, as other resources spell it."""
        return self.seen_place.id_of("Microsoft.Compute/virtualMachines", self.name)

    @property
    def encrypts_host(self) -> bool:
        """Whether it is encrypted at host; never together with a hint at LUKS, which would then be none."""
        return self.luks == "none" and pick(self.draws.host_encryption, rates.HOST_ENCRYPTION)

    @property
    def runs(self) -> bool:
        """Whether it runs. The others are deallocated."""
        return self.draws.power % 10 > 0

    @property
    def shares_disk(self) -> bool:
        """Whether it is a node of its group's cluster, which has a disk that all nodes attach."""
        return self.group.cluster and self.number % VMS_PER_GROUP < CLUSTER_NODES and self.storage == "managed"


def machine(tenant: Tenant, number: int) -> Machine:
    """Decide everything about the VM with this number."""
    subscription = tenant.subscription_of(number)
    local = number - subscription.first
    group = group_of(tenant.seed, subscription, local // VMS_PER_GROUP)
    data = digest(tenant.seed, f"vm/{number}")
    draws = Draws._make(DRAWS.unpack(data)[: len(Draws._fields)])
    image = DATABRICKS_IMAGE if group.databricks else pick(draws.image, IMAGES)
    encryption = _encryption(draws, tenant, subscription, group)
    storage = pick(draws.storage, rates.STORAGE)
    special = pick(draws.special_disks, rates.SPECIAL_DISKS) if storage == "managed" else "none"
    return Machine(
        number=local,
        name=f"vm-{image.system[:3].lower()}-{local:07}",
        digits=data.hex(),
        draws=draws,
        subscription=subscription,
        group=group,
        seen_place=_respelled(group.place, pick(draws.spelling, rates.SPELLING)),
        image=image,
        data_disks=_data_disks(pick(draws.data_disks, rates.DATA_DISKS), special),
        accelerated=pick(draws.accelerated, rates.ACCELERATED),
        storage=storage,
        special_disks=special,
        protection=_protection(draws, subscription, group, encryption),
        encryption=encryption,
        luks=pick(draws.luks, rates.LUKS) if image.system == "Linux" and encryption is None else "none",
        agent=pick(draws.agent, rates.AGENT),
        purpose=pick(draws.purpose, rates.PURPOSE),
        network=pick(draws.network, rates.NETWORK),
    )


def _data_disks(drawn: int, special: str) -> int:
    if special == "huge":
        return HUGE_DISKS
    return max(1, drawn) if special in {"ultra", "premium-v2", "confidential"} else drawn


def _encryption(draws: Draws, tenant: Tenant, subscription: Subscription, group: Group) -> Encryption | None:
    flavour = pick(draws.encryption, rates.ENCRYPTION)
    if flavour == "none" or group.databricks:
        return None
    access = pick(draws.key_access, rates.KEY_ACCESS)
    vault = key_vault(subscription, group.slot, access)
    if draws.key % 60 == 0:
        vault = key_vault(subscription, 1 if group.slot == 0 else 0, access)
    elif draws.key % 60 == 1:
        vault = key_vault(tenant.neighbour_of(subscription), 0, access)
    return Encryption(flavour, vault, wrapped=draws.key % 4 < 2, all_volumes=draws.key % 3 > 0)


def _protection(draws: Draws, subscription: Subscription, group: Group, encryption: Encryption | None) -> str:
    """Decide on a backup: none without a vault or in a group of Databricks, failing without access to the keys."""
    if group.databricks or not subscription.has_vault(group.slot):
        return "none"
    protection = pick(draws.protection, rates.PROTECTION)
    refused = encryption is not None and not encryption.vault.admits_backup
    return "failing" if refused and protection == "protected" else protection


def _respelled(place: Place, spelling: str) -> Place:
    if spelling == "same":
        return place
    return place._replace(group=place.group.upper() if spelling == "upper" else place.group.lower())
