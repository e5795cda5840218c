"""Packs on disk: a new one, and where in an old one a new rule belongs."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tenantlint.errors import UsageError
from tenantlint.folders import refuse_existing
from tenantlint.new.naming import pack_name, rule_id
from tenantlint.new.templates import CASES, RULES, examples, pack_files, rule_files, write_new
from tenantlint.version import API_VERSION, __version__

if TYPE_CHECKING:
    from tenantlint.catalog import Catalog
    from tenantlint.new.kinds import Kind

PROJECT: Final = "pyproject.toml"
GROUP: Final = "tenantlint"
_HINT: Final = "`tenantlint new plugin NAME` makes a pack; run this in its folder, or name that: --pack DIR"


@dataclass(frozen=True, slots=True)
class Made:
    """What was written: the folder of the pack, its files, and the ids of the rules."""

    folder: Path
    files: list[Path]
    rules: list[str]


def new_pack(text: str, into: Path | None, catalog: Catalog) -> Made:
    """Write a pack called *text*, by default to a folder named as its distribution. Raises ``UsageError``."""
    name = pack_name(text, catalog)
    folder = into or Path(name.distribution)
    refuse_existing(folder, "packs")
    rules = examples(name.name)
    words = {"name": name.name, "distribution": name.distribution, "package": name.package, "rule": min(rules)}
    found = list(pack_files({**words, "api": API_VERSION, "version": __version__}))
    for rule, kind in rules.items():
        found += rule_files(rule, kind, f"src/{name.package}")
    return Made(folder, write_new(folder, found), sorted(rules))


def new_rule(text: str, kind: Kind, pack: Path) -> Made:
    """Write a rule called *text*, and cases for it, into the *pack* in that folder. Raises ``UsageError``."""
    package = _package_of(pack)
    cases = pack / CASES
    rule = rule_id(text, {folder.name for folder in cases.iterdir()} if cases.is_dir() else set())
    found = list(rule_files(rule, kind, package.relative_to(pack).as_posix()))
    for path, _ in found:
        if (pack / path).exists():
            raise UsageError(f"{pack / path} exists already", hint="rules are never overwritten")
    return Made(pack, write_new(pack, found), [rule])


def _package_of(pack: Path) -> Path:
    """Return the folder of the package that *pack* contributes to tenantlint, and in which its rules are."""
    names = _entry_points(pack)
    folders = [pack / root / name.partition(":")[0].replace(".", "/") for name in names for root in ("src", "")]
    found = next((folder for folder in folders if (folder / RULES).is_dir()), None)
    if found is None:
        where = " or ".join(f"{folder.relative_to(pack).as_posix()}/{RULES}" for folder in folders)
        raise UsageError(f"the pack in {pack.resolve()} has no folder {where}", hint=_HINT)
    return found


def _entry_points(pack: Path) -> list[str]:
    file = pack / PROJECT
    try:
        project: dict[str, Any] = tomllib.loads(file.read_text("utf-8"))
        names = project["project"]["entry-points"][GROUP].values()
    except OSError as error:
        raise UsageError(f"there is no pack in {pack.resolve()}: cannot read {file}", hint=_HINT) from error
    except ValueError as error:
        raise UsageError(f"{file} is not TOML: {error}") from error
    except (AttributeError, KeyError, TypeError) as error:
        raise UsageError(f"{file} has no table [project.entry-points.{GROUP}]", hint=_HINT) from error
    return [name for name in names if isinstance(name, str)]
