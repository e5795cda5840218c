"""Terraform state, version 4: which address has which resource. Nothing else of it is decoded: it holds secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from tenantlint.errors import UsageError
from tenantlint.sources.terraform import Address, modules_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LARGEST: Final = 256 << 20
"""Bytes of a state that is read."""
_VERSION: Final = 4
_CHANGE_ONLY: Final = frozenset({"azapi_update_resource", "azapi_resource_action", "azapi_data_plane_resource"})
"""These change a resource that something else declares."""


class _Attributes(msgspec.Struct):
    id: msgspec.Raw = msgspec.Raw(b"null")


class _Instance(msgspec.Struct):
    attributes: _Attributes | None = None
    deposed: str | None = None


class _Resource(msgspec.Struct):
    mode: str = ""
    type: str = ""
    name: str = ""
    module: str = ""
    instances: list[_Instance] = []


class _State(msgspec.Struct):
    version: int
    resources: list[_Resource] = []


class Held(NamedTuple):
    """A resource that a state holds: its id in lower case."""

    address: Address
    key: str


def read_state(file: Path, *, largest: int = LARGEST) -> list[Held]:
    """Return the resources of a state *file*, which Terraform manages and which have the id of an Azure resource.

    Raises ``UsageError`` where it cannot be read or is none; the message quotes nothing of it.
    """
    try:
        if file.stat().st_size > largest:
            raise UsageError(f"{file} has more than {largest >> 20} MB", hint="split the state, or leave it out")
        state = _DECODER.decode(file.read_bytes())
    except OSError as error:
        raise UsageError(f"cannot read {file}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{file} is not a Terraform state", hint="`terraform state pull` writes one") from error
    if state.version != _VERSION:
        hint = f"version {_VERSION} is read, which Terraform writes since 0.12"
        raise UsageError(f"{file} is a Terraform state of version {state.version}", hint=hint)
    return [held for resource in state.resources for held in _held(resource)]


def _held(resource: _Resource) -> Iterator[Held]:
    modules = modules_of(resource.module)
    if resource.mode != "managed" or modules is None or resource.type in _CHANGE_ONLY:
        return
    address = Address(modules, resource.type, resource.name)
    for instance in resource.instances:
        key = _id(instance)
        if key.startswith("/") and instance.deposed is None:
            yield Held(address, key)


def _id(instance: _Instance) -> str:
    try:
        return msgspec.json.decode(instance.attributes.id, type=str).lower() if instance.attributes else ""
    except ValueError:
        return ""


_DECODER: Final = msgspec.json.Decoder(_State)
