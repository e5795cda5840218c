"""Writes the generated pages. Never edit those by hand.

A page per rule, their index, the register of constraints, the hooks, the traps of KQL, the commands' help, and the
README's table of rules.
`python docs/build.py` writes them; `--check` says which are out of date and exits 1.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
from hooks import hooks_page
from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text
from tables import register, rule_index, rule_table
from traps import traps_page

from tenantlint.cli import COMMANDS, cli
from tenantlint.cli.explain import page
from tenantlint.plugins import load_plugins

if TYPE_CHECKING:
    from tenantlint import Rule

DOCS = Path(__file__).parent
README = DOCS.parent / "README.md"
BEGIN = "<!-- The table of rules: written by docs/build.py. -->\n"
END = "<!-- The end of the table. -->"
WIDTH = 132
PICTURED = 24
PICTURE = (DOCS / "demo.svg.template").read_text("utf-8")
GENERATED = "<!-- Written by docs/build.py: edit the docstrings instead. -->\n"


def pages() -> dict[Path, str]:
    """Return every generated page by its path."""
    catalog = load_plugins()
    rules = [catalog.rules[name] for name in sorted(catalog.rules)]
    written = {DOCS / "rules" / f"{rule.id}.md": "\n".join([GENERATED, *page(rule)]) for rule in rules}
    written[DOCS / "rules" / "README.md"] = "\n".join([GENERATED, *rule_index(rules)])
    written[DOCS / "constraints.md"] = "\n".join([GENERATED, *register()])
    written[DOCS / "hooks.md"] = "\n".join([GENERATED, *hooks_page()])
    written[DOCS / "lint-kql.md"] = "\n".join([GENERATED, *traps_page()])
    written[README] = _with_table(README.read_text("utf-8"), rules)
    return {**written, DOCS / "cli.md": _commands(), DOCS / "demo.svg": _picture()}


def _with_table(readme: str, rules: list[Rule]) -> str:
    before, _, rest = readme.partition(BEGIN)
    _, _, after = rest.partition(END)
    return "\n".join([f"{before}{BEGIN}", *rule_table(rules, "docs/rules/"), f"{END}{after}"])


def _commands() -> str:
    parts = [GENERATED, "# Commands", "", *_help([], cli)]
    group = click.Context(cli, info_name="tenantlint")
    for name in COMMANDS:
        command = cli.get_command(group, name)
        assert command is not None
        parts += _help([name], command)
    return "\n".join(parts)


def _help(names: list[str], command: click.Command) -> list[str]:
    called = " ".join(["tenantlint", *names])
    with click.Context(command, info_name=called, terminal_width=100, max_content_width=100) as context:
        lines = [f"## `{called}`", "", "```text", command.get_help(context).strip(), "```", ""]
    for name, each in command.commands.items() if isinstance(command, click.Group) and names else ():
        lines += _help([*names, name], each)
    return lines


def _picture() -> str:
    """Draw what `tenantlint scan --demo` prints on a terminal, cut after a few violations."""
    terminal = {**os.environ, "FORCE_COLOR": "1", "COLUMNS": str(WIDTH), "TERM": "xterm-256color"}
    tenantlint = Path(sys.executable).with_name("tenantlint")
    shown = subprocess.run([tenantlint, "scan", "--demo"], env=terminal, capture_output=True, text=True, check=False)
    lines = shown.stdout.splitlines()
    console = Console(record=True, width=WIDTH, file=open(os.devnull, "w"), force_terminal=True)  # noqa: SIM115, PTH123 - nobody reads it
    console.print(Text("$ tenantlint scan --demo"))
    for line in [*lines[:PICTURED], "…", lines[-1]]:
        console.print(Text.from_ansi(line), overflow="ellipsis", no_wrap=True)
    return console.export_svg(title="tenantlint", theme=MONOKAI, code_format=PICTURE, unique_id="demo")


def main() -> int:
    """Write or check the pages."""
    stale = {path: text.rstrip() + "\n" for path, text in pages().items()}
    stale = {path: text for path, text in stale.items() if not path.exists() or path.read_text("utf-8") != text}
    orphans = set((DOCS / "rules").glob("*.md")) - pages().keys()
    if "--check" in sys.argv:
        for path in sorted([*stale, *orphans]):
            print(f"{path.relative_to(DOCS.parent)} is out of date: run `make docs`")
        return 1 if stale or orphans else 0
    for path, text in stale.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8", newline="\n")
    for path in orphans:
        path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
