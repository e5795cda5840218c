"""Draws that depend on the seed and on what they are for, and on nothing else.

A keyed hash instead of a generator of random numbers: the VM with number 7 is the same whichever VMs were made before
it, on every machine and with every version of Python.
"""

from collections.abc import Iterator, Sequence
from hashlib import blake2b
from math import gcd
from struct import Struct
from typing import TypeVar

T = TypeVar("T")

DRAW_BITS = 16
DRAWS = Struct("<32H")
MOMENTS = [
    f"{2020 + n % 6}-{1 + n % 12:02}-{1 + n % 28:02}T{n % 24:02}:{n % 60:02}:{n // 60:02}.{n * 9973:07}Z"
    for n in range(1009)
]
BASIS_POINTS = 10_000


def digest(seed: int, name: str) -> bytes:
    """64 bytes that belong to a name: 32 draws of 16 bits, or the digits of a GUID."""
    return blake2b(f"{seed}/{name}".encode()).digest()


def guid(digits: str) -> str:
    """Write the first 32 of some hexadecimal digits as a GUID."""
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:32]}"


def named_guid(seed: int, name: str) -> str:
    """Return the GUID that belongs to a name."""
    return guid(digest(seed, name).hex())


def draws(seed: int, name: str) -> tuple[int, ...]:
    """Return the 32 draws that belong to a name."""
    return DRAWS.unpack(digest(seed, name))


def odds(shares: dict[T, int], rest: T) -> tuple[T, ...]:
    """Give every outcome its share, in basis points (1 % = 100), and what is left to the rest. For `pick`."""
    places = [outcome for outcome, share in shares.items() for _ in range(share)]
    return (*places, *[rest] * (BASIS_POINTS - len(places)))


def pick(number: int, outcomes: Sequence[T]) -> T:
    """Return the outcome that a draw of 16 bits falls on; all places are equally likely."""
    return outcomes[number * len(outcomes) >> DRAW_BITS]


def scattered(count: int) -> Iterator[int]:
    """Yield all numbers below `count`, once each, neighbours far apart: a shuffle that needs no memory.

    It steps by about the golden ratio of the count, and by a number that shares no factor with it.
    """
    step = count * 618 // 1000
    while gcd(step, count) != 1:
        step += 1
    return (position * step % count for position in range(count))
