"""Rules that are written in files and not in Python: KQL whose rows are violations, and declarations in YAML."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from tenantlint.rule_files.found import RuleFiles


def rule_files(folder: Traversable, prefix: str = "", *, may_be_none: bool = False) -> RuleFiles:
    """Read the rule files in and below *folder*: what the hooks of a package that ships some return.

    *prefix* starts the ids of rules that a library in the layout of APRL brings; by default it is the folder's name.
    Raises ``RuleFileError`` with the file and the line of what cannot be meant, and where there is no rule file, unless
    there *may be none*.
    """
    from tenantlint.rule_files.folder import name_of, read_folder  # noqa: PLC0415 - whoever has none need not wait for it

    shown = str(folder).replace("\\", "/").rstrip("/")
    return read_folder(folder, prefix or name_of(folder), shown, may_be_none=may_be_none)
