"""``tenantlint.toml``, or ``[tool.tenantlint]`` in ``pyproject.toml``: which rules judge what, and how."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tenantlint.errors import ConfigError
from tenantlint.excluding import read_exclusions
from tenantlint.model import LEVELS
from tenantlint.quiet import stdout_kept
from tenantlint.rules import RESERVED
from tenantlint.settings import Settings
from tenantlint.shapes import check_keys, check_table, is_number, joined

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenantlint.catalog import Catalog
    from tenantlint.model import Level
    from tenantlint.rules import Rule

FILE: Final = Path("tenantlint.toml")
PROJECT: Final = Path("pyproject.toml")
_EDITION: Final = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")
_KEYS: Final = ("edition", "exclude", "isolation", "rules", "waivers")
_MAX_DAYS: Final = 366
_CENTURY: Final = 36_525


def load_config(path: Path | None) -> dict[str, Any]:
    """Read *path*; for None, what there is in the working directory: ``tenantlint.toml``, else ``pyproject.toml``.

    Of a ``pyproject.toml`` only the table ``tool.tenantlint`` counts. Raises ``ConfigError`` where the file cannot be
    read or is not TOML, where a ``pyproject.toml`` that is named has no such table, and where both files would count.
    """
    if path is not None:
        found = _of_project(path) if path.name == PROJECT.name else _read(path)
        if found is None:
            raise ConfigError(f"{path} has no table tool.tenantlint")
        return found
    of_project = _of_project(PROJECT) if PROJECT.exists() and _may_be_meant(PROJECT) else None
    if not FILE.exists():
        return of_project or {}
    if of_project is not None:
        raise ConfigError(f"both {FILE} and {PROJECT} hold settings", hint="keep one, or name it: --config FILE")
    return _read(FILE)


def _may_be_meant(project: Path) -> bool:
    """Tell whether *project* may hold settings: one that is broken and of something else is no concern of ours."""
    try:
        return b"tenantlint" in project.read_bytes()
    except OSError:
        return True


def _of_project(path: Path) -> dict[str, Any] | None:
    check_table("tool", tools := _read(path).get("tool", {}))
    if "tenantlint" not in tools:
        return None
    check_table("tool.tenantlint", found := tools["tenantlint"])
    return dict(found)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))  # editors of Windows start a file with a mark
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}") from error
    except ValueError as error:
        raise ConfigError(f"{path} is not TOML: {error}") from error


@stdout_kept()
def read_settings(config: Mapping[str, Any], catalog: Catalog, edition: str | None = None) -> Settings:
    """Return what *config* says of how to judge, and for all else the defaults; *edition* counts more than *config*.

    Raises ``ConfigError`` for a key that nobody knows, with the nearest that there is, and for a value that cannot be
    read.
    """
    check_keys("the file", config, _KEYS)
    given = config.get("rules", {})
    check_table("rules", given)
    passed_over = [name for name in given if catalog.may_lack(name)]
    check_keys("[rules]", [name for name in given if name not in passed_over], catalog.rules)
    of_rules = {name: given.get(name, {}) for name in catalog.rules}
    for name, table in of_rules.items():
        _check_rule(catalog.rules[name], table)
    of_file = read_edition(config["edition"]) if "edition" in config else None
    return Settings(
        parameters={name: _parameters(catalog.rules[name], table) for name, table in of_rules.items()},
        levels={name: _level(name, table["level"]) for name, table in of_rules.items() if "level" in table},
        enabled={name: _enabled(name, table["enabled"]) for name, table in of_rules.items() if "enabled" in table},
        edition=edition or of_file,
        exclusions=read_exclusions(config.get("exclude", []), catalog),
        passed_over=tuple(name for name in passed_over if name not in catalog.without),
    )


def read_max_days(config: Mapping[str, Any]) -> int:
    """Return for how many days *config* lets a finding be waived. Raises ``ConfigError``."""
    check_table("waivers", table := config.get("waivers", {}))
    check_keys("[waivers]", table, ("max_days",))
    value = table.get("max_days", _MAX_DAYS)
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= _CENTURY:
        return value
    raise ConfigError(f"waivers.max_days: expected a number of days from 1 to {_CENTURY}, not {value!r}")


def read_edition(value: object) -> str:
    """Read the month of an edition, ``2018-12``. Raises ``ConfigError``."""
    if isinstance(value, str) and _EDITION.fullmatch(value):
        return value
    raise ConfigError(f"{value!r} is not the month of an edition", hint="such as 2018-12")


def _check_rule(rule: Rule, table: object) -> None:
    where = f"rules.{rule.id}"
    check_table(where, table)
    assert isinstance(table, dict)
    check_keys(f"[{where}]", table, [*(setting.name for setting in rule.settings), *rule.limits, *sorted(RESERVED)])


def _parameters(rule: Rule, table: Mapping[str, Any]) -> dict[str, object]:
    values: dict[str, object] = {}
    for setting in rule.settings:
        try:
            values[setting.name] = setting.read(table[setting.name]) if setting.name in table else setting.default
        except ValueError as error:
            raise ConfigError(f"rules.{rule.id}.{setting.name}: {error}") from error
    return {**values, **{name: _limit(rule, name, table[name]) for name in rule.limits if name in table}}


def _limit(rule: Rule, name: str, value: object) -> float:
    if is_number(value):
        return value
    raise ConfigError(f"rules.{rule.id}.{name}: expected a number that is not negative, not {value!r}")


def _level(rule: str, value: object) -> Level:
    found = next((level for level in LEVELS if level == value), None)
    if found is None:
        raise ConfigError(f"rules.{rule}.level: expected {joined(LEVELS)}, not {value!r}")
    return found


def _enabled(rule: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise ConfigError(f"rules.{rule}.enabled: expected true or false, not {value!r}")
    return value
