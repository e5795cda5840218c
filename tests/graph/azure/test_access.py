"""The tenant that a snapshot speaks of is the one signed in to, and no other."""

import pytest

from tenantlint.errors import UsageError
from tenantlint.graph.azure.access import tenant_of
from tenantlint.graph.azure.signin import Identity

HOME = "0c5b9f6e-52d7-4a1c-8e34-b9a7d1f06c28"
OTHER = "5d8e3b19-c4a7-42f0-b6d2-9e71f0a3c114"


@pytest.mark.parametrize(
    ("named", "signed_in", "found"),
    [
        (None, "", ""),
        (None, HOME, HOME),
        (HOME.upper(), HOME, HOME),
        (HOME, HOME.upper(), HOME),
        ("contoso.onmicrosoft.com", HOME, HOME),
        (OTHER, "", OTHER),
    ],
)
def test_the_token_tells_which_tenant_it_is(named: str | None, signed_in: str, found: str) -> None:
    assert tenant_of(named, Identity("", signed_in, "")) == found


def test_without_a_token_it_is_what_was_named() -> None:
    assert tenant_of(OTHER, None) == OTHER


def test_another_tenant_than_was_named_is_refused_before_anything_is_read() -> None:
    with pytest.raises(UsageError, match=f"the sign-in is to tenant {HOME}, not to {OTHER}") as error:
        tenant_of(OTHER, Identity("", HOME, ""))

    assert "have a tenant of their own" in error.value.hint
