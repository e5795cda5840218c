"""What is demanded of a plugin before anything of it is used."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tenantlint.errors import PluginError, UsageError
from tenantlint.names import no_such
from tenantlint.version import API_VERSION

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from tenantlint.catalog import Plugin

GROUP: Final = "tenantlint"
"""The entry-point group through which every pack comes in, our own included; and the name of the scanner itself."""

OURS: Final = "tenantlint"
"""The distribution of the host and its packs."""

DECLARED: Final = "TENANTLINT_API"
"""The name under which a plugin's module says for which version of the public API it was written."""

_VERSION: Final = re.compile(r"([0-9]+)\.([0-9]+)")


def only_allowed(offered: Sequence[Plugin], only: Collection[str]) -> list[Plugin]:
    """Return those of the *offered* plugins that are our own or that *only* names; all where it names none.

    Raises ``UsageError`` where it names what is not there, or not what the user wants to try besides.
    """
    if not only:
        return list(offered)
    wanted = {_compared(name) for name in only}
    for name in only:
        if not any(_compared(name) in _names(plugin) for plugin in offered):
            raise no_such("installed plugin", name, {plugin.name for plugin in offered})
    for plugin in offered:
        if not plugin.distribution and not wanted & _names(plugin):
            raise UsageError(
                f"{plugin.origin} is not among the plugins that --only-plugins allows",
                hint=f"name it, too: --only-plugins {plugin.name}",
            )
    return [plugin for plugin in offered if plugin.distribution == OURS or wanted & _names(plugin)]


def _names(plugin: Plugin) -> set[str]:
    """Return by what a plugin may be named: its name, or that of the distribution that brings it."""
    return {_compared(plugin.name), _compared(plugin.distribution or plugin.name)}


def _compared(name: str) -> str:
    """Return a name in the form in which indexes compare names."""
    return re.sub(r"[-_.]+", "-", name).lower()


def check_api(plugin: str, module: str, declared: object) -> str:
    """Return the version of the public API that *plugin* declares. Raises ``PluginError`` where this one is another.

    A plugin runs on the version that it was written for, and on newer ones until something is taken away.
    """
    without = f"go on without it: --without {plugin}"
    if declared is None:
        hint = f'its author adds {DECLARED} = "{API_VERSION}" to {module}; {without}'
        raise PluginError(f"plugin {plugin!r} does not say for which API it was written", hint=hint)
    version = _parse(declared)
    if version is None:
        raise PluginError(
            f"plugin {plugin!r} declares {declared!r:.40}, which is no version of the API",
            hint=f'such as "1.0"; {without}',
        )
    if version[0] != _OURS[0] or version > _OURS:
        raise PluginError(
            f"plugin {plugin!r} was written for API {declared}, this is API {API_VERSION}",
            hint=f"update {'the plugin' if version < _OURS else 'tenantlint'}; {without}",
        )
    return str(declared)


def _parse(version: object) -> tuple[int, int] | None:
    found = _VERSION.fullmatch(version) if isinstance(version, str) else None
    return (int(found[1]), int(found[2])) if found else None


_OURS: Final = _parse(API_VERSION) or (0, 0)
