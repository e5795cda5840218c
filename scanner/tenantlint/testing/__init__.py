"""What authors of plugins test with: the real host, rows that a test spells out, real KQL, and no Azure."""

from tenantlint.table_columns import columns_of
from tenantlint.testing.backups import a_policy, a_protected_item, a_vault
from tenantlint.testing.building import a_resource, a_row, an_id, changed
from tenantlint.testing.copying import tenant_copy
from tenantlint.testing.fixtures import CopyOf, Golden, Judge, LocalGraph
from tenantlint.testing.golden import compare_with_golden, normalised
from tenantlint.testing.graphs import TenantGraph, open_graph
from tenantlint.testing.judging import Judged, judge_copy
from tenantlint.testing.merging import ABSENT, Row
from tenantlint.testing.projecting import with_plugins
from tenantlint.testing.resources import (
    a_disk,
    a_key_vault,
    a_network_interface,
    a_storage_account,
    a_subscription,
    a_virtual_network,
    a_vm,
)
from tenantlint.testing.running import NOW, run

__all__ = [
    "ABSENT",
    "NOW",
    "CopyOf",
    "Golden",
    "Judge",
    "Judged",
    "LocalGraph",
    "Row",
    "TenantGraph",
    "a_disk",
    "a_key_vault",
    "a_network_interface",
    "a_policy",
    "a_protected_item",
    "a_resource",
    "a_row",
    "a_storage_account",
    "a_subscription",
    "a_vault",
    "a_virtual_network",
    "a_vm",
    "an_id",
    "changed",
    "columns_of",
    "compare_with_golden",
    "judge_copy",
    "normalised",
    "open_graph",
    "run",
    "tenant_copy",
    "with_plugins",
]
