"""``tenantlint.toml``: parameters of rules."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tenantlint.errors import ConfigError
from tenantlint.names import nearest

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from tenantlint.rules import Rule

FILE: Final = Path("tenantlint.toml")


def load_config(path: Path | None) -> dict[str, Any]:
    """Read *path*, or ``tenantlint.toml`` of the working directory where None is given and there is one.

    Raises ``ConfigError`` where the file cannot be read or is not TOML.
    """
    if path is None and not FILE.exists():
        return {}
    file = path or FILE
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except OSError as error:
        raise ConfigError(f"cannot read {file}: {error.strerror}") from error
    except ValueError as error:
        raise ConfigError(f"{file} is not TOML: {error}") from error


def rule_settings(config: Mapping[str, Any], rules: Mapping[str, Rule]) -> dict[str, dict[str, object]]:
    """Return the effective settings of *rules* by rule id: what *config* says, else each setting's default.

    Raises ``ConfigError`` for a key that no rule knows, with the nearest that there is, and for a value that a setting
    cannot read.
    """
    _check_keys("the file", config, ["rules"])
    given = config.get("rules", {})
    _check_table("rules", given)
    _check_keys("[rules]", given, rules)
    return {name: _settings_of(rule, given.get(name, {})) for name, rule in rules.items()}


def _settings_of(rule: Rule, given: Mapping[str, Any]) -> dict[str, object]:
    where = f"rules.{rule.id}"
    _check_table(where, given)
    _check_keys(f"[{where}]", given, [setting.name for setting in rule.settings])
    values: dict[str, object] = {}
    for setting in rule.settings:
        try:
            values[setting.name] = setting.read(given[setting.name]) if setting.name in given else setting.default
        except ValueError as error:
            raise ConfigError(f"{where}.{setting.name}: {error}") from error
    return values


def _check_keys(where: str, given: Mapping[str, Any], known: Collection[str]) -> None:
    for key in given:
        if key not in known:
            raise ConfigError(f"{where} has no key {key!r}", hint=nearest(key, known))


def _check_table(where: str, value: object) -> None:
    if not isinstance(value, dict):
        raise ConfigError(f"{where} is a table, not {value!r}")
