"""The controls of public frameworks that rules serve.

Those of the Microsoft cloud security benchmark come with the controls of other frameworks to which Microsoft itself
maps them: https://learn.microsoft.com/security/benchmark/azure/mcsb-backup-recovery
"""

from __future__ import annotations

from typing import Final, TypeAlias

from tenantlint import Control, Taxonomy

Controls: TypeAlias = tuple[Control, ...]

MCSB: Final = Taxonomy(
    "mcsb",
    "Microsoft cloud security benchmark",
    "1",
    "Microsoft",
    "https://learn.microsoft.com/security/benchmark/azure/overview",
)
CIS: Final = Taxonomy(
    "cis-controls",
    "CIS Critical Security Controls",
    "8",
    "Center for Internet Security",
    "https://www.cisecurity.org/controls/v8",
)
NIST: Final = Taxonomy(
    "nist-800-53",
    "Security and Privacy Controls for Federal Information Systems and Organizations (SP 800-53)",
    "Revision 4",
    "National Institute of Standards and Technology",
    "https://csrc.nist.gov/pubs/sp/800/53/r4/upd3/final",
)

_PLAN: Final = Control(NIST, "CP-2", "Contingency Plan")
_PLAN_TESTING: Final = Control(NIST, "CP-4", "Contingency Plan Testing")
_ALTERNATE_SITE: Final = Control(NIST, "CP-6", "Alternate Storage Site")
_SYSTEM_BACKUP: Final = Control(NIST, "CP-9", "Information System Backup")
_PROTECT_RECOVERY_DATA: Final = Control(CIS, "11.3", "Protect Recovery Data")

BACK_UP: Final[Controls] = (
    Control(MCSB, "BR-1", "Ensure regular automated backups"),
    Control(CIS, "11.2", "Perform Automated Backups"),
    _PLAN,
    _PLAN_TESTING,
    _SYSTEM_BACKUP,
)
"""What is worth it is backed up, regularly and by itself."""

PROTECT_BACKUPS: Final[Controls] = (
    Control(MCSB, "BR-2", "Protect backup and recovery data"),
    _PROTECT_RECOVERY_DATA,
    _ALTERNATE_SITE,
    _SYSTEM_BACKUP,
)
"""Backups outlive disasters, mistakes and attackers, and only the right people get at them."""

MONITOR_BACKUPS: Final[Controls] = (
    Control(MCSB, "BR-3", "Monitor backups"),
    _PROTECT_RECOVERY_DATA,
    _SYSTEM_BACKUP,
)
"""Somebody notices where backups are missing or fail."""

TEST_BACKUPS: Final[Controls] = (
    Control(MCSB, "BR-4", "Regularly test backup"),
    Control(CIS, "11.5", "Test Data Recovery"),
    _PLAN_TESTING,
    _SYSTEM_BACKUP,
)
"""Backups are restored now and then, to see that they can be."""
