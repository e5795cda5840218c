"""Waivers that accept the same: what a file means must not hang on which of them is asked first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenantlint.waivers.waiver import id_keys

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenantlint.waivers.waiver import Waiver


class Overlaps:
    """Waivers by rule and scope: whom one more overlaps with is found without a look at the others."""

    def __init__(self) -> None:
        self._at: dict[tuple[str, str], list[Waiver]] = {}
        self._inside: dict[tuple[str, str], list[Waiver]] = {}

    def with_(self, waiver: Waiver) -> Iterator[Waiver]:
        """Yield those that accept what *waiver* does, or a part of that.

        Whether they have expired does not matter: what a file means must not hang on the day. Scopes of tags contain
        no others, and nobody knows before the scan which resources they share.
        """
        around = [self._at.get((waiver.rule, key), []) for key in _keys(waiver)]
        for found in [*around, self._inside.get((waiver.rule, waiver.scope.key), [])]:
            yield from (other for other in found if _share_parts(waiver, other))

    def add(self, waiver: Waiver) -> None:
        """Hold *waiver* against those that come."""
        own, *above = _keys(waiver)
        self._at.setdefault((waiver.rule, own), []).append(waiver)
        for key in above:
            self._inside.setdefault((waiver.rule, key), []).append(waiver)


def _keys(waiver: Waiver) -> list[str]:
    return [waiver.scope.key] if waiver.scope.kind == "tag" else id_keys(waiver.scope.key)


def _share_parts(one: Waiver, other: Waiver) -> bool:
    return one.part is None or other.part is None or one.part.lower() == other.part.lower()
