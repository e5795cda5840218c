"""A small log that every judge accepts, and ways to spoil it."""

import copy
from typing import Any

from tests.validators.sarif import Json

RULE: Json = {
    "id": "too-many-data-disks",
    "name": "TooManyDataDisks",
    "shortDescription": {"text": "VMs must not have more data disks than Azure Backup supports."},
    "fullDescription": {"text": "Azure Backup refuses to back up a VM with more data disks than it supports."},
    "help": {"text": "Detach data disks that are not needed."},
    "helpUri": "https://example.com/rules/too-many-data-disks",
    "properties": {"tags": ["backup"], "precision": "very-high", "problem.severity": "error"},
}
PLACE: Json = {
    "physicalLocation": {
        "artifactLocation": {"uri": "subscriptions/1/resourcegroups/rg%20a/vm-1", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 2},
    },
    "logicalLocations": [{"fullyQualifiedName": "/subscriptions/1/resourceGroups/rg a/vm-1", "kind": "resource"}],
}
RESULT: Json = {
    "ruleId": "too-many-data-disks",
    "ruleIndex": 0,
    "level": "error",
    "message": {"text": "The VM 'vm-1' has 40 data disks."},
    "locations": [PLACE],
    "partialFingerprints": {"primaryLocationLineHash": "7c1d0a5e93b24f68:1"},
}
RUN: Json = {
    "tool": {
        "driver": {
            "name": "tenantlint",
            "semanticVersion": "1.0.0",
            "informationUri": "https://example.com",
            "rules": [RULE],
        }
    },
    "automationDetails": {"id": "tenantlint/1/20261120T020000Z"},
    "invocations": [{"executionSuccessful": True}],
    "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The root of the repository."}}},
    "results": [RESULT],
}
LOG: Json = {
    "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
    "version": "2.1.0",
    "runs": [RUN],
}
REMOVED = object()


def planted(path: str, value: object) -> Json:
    """Return the good log with `value` at a path of keys and indexes; an index just past the end appends."""
    log = copy.deepcopy(LOG)
    *parents, last = path.split("/")
    holder: Any = log
    for step in parents:
        holder = holder[int(step)] if isinstance(holder, list) else holder[step]
    if isinstance(holder, list):
        holder[int(last) :] = [value]
    elif value is REMOVED:
        del holder[last]
    else:
        holder[last] = value
    return log
