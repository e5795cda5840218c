"""What the archive says of results beyond the upload: who waived them, how they stood in the baseline, what is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenantlint.reports.sarif_objects import fingerprints, result
from tenantlint.sentences import visible_prose

if TYPE_CHECKING:
    from collections.abc import Mapping

    import sarif_om as om

    from tenantlint.findings import Mark, Waiving
    from tenantlint.model import Violation
    from tenantlint.results import Judgement


def archived(found: om.Result, violation: Violation | None = None, mark: Mark | None = None) -> om.Result:
    """Add to a result what is known of its *violation*, and its words without the names that are in the message.

    Where nothing suppresses it, it says so: all results do.
    """
    if violation:
        found.properties = {**(found.properties or {}), "tenantlint/message": visible_prose(violation.message)}
    found.suppressions = [_suppression(mark.waiver)] if mark and mark.waiver else []
    found.baseline_state = mark.state if mark else None
    return found


def absent_result(
    judgement: Judgement, index: int, subscriptions: Mapping[str, str], violation: Violation
) -> om.Result:
    """Make the result of a violation of the baseline that is fixed or gone."""
    found = archived(result(judgement, index, subscriptions, violation), violation)
    found.baseline_state = "absent"
    return found


def carried_result(
    judgement: Judgement, index: int, subscriptions: Mapping[str, str], violation: Violation
) -> om.Result:
    """Make the result of a violation of the baseline that cannot be judged now: open, neither a failure nor fixed.

    Its level and part are told, so that the next scan knows what is still to be carried. It has an identity of its own:
    the verdict that could not be given is a result, too.
    """
    found = archived(result(judgement, index, subscriptions, violation), violation, judgement.mark(violation.part))
    found.kind, found.level = "open", "none"
    found.partial_fingerprints, found.guid = fingerprints(judgement, f"carried\0{violation.part}")
    found.properties = {
        **(found.properties or {}),
        "tenantlint/carried": {"level": violation.level, "part": violation.part},
    }
    return found


def _suppression(waiver: Waiving) -> dict[str, Any]:
    """Make a suppression. It is not sarif-om's, which knows no ``status``: that is of a draft of the standard."""
    return {
        "kind": "external",
        "status": "accepted",
        "justification": waiver.reason,
        "properties": {"expiryUtc": f"{waiver.expires}T23:59:59Z", "tenantlint/owner": waiver.owner},
    }
