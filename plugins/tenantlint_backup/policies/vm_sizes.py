"""What the name of a VM size tells: whether it takes premium storage, and whether it is an Azure Boost size."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_SIZE: Final = re.compile(
    r"(?:standard|basic)_(?P<family>[a-z]+)\d+(?:-\d+)?(?P<features>[a-z]*)(?P<rest>(?:_[a-z0-9]+)*)"
)
_VERSION: Final = re.compile(r"_v(\d{1,2})(?:_|$)")  # "_V710_" names an accelerator
_FIRST_BOOST_OF_INTEL: Final = 6
_FIRST_BOOST_OF_AMD: Final = 7


@dataclass(frozen=True, slots=True)
class VmSize:
    """A size of VMs. ``boost`` is None where the documents do not say whether it counts as an Azure Boost size."""

    premium: bool
    boost: bool | None


@lru_cache(maxsize=1024)  # a tenant's VMs are of some dozen sizes
def vm_size(name: str) -> VmSize | None:
    """Read the *name* of a size ("Standard_D4as_v5"); None where it does not follow Azure's naming.

    An "s" stands for premium storage; older sizes have it in their family ("DS2_v2"). An "a" stands for AMD, a "p" for
    Arm, anything else is Intel.
    """
    read = _SIZE.fullmatch(name.lower())
    if not read:
        return None
    family, features = read["family"], read["features"]
    version = _VERSION.search(read["rest"])
    number = int(version[1]) if version else 1
    if "p" in features:
        boost = None if number >= _FIRST_BOOST_OF_INTEL else False
    else:
        boost = number >= (_FIRST_BOOST_OF_AMD if "a" in features else _FIRST_BOOST_OF_INTEL)
    return VmSize("s" in features or family.endswith("s"), boost)
