"""``tenantlint.toml``, its settings, and what is said of a name that does not exist."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tenantlint import Rule, Setting, guid, guids_by_tenant
from tenantlint.config import load_config, rule_settings
from tenantlint.errors import ConfigError, UsageError
from tenantlint.names import nearest, no_such
from tests.commands import run
from tests.makers import make_rule

GUID = "b6f1c2d4-7a3e-4d58-9c1b-2e0f5a8d7c61"
OTHER = "0c5b9f6e-52d7-4a1c-8e34-b9a7d1f06c28"
NO_TABLE = 'expected a table of tenant id = object id, such as {"<tenant id>" = "<object id>"}'
OBJECT_IDS = Setting("object_ids", "Object ids by tenant.", guids_by_tenant)
OWNER = Setting("owner", "An owner.", guid, default="nobody")
RULES = {
    "many-settings": make_rule(lambda vm, _: vm.compliant(), "many-settings", settings=[OBJECT_IDS, OWNER]),
    "no-settings": make_rule(lambda vm, _: vm.compliant(), "no-settings"),
}


def read(text: str, folder: Path, rules: Mapping[str, Rule] = RULES) -> dict[str, dict[str, object]]:
    file = folder / "given.toml"
    file.write_text(text, "utf-8")
    return rule_settings(load_config(file), rules)


@pytest.mark.parametrize("text", ["", "# nothing\n", "[rules]", "[rules.many-settings]", "rules = {no-settings = {}}"])
def test_what_is_not_set_has_its_default(text: str, tmp_path: Path) -> None:
    assert read(text, tmp_path) == {"many-settings": {"object_ids": None, "owner": "nobody"}, "no-settings": {}}


def test_what_is_set_is_read(tmp_path: Path) -> None:
    text = f'[rules.many-settings]\nowner = "{GUID.upper()}"\n[rules.many-settings.object_ids]\n"{GUID}" = "{OTHER}"\n'

    assert read(text, tmp_path)["many-settings"] == {"owner": GUID, "object_ids": {GUID: OTHER}}


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("[rule.x]", "the file has no key 'rule'", "did you mean 'rules'?"),
        ("x = 1", "the file has no key 'x'", "there is rules"),
        ("[rules.many-setings]", "[rules] has no key 'many-setings'", "did you mean 'many-settings'?"),
        ("[rules.zzz]", "[rules] has no key 'zzz'", "there is many-settings, no-settings"),
        ("rules.many-settings.ownr = 1", "[rules.many-settings] has no key 'ownr'", "did you mean 'owner'?"),
        ("rules.no-settings.owner = 1", "[rules.no-settings] has no key 'owner'", "there is none"),
        ('rules."Many-Settings".owner = 1', "[rules] has no key 'Many-Settings'", "did you mean 'many-settings'?"),
    ],
)
def test_an_unknown_key_is_an_error_that_names_the_nearest(text: str, message: str, hint: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as raised:
        read(text, tmp_path)

    assert (str(raised.value), raised.value.hint, raised.value.exit_code) == (message, hint, 2)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("rules = 1", "rules is a table, not 1"),
        ("rules = []", "rules is a table, not []"),
        ("[[rules]]", "rules is a table, not [{}]"),
        ("rules.no-settings = 'off'", "rules.no-settings is a table, not 'off'"),
        ("[[rules.many-settings]]", "rules.many-settings is a table, not [{}]"),
        ("rules.many-settings.owner = 1", "rules.many-settings.owner: expected a GUID, not 1"),
        ("rules.many-settings.owner = {}", "rules.many-settings.owner: expected a GUID, not {}"),
        ("rules.many-settings.owner = ''", "rules.many-settings.owner: expected a GUID, not ''"),
        (f"rules.many-settings.owner = '{GUID} '", f"rules.many-settings.owner: expected a GUID, not '{GUID} '"),
        (f"rules.many-settings.owner = '{{{GUID}}}'", f"rules.many-settings.owner: expected a GUID, not '{{{GUID}}}'"),
        (
            f"rules.many-settings.object_ids = '{GUID}'",
            f"rules.many-settings.object_ids: {NO_TABLE}",
        ),
        (
            f"rules.many-settings.object_ids.contoso = '{GUID}'",
            "rules.many-settings.object_ids: expected a GUID, not 'contoso'",
        ),
        (
            f"rules.many-settings.object_ids.{GUID} = ['{GUID}']",
            f"rules.many-settings.object_ids: expected a GUID, not ['{GUID}']",
        ),
    ],
)
def test_a_value_of_the_wrong_type_is_an_error_that_says_where(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as raised:
        read(text, tmp_path)

    assert str(raised.value) == message


@pytest.mark.parametrize(
    "content",
    [b"[rules", b"a = ", b"a = 1\na = 2", b"\xff\xfe", b"[rules]\nx = '\xc3('", b"a = 1\x00", b"= 1", b"a = 'x\ny'"],
)
def test_what_is_not_toml_is_an_error_that_names_the_file(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "broken.toml"
    file.write_bytes(content)

    with pytest.raises(ConfigError, match=r"broken\.toml is not TOML: "):
        load_config(file)


@pytest.mark.parametrize(("name", "reason"), [("missing.toml", "No such file"), (".", "Is a directory")])
def test_a_file_that_cannot_be_read_is_an_error_that_says_why(name: str, reason: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=f"cannot read .*: {reason}"):
        load_config(tmp_path / name)


def test_the_file_in_the_working_directory_is_read_unless_another_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tenantlint.toml").write_text("here = true")
    (tmp_path / "other.toml").write_text("other = true")
    monkeypatch.chdir(tmp_path)

    assert load_config(None) == {"here": True}
    assert load_config(Path("other.toml")) == {"other": True}


def test_no_file_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    assert load_config(None) == {}


def test_a_broken_file_in_the_working_directory_is_not_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "tenantlint.toml"
    file.write_text("[rules")

    with pytest.raises(ConfigError, match=r"tenantlint\.toml is not TOML"):
        load_config(None)
    file.unlink()
    file.mkdir()
    with pytest.raises(ConfigError, match=r"cannot read tenantlint\.toml: Is a directory"):
        load_config(None)


def test_the_command_line_says_what_is_wrong_and_ends_with_2(tmp_path: Path) -> None:
    (tmp_path / "tenantlint.toml").write_text("[rules.unprotected-vms]\n")
    ended = run("scan", "--demo", cwd=tmp_path)

    assert ended.code == 2
    assert ended.err == "error: [rules] has no key 'unprotected-vms'\nhint: did you mean 'unprotected-vm'?\n"
    assert ended.out == ""


@pytest.mark.parametrize("value", [GUID, GUID.upper(), GUID.title()])
def test_a_guid_is_read_in_any_case(value: str) -> None:
    assert guid(value) == GUID


@pytest.mark.parametrize(
    "value",
    [None, 7, True, [], {}, "", GUID[:-1], f"{GUID}0", f"{GUID}\n", GUID.replace("-", ""), GUID.replace("b", "g")],
)
def test_what_is_no_guid_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="expected a GUID, not "):
        guid(value)


@pytest.mark.parametrize("value", [{}, {GUID: OTHER}, {GUID.upper(): OTHER.upper()}])
def test_a_table_of_guids_is_read_in_any_case(value: dict[str, Any]) -> None:
    assert guids_by_tenant(value) == ({GUID: OTHER} if value else {})


def test_a_tenant_that_is_given_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="the same tenant twice"):
        guids_by_tenant({GUID: OTHER, GUID.upper(): GUID})


@pytest.mark.parametrize(
    ("name", "known", "said"),
    [
        ("virtual_machine", ["virtual_machines", "vaults"], "did you mean 'virtual_machines'?"),
        ("zzz", ["b", "a"], "there is a, b"),
        ("zzz", [], "there is none"),
        ("", ["a"], "there is a"),
    ],
)
def test_what_is_said_of_a_name_that_does_not_exist(name: str, known: list[str], said: str) -> None:
    assert nearest(name, known) == said
    error = no_such("table", name, known)

    assert isinstance(error, UsageError)
    assert (str(error), error.hint) == (f"there is no table {name!r}", said)
