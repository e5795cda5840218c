"""Terraform files: the blocks that declare resources and call modules, with their lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tenantlint.errors import UsageError
from tenantlint.sources.declared import traces_in
from tenantlint.sources.places import Place
from tenantlint.sources.terraform_types import azure_type

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lark import Tree

_KINDS: Final = {"resource": 2, "module": 1}
"""The blocks that matter, and how many labels they have."""
_TOLD: Final = frozenset({"name", "source", "type"})


class Block(NamedTuple):
    """A block: its ``labels`` are type and name of a resource, or the name of a module.

    ``source`` is the literal path or address of a module; empty where it has none. ``type`` and ``name`` are what Azure
    calls the resource, in lower case; empty where that is not known, or not literal.
    """

    kind: str
    labels: tuple[str, ...]
    place: Place
    source: str
    traces: frozenset[str]
    type: str = ""
    name: str = ""


def blocks_in(text: str, path: str) -> list[Block]:
    """Return the blocks of *text*, the file *path* of the repository.

    Raises ``ValueError`` where it is not HCL, ``UsageError`` where the parser is not installed.
    """
    lines = text.split("\n")
    return [_block(tree, lines, path) for tree in _top_level(_parse(text)) if _is_wanted(tree)]


def _parse(text: str) -> Tree[Any]:
    try:
        import hcl2  # noqa: PLC0415 - only those who have Terraform need it
        from lark.exceptions import LarkError  # noqa: PLC0415
    except ImportError as error:
        hint = "pip install 'tenantlint[source-map]'"
        raise UsageError("reading Terraform files takes python-hcl2, which is not installed", hint=hint) from error
    try:
        tree: Tree[Any] = hcl2.parses_to_tree(text.replace("\r\n", "\n").rstrip() + "\n")
    except (LarkError, RecursionError) as error:
        raise ValueError("it is not HCL") from error
    return tree


def _top_level(tree: Tree[Any]) -> Iterator[Tree[Any]]:
    for body in tree.children:
        if not isinstance(body, str) and body.data == "body":
            yield from (child for child in body.children if getattr(child, "data", "") == "block")


def _is_wanted(block: Tree[Any]) -> bool:
    kind, *labels = _words(block)
    return _KINDS.get(kind) == len(labels)


def _words(block: Tree[Any]) -> list[str]:
    """Return the kind of a block and its labels, with or without quotes."""
    trees = [child for child in block.children if getattr(child, "data", "") in ("identifier", "string")]
    return ["".join(tree.scan_values(lambda _: True)).strip('"') for tree in trees]


def _block(tree: Tree[Any], lines: list[str], path: str) -> Block:
    kind, *labels = _words(tree)
    place = Place(path, tree.meta.line, tree.meta.end_line)
    traces, told = traces_in(lines, place), _literals(tree)
    if kind == "module":
        return Block(kind, tuple(labels), place, told.get("source", ""), traces)
    type_ = azure_type(labels[0], told.get("type", ""))
    return Block(kind, tuple(labels), place, "", traces, type_, told.get("name", "").lower())


def _literals(block: Tree[Any]) -> dict[str, str]:
    """Return what ``name = "…"`` says in *block* itself, by name: the literal ones of those that matter."""
    body = next(child for child in block.children if getattr(child, "data", "") == "body")
    found = {}
    for child in body.children:
        if getattr(child, "data", "") == "attribute":
            name, *_, value = ("".join(part.scan_values(lambda _: True)) if hasattr(part, "data") else str(part)
                               for part in child.children)  # fmt: skip
            text = value.strip()
            if name.strip() in _TOLD and text[:1] == text[-1:] == '"' and "${" not in text and "%{" not in text:
                found[name.strip()] = text[1:-1]
    return found
