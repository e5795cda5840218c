"""Terraform state, version 4 or as ``terraform show -json`` prints it: which address has which resource.

Nothing else of it is decoded: it holds secrets.
"""

from __future__ import annotations

import re
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
_START: Final = 200
_SHOWN: Final = re.compile(rb'\s*\{\s*"format_version"\s*:\s*"')
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


class _Shown(msgspec.Struct):
    """An instance as ``terraform show -json`` prints it."""

    mode: str = ""
    type: str = ""
    name: str = ""
    values: _Attributes | None = None
    deposed_key: str | None = None


class _Module(msgspec.Struct):
    address: str = ""
    resources: list[_Shown] = []
    child_modules: list[_Module] = []


class _Values(msgspec.Struct):
    root_module: _Module = msgspec.field(default_factory=_Module)


class _State(msgspec.Struct):
    version: int | None = None
    resources: list[_Resource] = []
    format_version: str = ""
    values: _Values | None = None


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
    if state.format_version and state.values:
        return list(_in_module(state.values.root_module))
    if state.version != _VERSION:
        hint = f"version {_VERSION} is read, which Terraform writes since 0.12, and `terraform show -json` of a state"
        raise UsageError(f"{file} is not a Terraform state of version {_VERSION}", hint=hint)
    return [held for resource in state.resources for held in _held(resource)]


def looks_shown(file: Path) -> bool:
    """Tell whether *file*, which nobody named, starts as ``terraform show -json`` does. Raises ``ValueError``."""
    try:
        with file.open("rb") as content:
            return _SHOWN.match(content.read(_START)) is not None
    except OSError as error:
        raise ValueError(f"cannot be read: {error.strerror}") from error


def _in_module(module: _Module) -> Iterator[Held]:
    for shown in module.resources:
        address = _address(module.address, shown)
        if address and shown.deposed_key is None:
            yield from _of(address, shown.values)
    for child in module.child_modules:
        yield from _in_module(child)


def _held(resource: _Resource) -> Iterator[Held]:
    if address := _address(resource.module, resource):
        for instance in resource.instances:
            if instance.deposed is None:
                yield from _of(address, instance.attributes)


def _address(module: str, resource: _Resource | _Shown) -> Address | None:
    """Return the address of what Terraform manages, and does not only change."""
    modules = modules_of(module)
    if resource.mode != "managed" or modules is None or resource.type in _CHANGE_ONLY:
        return None
    return Address(modules, resource.type, resource.name)


def _of(address: Address, attributes: _Attributes | None) -> Iterator[Held]:
    try:
        key = msgspec.json.decode(attributes.id, type=str).lower() if attributes else ""
    except ValueError:
        return
    if key.startswith("/"):
        yield Held(address, key)


_DECODER: Final = msgspec.json.Decoder(_State)
