"""Controls of public frameworks in SARIF: taxonomies of the run, and relationships of its rules."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import sarif_om as om

from tenantlint.reports.sarif_objects import NAMESPACE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tenantlint.controls import Control, Taxonomy
    from tenantlint.rules import Rule


def taxonomies(rules: Iterable[Rule]) -> list[om.ToolComponent]:
    """Make the frameworks that *rules* name, sorted by key, each with those of its controls that they name."""
    controls = _controls(rules)
    return [_component(taxonomy, [control for control in controls if control.taxonomy == taxonomy])
            for taxonomy in _known(controls)]  # fmt: skip


def references(rules: Iterable[Rule]) -> list[om.ToolComponentReference]:
    """Refer to the frameworks that *rules* name."""
    return [_reference(taxonomy, at) for at, taxonomy in enumerate(_known(_controls(rules)))]


def relationships(rule: Rule, rules: Iterable[Rule]) -> list[om.ReportingDescriptorRelationship]:
    """Relate *rule* to its controls, in the frameworks that *rules* name."""
    controls = _controls(rules)
    known = _known(controls)
    return [
        om.ReportingDescriptorRelationship(target=_target(control, controls, known), kinds=["relevant"])
        for control in rule.controls
    ]


def _target(
    control: Control, controls: Sequence[Control], known: Sequence[Taxonomy]
) -> om.ReportingDescriptorReference:
    siblings = [each for each in controls if each.taxonomy == control.taxonomy]
    return om.ReportingDescriptorReference(
        id=control.id,
        index=siblings.index(control),
        tool_component=_reference(control.taxonomy, known.index(control.taxonomy)),
    )


def _controls(rules: Iterable[Rule]) -> list[Control]:
    found = {control for rule in rules for control in rule.controls}
    return sorted(
        found, key=lambda control: (control.taxonomy.key, control.taxonomy.version, control.id, control.title)
    )


def _known(controls: Iterable[Control]) -> list[Taxonomy]:
    return list(dict.fromkeys(control.taxonomy for control in controls))


def _component(taxonomy: Taxonomy, controls: Sequence[Control]) -> om.ToolComponent:
    return om.ToolComponent(
        name=taxonomy.title,
        version=taxonomy.version,
        organization=taxonomy.organization,
        information_uri=taxonomy.url,
        guid=_guid(taxonomy),
        is_comprehensive=False,
        taxa=[
            om.ReportingDescriptor(id=control.id, short_description=om.MultiformatMessageString(text=control.title))
            for control in controls
        ],
    )


def _reference(taxonomy: Taxonomy, index: int) -> om.ToolComponentReference:
    return om.ToolComponentReference(name=taxonomy.title, index=index, guid=_guid(taxonomy))


def _guid(taxonomy: Taxonomy) -> str:
    return str(uuid.uuid5(NAMESPACE, f"{taxonomy.key}\0{taxonomy.version}"))
