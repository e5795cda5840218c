"""What the name of a property says of its value."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from tenantlint.scrub.parts import split_words

if TYPE_CHECKING:
    from tenantlint.model import Json


class Role(StrEnum):
    """What the texts of a property hold."""

    VALUE = "a value: a word of the service is kept"
    NAME = "a name: only one that Microsoft gives is kept"
    FREE = "what a person wrote: no word of it is kept"
    KEY = "a key that somebody chose: only the prefix by which a service marks what is its own is kept"
    REGION = "a region"
    VERSION = "a version"
    IMAGE = "the offer or SKU of an image"
    SYSTEM = "the name of a system"
    PUBLISHER = "the publisher of an image"
    ACTION = "actions that a role allows"
    DESTINATION = "addresses, or the service tag that stands for them"
    SECRET = "a secret"  # noqa: S105 - says what a property holds
    SEALED = "secrets, all the way down"


class Spot(NamedTuple):
    """A place in a row: what texts there hold, whether keys there are data, and the key above, in lower case."""

    role: Role = Role.VALUE
    keys_are_data: bool = False
    above: str = ""


ROW: Final = Spot()

_FREE: Final = split_words("tags labels annotations nodelabels hiddentags defaulttags")
_SEALED: Final = split_words("protectedsettings protectedparameters secureparameters secureobject")
_BY_NAME: Final = split_words("""
    userassignedidentities parameters variables outputs environmentvariables appsettings configurationarguments
    nodetaints delegatedresources connectionstrings
""")
"""Maps whose keys are ids, or names that somebody chose."""

_SECRET: Final = re.compile(
    r"(password|passwd|passphrase|pwd|secret|token|credential|credentials|connectionstring|signature|sas|cookie|key)\d?$"
)
_KEY: Final = re.compile(r"[A-Za-z](?:[A-Za-z0-9]{0,62}[A-Za-z])?\d?", re.ASCII)
"""How the service spells the name of a property. Names of resources often end in a longer number."""
_LONGEST: Final = 64
"""Characters of the longest name of a property."""
_KNOWN_KEYS: Final = frozenset(
    {"$schema", "$ref", "odata.type", "@odata.type", "sha256", "sha512", "base64", "x509", "type", "value", "effect"}
)

_OF_PUBLISHER: Final = split_words("publisher imagepublisher")
_OF_IMAGE: Final = split_words("offer sku product version exactversion name imageoffer imagesku")
_IMAGES: Final = split_words("imagereference sourceimagereference plan purchaseplan identifier recommendedmachineimage")
_SYSTEMS: Final = split_words("osname ossku osedition operatingsystem")
_SKUS: Final = split_words("sku skus currentsku requestedsku")
_OF_SKUS: Final = split_words("skuname tiername vmsizename pricingtiername")
_ACTIONS: Final = split_words("actions notactions dataactions notdataactions")
_NAMES: Final = split_words("resourcegroup subscriptionid tenantid owner title description")


@lru_cache(maxsize=1 << 14)
def _below(above: str, key: str) -> Spot:
    if not is_property(key):
        return ROW
    low = key.lower()
    if low in _FREE:
        return Spot(Role.FREE, keys_are_data=True, above=low)
    if low in _SEALED:
        return Spot(Role.SEALED, above=low)
    return Spot(_role(above, low), keys_are_data=low in _BY_NAME, above=low)


def below(spot: Spot, key: str) -> Spot:
    """Return the place that *key* leads to from *spot*. What a person wrote is so all the way down."""
    if spot.role in (Role.FREE, Role.SEALED):
        return spot
    return _below(spot.above, key) if len(key) <= _LONGEST else ROW


@lru_cache(maxsize=1 << 14)
def _is_property(key: str) -> bool:
    return bool(_KEY.fullmatch(key)) or key in _KNOWN_KEYS


def elements(spot: Spot) -> Spot:
    """Return the place that the elements of a list at *spot* are in: only the keys of a map itself are data."""
    return spot if spot.role is Role.FREE else spot._replace(keys_are_data=False)


def is_secret(value: Json, spot: Spot) -> bool:
    """Tell whether *value*, which is no text, is a secret as a whole. An object that is called a key only holds one."""
    if spot.role is Role.SEALED:
        return not isinstance(value, bool)
    return spot.role is Role.SECRET and isinstance(value, (int, float)) and not isinstance(value, bool)


def is_property(key: str) -> bool:
    """Tell whether *key* looks like the name of a property, which the service chose, rather than like data."""
    return len(key) <= _LONGEST and _is_property(key)


def _role(above: str, low: str) -> Role:  # noqa: PLR0911 - one line per role
    if low in _OF_PUBLISHER:
        return Role.PUBLISHER
    if above in _IMAGES and low in _OF_IMAGE:
        return Role.IMAGE
    if low in _SYSTEMS:
        return Role.SYSTEM
    if above in _SKUS or low in _SKUS or low in _OF_SKUS:
        return Role.VALUE
    if low in _ACTIONS:
        return Role.ACTION
    if low.endswith(("location", "locations", "region", "regions")):
        return Role.REGION
    if low.endswith(("addressprefix", "addressprefixes")):
        return Role.DESTINATION
    if low.endswith(("version", "versions")):
        return Role.VERSION
    if _SECRET.search(low):
        return Role.SECRET
    return Role.NAME if low.endswith("name") or low in _NAMES else Role.VALUE
