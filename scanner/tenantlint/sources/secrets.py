"""Takes secrets out of what goes into a repository. Queries project few of them; tags may hold any."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tenantlint.model import Json

REMOVED: Final = "(removed)"
_TOO_DEEP: Final = "(too deep)"
_DEEPEST: Final = 100

_KEY: Final = re.compile(
    r"(password|passwd|passphrase|pwd|secret|token|credentials?|connectionstring|signature|sas|cookie|certificate"
    r"|access_?key|account_?key|shared_?key|storage_?key|private_?key|api_?key|client_?key|primary_?key|secondary_?key"
    r"|key)s?_?\d?(value|text|data)?$",
    re.IGNORECASE,
)
_SEALED: Final = frozenset({"protectedsettings", "protectedparameters", "secureparameters", "customdata", "userdata"})
"""Nothing of what these hold is shown."""

_TEXTS: Final = (
    re.compile(r"(?i)\b((?:sig|signature|sas|code|access_token|token|password|pwd|key)(?:=|%3d))[^&;\s\"'<>]+"),
    re.compile(
        r"(?i)\b((?:account|sharedaccess|shared_?access|access|primary|secondary|api|client)_?(?:key|secret|signature)"
        r"\s*[=:]\s*)[^;\s\"',<>]+"
    ),
    re.compile(r"(?i)\b((?:password|passwd|pwd|secret|client_?secret|token)\s*[=:]\s*)[^;\s\"',<>]+"),
    re.compile(r"(?i)\b((?:bearer|basic)\s+)[A-Za-z0-9+/=._~-]{12,}"),
    re.compile(r"([a-z][a-z0-9+.-]{0,30}://[^/\s:@]{0,200}:)[^/\s@]{1,1000}(?=@)", re.IGNORECASE),
    re.compile(r"()\beyJ[A-Za-z0-9_-]{8,2000}\.[A-Za-z0-9_-]{8,8000}(?:\.[A-Za-z0-9_-]*)?"),
    re.compile(r"()-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----.*?(?:-----END [A-Z ]{0,30}PRIVATE KEY-----|\Z)", re.DOTALL),
)


_SIGN: Final = re.compile(r"[=:%]|eyJ|-----BEGIN|(?:bearer|basic)\s", re.IGNORECASE)
"""Without one of these in it, nothing above fits a text; most have none."""


def without_secrets(value: Json, key: str = "", depth: int = 0) -> Json:
    """Return *value*, which *key* holds, without what looks like a secret by its key or by how it is written.

    Numbers and texts under such a key are secrets; true, false and null tell nothing, and objects only hold some.
    """
    if depth > _DEEPEST:
        return _TOO_DEEP
    if key.lower().replace("_", "") in _SEALED:
        return value if value is None else REMOVED
    if isinstance(value, dict):
        return {name: without_secrets(held, name, depth + 1) for name, held in value.items()}
    if isinstance(value, list):
        return [without_secrets(each, key, depth + 1) for each in value]
    return _scalar(value, key)


def _scalar(value: bool | float | str | None, key: str) -> Json:  # noqa: FBT001 - JSON
    if value is None or isinstance(value, bool):
        return value
    if _KEY.search(key):
        return REMOVED
    return _without_secrets(value) if isinstance(value, str) else value


def _without_secrets(text: str) -> str:
    if not _SIGN.search(text):
        return text
    for pattern in _TEXTS:
        text = pattern.sub(rf"\1{REMOVED}", text)
    return text
