"""``tenantlint new``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tenantlint.cli.answering import answer
from tenantlint.cli.options import plugin_options

if TYPE_CHECKING:
    from tenantlint.new.packs import Made
    from tenantlint.wanted import Wanted


@click.group("new", context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Write a plugin of your own, or one more rule for it.

    \b
    Examples:
      tenantlint new plugin acme
      tenantlint new rule acme-vm-owner --kind python
    """  # noqa: D301 - \b is click's mark, not an escape


@command.command("plugin", short_help="Write a package that is a plugin.")
@click.argument("name")
@click.option(
    "--into",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Write to this folder instead of ./tenantlint-NAME; what is in it stays as it is.",
)
@plugin_options
def plugin(*, name: str, into: Path | None, wanted: Wanted) -> int:
    """Write a package that is a plugin: three rules, one in Python, one in KQL and one in YAML, with cases, tests, CI.

    NAME is one word or several, such as acme; the ids of the rules start with it, so that nobody takes them for those
    of others: no other plugin's may. The tests of the package pass as it is written.

    \b
    Examples:
      tenantlint new plugin acme
      tenantlint new plugin contoso-network --into ./checks
      tenantlint new plugin acme --into .
    """  # noqa: D301 - \b is click's mark, not an escape
    from tenantlint.new.packs import new_pack
    from tenantlint.plugins import load_plugins

    made = new_pack(name, into, load_plugins(wanted))
    enter = () if made.folder == Path() else (f'cd "{made.folder}"',)
    _tell(made, (*enter, 'python -m pip install --editable ".[dev]"', "pytest", _scan(made)))
    return 0


@command.command("rule", short_help="Write a rule, and cases for it, into a pack.")
@click.argument("rule_id", metavar="ID")
@click.option(
    "--kind",
    type=click.Choice(["python", "kql", "yaml"]),
    default="python",
    show_default=True,
    help="A function, a query whose rows are violations, or a declaration over a table.",
)
@click.option(
    "--pack",
    metavar="DIR",
    type=click.Path(path_type=Path),
    default=Path(),
    help="The folder of the pack; by default the working directory.",
)
def rule(*, rule_id: str, kind: str, pack: Path) -> int:
    """Write a rule, and cases for it, into a pack: an example to be changed into your own.

    ID starts as the pack's other rules do, which is with the pack's name.

    \b
    Examples:
      tenantlint new rule acme-vm-owner
      tenantlint new rule acme-open-ports --kind kql --pack ./tenantlint-acme
    """  # noqa: D301 - \b is click's mark, not an escape
    from tenantlint.new.kinds import KINDS
    from tenantlint.new.packs import new_rule

    made = new_rule(rule_id, KINDS[kind], pack)
    _tell(made, ("pytest", _scan(made)))
    return 0


def _scan(made: Made) -> str:
    return f"tenantlint scan --demo --rule {made.rules[0]}"


def _tell(made: Made, commands: tuple[str, ...]) -> None:
    for file in made.files:
        answer(f"wrote {file}")
    answer("next:")
    for line in commands:
        answer(f"  {line}")
