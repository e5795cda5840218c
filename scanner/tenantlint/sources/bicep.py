"""Bicep files: the resources that they declare by a literal name."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from tenantlint.sources.declared import Declared, literal_type, named, traces_in
from tenantlint.sources.places import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenantlint.sources.declared import TypeAndName

_TOKEN: Final = re.compile(
    r"(?P<space>[ \t\r\ufeff]+|//[^\n]*|/\*.*?\*/)|(?P<line>\n)"
    r"|(?P<text>'''.*?'''|'(?:[^'\\\n]|\\.)*')|(?P<word>[A-Za-z_]\w*)|(?P<other>.)",
    re.DOTALL,
)
_TYPE: Final = re.compile(r"'([\w.]+(?:/[\w.]+)*)(?:@[\w.-]+)?'")
_CLOSED_BY: Final = {"{": "}", "[": "]", "(": ")"}
_MOST_PARENTS: Final = 10


class _Token(NamedTuple):
    kind: str
    text: str
    line: int


@dataclass
class _Resource:
    """A resource; ``depth`` is how many brackets are open around its head, and then around what is in its body."""

    symbol: str
    type: str
    line: int
    existing: bool
    outer: _Resource | None
    depth: int = 0
    end_line: int = 0
    name: str = ""
    parent: str = ""


def declared_in(text: str, path: str) -> list[Declared]:
    """Return what the Bicep *text* declares, the file *path* of the repository; `existing` resources it does not.

    Raises ``ValueError`` where brackets do not match.
    """
    resources, lines = _Reader([token for token in _tokens(text) if token.kind != "space"]).read(), text.split("\n")
    times = Counter(resource.symbol for resource in resources)
    symbols = {resource.symbol: resource for resource in resources if times[resource.symbol] == 1}
    found = []
    for resource in resources:
        if not resource.existing:
            place = Place(path, resource.line, resource.end_line)
            type_ = literal_type(resource.type)
            found.append(Declared(place, _named(resource, symbols), traces_in(lines, place), type_))
    return found


def _tokens(text: str) -> Iterator[_Token]:
    line = 1
    for match in _TOKEN.finditer(text):
        yield _Token(str(match.lastgroup), match[0], line)
        line += match[0].count("\n")


class _Reader:
    """Goes through the tokens of a file; ``done`` are the resources whose bodies have ended."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._open: list[str] = []
        self._inside: list[_Resource] = []
        self._waiting: _Resource | None = None  # for its body
        self.done: list[_Resource] = []

    def read(self) -> list[_Resource]:
        for at, token in enumerate(self._tokens):
            if token.text in _CLOSED_BY:
                self._open_bracket(token)
            elif token.text in _CLOSED_BY.values():
                self._close_bracket(token)
            elif token.kind == "word" and (at == 0 or self._tokens[at - 1].kind == "line"):
                self._start_line(self._tokens[at : at + 5])
        if self._open or self._waiting:
            raise ValueError("a bracket is not closed")
        return sorted(self.done, key=lambda resource: resource.line)

    def _open_bracket(self, token: _Token) -> None:
        self._open.append(_CLOSED_BY[token.text])
        if self._waiting and token.text == "{" and ")" not in self._open[self._waiting.depth :]:  # not of a condition
            self._waiting.depth = len(self._open)
            self._inside.append(self._waiting)
            self._waiting = None

    def _close_bracket(self, token: _Token) -> None:
        if not self._open or self._open[-1] != token.text:
            raise ValueError(f"line {token.line} closes what is not open")
        if self._inside and self._inside[-1].depth == len(self._open):
            self._inside[-1].end_line = token.line
            self.done.append(self._inside.pop())
        self._open.pop()

    def _start_line(self, tokens: list[_Token]) -> None:
        inner = self._inside[-1] if self._inside else None
        if started := _started(tokens, inner):
            started.depth = len(self._open)
            self._waiting = started
        elif inner and inner.depth == len(self._open):
            _take(inner, tokens)


def _started(tokens: list[_Token], outer: _Resource | None) -> _Resource | None:
    """Return the resource that starts with *tokens*: ``resource web 'Microsoft.Web/sites@2024-04-01' existing =``."""
    texts = [token.text for token in tokens]
    type_ = _TYPE.fullmatch(texts[2]) if len(texts) > 3 and texts[0] == "resource" else None  # noqa: PLR2004 - up to `=`
    if type_ is None or tokens[1].kind != "word":
        return None
    return _Resource(texts[1], type_[1], tokens[0].line, texts[3] == "existing", outer)


def _take(resource: _Resource, tokens: list[_Token]) -> None:
    """Take ``name: 'web'`` or ``parent: app``, where nothing else is on the line."""
    if len(tokens) < 4 or tokens[1].text != ":" or tokens[3].kind != "line":  # noqa: PLR2004 - key, colon, value, end
        return
    key, value = tokens[0].text, tokens[2]
    if key == "name" and value.kind == "text" and not value.text.startswith("'''") and "\\" not in value.text:
        resource.name = value.text[1:-1]
    elif key == "parent" and value.kind == "word":
        resource.parent = value.text


def _named(resource: _Resource, symbols: dict[str, _Resource]) -> TypeAndName | None:
    """Return type and name; a parent's name comes before the name of what is in it."""
    type_, name, above = resource.type, resource.name, resource.outer or symbols.get(resource.parent)
    if resource.parent and above is None:
        return None
    names = [name]
    for _ in range(_MOST_PARENTS):
        if above is None:
            break
        names.append(above.name)
        type_ = type_ if "." in type_ else f"{above.type}/{type_}"
        above = above.outer or symbols.get(above.parent)
    names.reverse()
    return named(type_, "/".join(names)) if above is None and all(names) else None
