"""Packs on disk: a new one, and where in an old one a new rule belongs."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tenantlint.errors import UsageError
from tenantlint.new.kinds import SUFFIXES
from tenantlint.new.naming import pack_name, pack_prefix, rule_id
from tenantlint.new.templates import CASES, RULES, examples, pack_files, rule_files, write_new
from tenantlint.rules import ID
from tenantlint.version import API_VERSION, __version__

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    rules = examples(name.name)
    words = {"name": name.name, "distribution": name.distribution, "package": name.package, "rule": min(rules)}
    found = list(pack_files({**words, "api": API_VERSION, "version": __version__}))
    for rule, kind in rules.items():
        found += rule_files(rule, kind, f"src/{name.package}")
    return Made(folder, write_new(folder, found), sorted(rules))


def new_rule(text: str, kind: Kind, pack: Path) -> Made:
    """Write a rule called *text*, and cases for it, into the *pack* in that folder. Raises ``UsageError``."""
    plugin, package = _package_of(pack)
    known = set(_known_rules(pack / CASES, package / RULES))
    rule = rule_id(text, pack_prefix(plugin, known), known)
    return Made(pack, write_new(pack, rule_files(rule, kind, package.relative_to(pack).as_posix())), [rule])


def _known_rules(cases: Path, rules: Path) -> Iterator[str]:
    """Yield the ids of rules that have cases, or after which a file is named; what else lies there has no such name."""
    folders = [path.name for path in cases.iterdir() if path.is_dir()] if cases.is_dir() else []
    files = [path.stem.replace("_", "-") for path in rules.iterdir() if path.suffix in SUFFIXES]
    return (name for name in (*folders, *files) if "-" in name and ID.fullmatch(name))


def _package_of(pack: Path) -> tuple[str, Path]:
    """Return the plugin that *pack* contributes to tenantlint, and the folder of its package."""
    points = _entry_points(pack)
    folders = [
        (plugin, pack / root / name.partition(":")[0].replace(".", "/"))
        for plugin, name in points.items()
        for root in ("src", "")
    ]
    found = next(((plugin, folder) for plugin, folder in folders if (folder / RULES).is_dir()), None)
    if found is None:
        where = " or ".join(f"{folder.relative_to(pack).as_posix()}/{RULES}" for _, folder in folders)
        raise UsageError(f"the pack in {pack.resolve()} has no folder {where}", hint=_HINT)
    return found


def _entry_points(pack: Path) -> dict[str, str]:
    file = pack / PROJECT
    try:
        project: dict[str, Any] = tomllib.loads(file.read_text("utf-8"))
        points = project["project"]["entry-points"][GROUP].items()
    except OSError as error:
        raise UsageError(f"there is no pack in {pack.resolve()}: cannot read {file}", hint=_HINT) from error
    except ValueError as error:
        raise UsageError(f"{file} is not TOML: {error}") from error
    except (AttributeError, KeyError, TypeError) as error:
        raise UsageError(f"{file} has no table [project.entry-points.{GROUP}]", hint=_HINT) from error
    return {plugin: name for plugin, name in points if isinstance(name, str)}
