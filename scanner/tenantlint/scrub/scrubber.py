"""Scrubs rows of Resource Graph: everything is replaced but what the vocabulary declares."""

from __future__ import annotations

import secrets
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeAlias

from tenantlint.scrub.keys import ROW, Role, Spot, below, elements, is_property, is_secret
from tenantlint.scrub.parts import KEPT, Kind, Part
from tenantlint.scrub.resource_ids import decoded_parts
from tenantlint.scrub.texts import parts_of
from tenantlint.scrub.tokens import Tokens

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenantlint.model import Json

    Container: TypeAlias = "dict[str, Json] | list[Json]"

SCRUBBED: Final = "scrubbed"
"""What stands in place of a secret."""

EXAMPLE: Final = ".example"
"""How hosts end that replace others: such a host can be nobody's."""

_KEY_BYTES: Final = 32
_REMEMBERED: Final = 1 << 15
_SHORT: Final = 512
"""Texts up to this length are remembered, the last 32,768 of them; whatever is longer would take too much memory."""


class Scrubber:
    """Replaces the same original by the same text as long as it has the same *key*, by default one of its own.

    ``counts`` tells how many parts of texts were of which kind: those that were kept, and those that were replaced.
    """

    def __init__(self, key: bytes | None = None) -> None:
        self.counts: Counter[Kind] = Counter()
        self._tokens = Tokens(key or secrets.token_bytes(_KEY_BYTES))
        self._ways: dict[Kind, Callable[[str], str]] = {
            Kind.GUID: self._tokens.guid,
            Kind.ADDRESS: self._tokens.address,
            Kind.HOST: lambda text: self._tokens.name(text) + EXAMPLE,
            Kind.ENCODED: self._encoded,
            Kind.SECRET: lambda _: SCRUBBED,
            Kind.BLANK: lambda text: text[:1],
            Kind.DROPPED: lambda _: "",
        }
        self._remember = lru_cache(maxsize=_REMEMBERED)(self._scrub)

    def row(self, row: dict[str, Json]) -> dict[str, Json]:
        """Return *row* scrubbed, with the same columns. Rows may be nested as deeply as JSON can be read."""
        top: dict[str, Json] = {}
        ahead: list[tuple[Container, Container, Spot]] = [(row, top, ROW)]
        while ahead:
            source, target, spot = ahead.pop()
            if isinstance(source, dict) and isinstance(target, dict):
                for key, value in source.items():
                    target[self._key(key, spot, target)] = self._value(value, below(spot, key), ahead)
            elif isinstance(target, list):
                target.extend(self._value(value, elements(spot), ahead) for value in source)
        return top

    def text(self, text: str, role: Role = Role.VALUE) -> str:
        """Return *text* scrubbed; *role* says what is known of it."""
        scrubbed, kinds = (self._remember if len(text) <= _SHORT else self._scrub)(text, role)
        self.counts.update(kinds)
        return scrubbed

    def subscription(self, id_: str) -> str:
        """Return what stands for the subscription *id_*, by itself as well as in the ids of its resources."""
        return self.text(id_, Role.NAME)

    def _value(self, value: Json, spot: Spot, ahead: list[tuple[Container, Container, Spot]]) -> Json:
        """Return *value* scrubbed. A list or an object is returned empty: to be filled, it is put on *ahead*."""
        if isinstance(value, str):
            return self.text(value, spot.role)
        if value and is_secret(value, spot):
            self.counts[Kind.SECRET] += 1
            return SCRUBBED
        if not isinstance(value, (dict, list)):
            return value
        empty: Container = {} if isinstance(value, dict) else []
        ahead.append((value, empty, spot))
        return empty

    def _key(self, key: str, spot: Spot, taken: Container) -> str:
        if is_property(key) and not spot.keys_are_data:
            return key
        replacement = self.text(key, Role.KEY)
        while replacement in taken:  # keys that differ in their case only may, once in a blue moon, be replaced alike
            replacement += "x"
        return replacement

    def _scrub(self, text: str, role: Role) -> tuple[str, tuple[Kind, ...]]:
        parts = parts_of(text, role)
        return "".join(map(self._replace, parts)), tuple(part.kind for part in parts if part.text)

    def _replace(self, part: Part) -> str:
        return part.text if part.kind in KEPT else self._ways.get(part.kind, self._tokens.name)(part.text)

    def _encoded(self, text: str) -> str:
        """Return what stands for a percent-encoded name: that for the name itself, percent-encoded as well."""
        plain = "".join(map(self._replace, decoded_parts(text)))
        return f"%{ord(plain[0].lower()):02x}{plain[1:]}"
