"""The generated reference of the hooks: signatures from the hookspecs, examples from docs/hooks/."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import TYPE_CHECKING

from tenantlint import hookspecs, reports, rules, tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

EXAMPLES = Path(__file__).parent / "hooks"
TYPES: dict[str, tuple[type, str]] = {
    "Table": (tables.Table, ""),
    "Rule": (rules.Rule, "rule"),
    "Fact": (rules.Fact, "fact"),
    "Report": (reports.Report, ""),
    "Writer": (reports.Writer, ""),
    "Scan": (reports.Scan, ""),
}
"""The types that hooks return, and those that these speak of; and the decorator that makes one, where there is one."""

INTRODUCTION = """\
# Hooks

A plugin is a Python module with functions that are named as hooks and marked `@hookimpl`. Each returns objects that
describe themselves; the host calls those, and a hook never does work. A plugin may implement any of them.

A package names its module under the entry-point group `tenantlint`, and the module says for which version of the public
API it was written, `TENANTLINT_API`. `tenantlint plugins` lists the plugins and what each contributes. Each example
below is a whole plugin. Whatever a plugin imports comes from `tenantlint` itself and from nowhere below.
[Writing a rule](writing-a-rule.md) starts without a package: `--plugin FILE.py` takes the rules and the
facts that a file defines, and needs no hook.
"""


def hooks_page() -> Iterator[str]:
    """Yield the lines of the page."""
    found = [value for name, value in vars(hookspecs).items() if name.startswith("register_")]
    yield from (INTRODUCTION, "| hook | what it does |", "|---|---|")
    yield from (f"| [`{hook.__name__}`](#{hook.__name__}) | {inspect.getdoc(hook)} |" for hook in found)
    for hook in found:
        yield from _section(hook)
    yield from ("", "## Types")
    for name, (type_, made_by) in TYPES.items():
        yield from _type(name, type_, made_by)


def _section(hook: Callable[..., object]) -> Iterator[str]:
    signature = f"def {hook.__name__}() -> {inspect.signature(hook).return_annotation}: ..."
    named = [name for name in TYPES if re.search(rf"\b{name}\b", signature)]
    links = ", ".join(f"[`{name}`](#{name.lower()})" for name in named)
    example = (EXAMPLES / f"{hook.__name__}.py").read_text("utf-8").strip()
    yield from (
        "",
        f"## {hook.__name__}",
        "",
        "```python",
        "@hookspec",
        signature,
        "```",
        "",
        f"{inspect.getdoc(hook)}",
    )
    yield from ("", f"Types: {links}.", "", f'```python title="{hook.__name__}.py"', example, "```")


def _type(name: str, type_: type, made_by: str) -> Iterator[str]:
    yield from ("", f"### {name}", "", _told(type_), "")
    if made_by:
        maker = getattr(rules, made_by)
        parameters = (f"    {_parameter(each)}," for each in inspect.signature(maker).parameters.values())
        yield from (f"Made by `@{made_by}`. {_told(maker)}", "", "```python", f"@{made_by}(", *parameters, ")", "```")
    else:
        yield from ("```python", *_members(type_), "```")


def _told(thing: object) -> str:
    return (inspect.getdoc(thing) or "").replace("``", "`")


def _parameter(parameter: inspect.Parameter) -> str:
    default = "" if parameter.default is inspect.Parameter.empty else f" = {parameter.default!r}"
    annotation = "" if parameter.annotation is inspect.Parameter.empty else f": {parameter.annotation}"
    return f"{parameter.name}{annotation}{default}"


def _members(type_: type) -> Iterator[str]:
    """Yield the fields of a type with what they are, then its methods with their signatures."""
    yield from (f"{field}: {hint}" for field, hint in inspect.get_annotations(type_).items())
    for name, value in vars(type_).items():
        if isinstance(value, property) and value.fget:
            yield f"{name}: {inspect.signature(value.fget).return_annotation}"
        elif inspect.isfunction(value) and not name.startswith("_"):
            signature = inspect.signature(value)
            parameters = ", ".join(map(_parameter, signature.parameters.values()))
            yield f"def {name}({parameters}) -> {signature.return_annotation}: ..."
