"""Resource types, provider namespaces, and the actions that roles allow."""

from __future__ import annotations

import re
from typing import Final

from tenantlint.scrub.parts import Kind, Part, split_words

_PARTNERS: Final = split_words("""
    astronomer.astro confluent.organization datadog.observability dynatrace.observability elastic.observability
    github.network informatica.datamanagement lambdatest.hyperexecute
    mongodb.atlas neon.postgres newrelic.observability nginx.nginxplus oracle.database paloaltonetworks.cloudngfw
    pinecone.vectordb private.avs purestorage.block qumulo.storage sendgrid.email
""")
_CUSTOM: Final = "microsoft.customproviders"
_CUSTOM_TYPES: Final = frozenset({"resourceproviders", "associations"})
"""The only types there whose names the tenant has not chosen."""

_NAMESPACE: Final = re.compile(r"microsoft(\.[a-z][a-z0-9]{0,59}){1,5}", re.ASCII | re.IGNORECASE)
_TYPE: Final = re.compile(r"(?=.{1,80}$)[a-z]+(\d[a-z]+)?", re.ASCII | re.IGNORECASE)
"""Not the names that end in a number, as so many names of resources do."""
_ACTION: Final = re.compile(
    r"(?=.{1,200}$)([a-z.]*\*[a-z.*]*|microsoft(\.[a-z0-9*]+)+)(/([a-z*]+(\d[a-z*]+)?))*/?", re.ASCII | re.IGNORECASE
)
"""A wildcard may stand anywhere. Azure takes only patterns that cover actions which exist."""


def is_namespace(text: str) -> bool:
    """Tell whether *text* is the namespace of a resource provider that is the same in every tenant."""
    return bool(_NAMESPACE.fullmatch(text)) or text.lower() in _PARTNERS


def is_type(namespace: str, text: str) -> bool:
    """Tell whether *text* can be a type, or the type of a child, in a known *namespace*."""
    if namespace.lower() == _CUSTOM:
        return text.lower() in _CUSTOM_TYPES
    return bool(_TYPE.fullmatch(text))


def type_parts(text: str) -> list[Part] | None:
    """Return the parts of a resource type or a namespace; None where *text* is none that is known."""
    namespace, *types = text.split("/")
    if not is_namespace(namespace):
        return None
    parts = [Part(namespace, Kind.TYPE)]
    for each in types:
        parts += [Part("/", Kind.STRUCTURE), Part(each, Kind.TYPE if is_type(namespace, each) else Kind.NAME)]
    return parts


def is_action(text: str) -> bool:
    """Tell whether *text* is an action that a role allows, or a pattern of such."""
    return bool(_ACTION.fullmatch(text))
