"""Where a finding is, as reports show it: the resource's id and its resource group."""

from __future__ import annotations

import re
from typing import Final

from tenantlint.untrusted import LONGEST, visible

_GROUP: Final = re.compile(r"/resourcegroups/([^/]*)", re.IGNORECASE | re.ASCII)


def visible_id(resource_id: str) -> str:
    """Make an id visible segment by segment: ids may be longer than any name."""
    seen = resource_id.isascii() and resource_id.isprintable() and len(resource_id) <= LONGEST
    return resource_id if seen else "/".join(map(visible, resource_id.split("/")))


def resource_group(resource_id: str) -> str:
    """Return the name of the group that a resource lies in, as the id spells it; empty where it lies in none."""
    found = _GROUP.search(resource_id)
    return visible(found[1]) if found else ""
