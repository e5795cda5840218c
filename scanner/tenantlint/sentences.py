"""Findings as sentences: what is said of which resource, the same in every report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenantlint.untrusted import visible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenantlint.model import Verdict, Violation
    from tenantlint.results import Judgement


def sentence(judgement: Judgement, subscriptions: Mapping[str, str], violation: Violation | None = None) -> str:
    """Say what the verdict, or one *violation* of it, is about: "VM 'web-1' in subscription 'Production' has …."."""
    said = violation.message if violation else _says(judgement.verdict)
    return f"{name_of(judgement, subscriptions)} {visible_prose(said)}."


def name_of(judgement: Judgement, subscriptions: Mapping[str, str]) -> str:
    """Name the resource of a judgement, and its subscription."""
    subject = judgement.subject
    named = f"{judgement.rule.noun} '{visible(subject.name)}'"
    subscription = subject.subscription_id
    if not subscription or subject.id.lower() == f"/subscriptions/{subscription}":
        return named
    return f"{named} in subscription '{visible(subscriptions.get(subscription, subscription))}'"


def visible_prose(text: str) -> str:
    """Return a rule's own words on one line; they may quote names."""
    return " ".join(map(visible, text.split()))


def _says(verdict: Verdict) -> str:
    if verdict.outcome == "compliant":
        return "keeps the rule"
    if verdict.outcome == "not-applicable":
        return f"is not concerned: {verdict.message}"
    if verdict.outcome == "not-evaluable":
        return f"cannot be judged ({verdict.cause}): {verdict.message}"
    return verdict.message
