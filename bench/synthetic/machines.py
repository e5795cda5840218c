"""What is decided about one VM before any row is written, each at the rate at which large tenants show it."""

from typing import NamedTuple

from bench.synthetic.draws import DRAWS, digest, odds, pick
from bench.synthetic.images import DATABRICKS_IMAGE, IMAGES, Image
from bench.synthetic.key_vaults import KeyVault, key_vault
from bench.synthetic.places import Place
from bench.synthetic.tenant import VMS_PER_GROUP, Group, Subscription, Tenant, group_of

DATA_DISKS = odds(
    {0: 2500, 2: 1800, 3: 1000, 4: 900, 6: 450, 8: 150, 17: 20, 24: 15, 32: 15, 33: 10, 40: 8, 64: 2}, rest=1
)
ACCELERATED = odds({True: 50}, rest=False)
STORAGE = odds({"unmanaged": 20, "unseen": 5}, rest="managed")
PROTECTION = odds(
    {"none": 850, "stopped": 150, "soft-deleted": 100, "error": 100, "pending": 50, "suspended": 20, "failing": 150},
    rest="protected",
)
VAULT = odds({"other region": 20, "other subscription": 10}, rest="own")
BESIDES = odds({"workload": 100, "orphan": 50, "leftover": 30}, rest="nothing")
ENCRYPTION = odds({"single": 220, "dual": 60, "undone": 20}, rest="none")
KEY_ACCESS = odds(
    {"lacking": 1000, "group": 200, "gone": 200, "administrator": 2500, "custom-role": 1500}, rest="policy"
)
HOST_ENCRYPTION = odds({True: 1500}, rest=False)
LUKS = odds({"script": 20, "run-command": 10, "assignment": 15, "tag": 5}, rest="none")
SPELLING = odds({"upper": 1200, "lower": 800}, rest="same")


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
    protection: str
    encryption: Encryption | None
    luks: str

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
        return self.luks == "none" and pick(self.draws.host_encryption, HOST_ENCRYPTION)

    @property
    def runs(self) -> bool:
        """Whether it runs. The others are deallocated."""
        return self.draws.power % 10 > 0


def machine(tenant: Tenant, number: int) -> Machine:
    """Decide everything about the VM with this number."""
    subscription = tenant.subscription_of(number)
    local = number - subscription.first
    group = group_of(tenant.seed, subscription, local // VMS_PER_GROUP)
    data = digest(tenant.seed, f"vm/{number}")
    draws = Draws._make(DRAWS.unpack(data)[: len(Draws._fields)])
    image = DATABRICKS_IMAGE if group.databricks else pick(draws.image, IMAGES)
    encryption = _encryption(draws, subscription, group)
    return Machine(
        number=local,
        name=f"vm-{image.system[:3].lower()}-{local:07}",
        digits=data.hex(),
        draws=draws,
        subscription=subscription,
        group=group,
        seen_place=_respelled(group.place, pick(draws.spelling, SPELLING)),
        image=image,
        data_disks=pick(draws.data_disks, DATA_DISKS),
        accelerated=pick(draws.accelerated, ACCELERATED),
        storage=pick(draws.storage, STORAGE),
        protection=_protection(draws, subscription, group, encryption),
        encryption=encryption,
        luks=pick(draws.luks, LUKS) if image.system == "Linux" and encryption is None else "none",
    )


def _encryption(draws: Draws, subscription: Subscription, group: Group) -> Encryption | None:
    flavour = pick(draws.encryption, ENCRYPTION)
    if flavour == "none" or group.databricks:
        return None
    vault = key_vault(subscription, group.slot, pick(draws.key_access, KEY_ACCESS))
    return Encryption(flavour, vault, wrapped=draws.key % 2 == 0, all_volumes=draws.key % 3 > 0)


def _protection(draws: Draws, subscription: Subscription, group: Group, encryption: Encryption | None) -> str:
    """Decide on a backup: none without a vault or in a group of Databricks, failing without access to the keys."""
    if group.databricks or not subscription.has_vault(group.slot):
        return "none"
    protection = pick(draws.protection, PROTECTION)
    refused = encryption is not None and not encryption.vault.admits_backup
    return "failing" if refused and protection == "protected" else protection


def _respelled(place: Place, spelling: str) -> Place:
    if spelling == "same":
        return place
    return place._replace(group=place.group.upper() if spelling == "upper" else place.group.lower())
