"""``tenantlint.toml``, its settings, and what is said of a name that does not exist."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tenantlint import Dated, Setting, guid, guids_by_tenant
from tenantlint.catalog import Catalog
from tenantlint.config import load_config, read_settings
from tenantlint.errors import ConfigError, UsageError
from tenantlint.exclusions import Exclusion
from tenantlint.names import nearest, no_such
from tenantlint.settings import Settings
from tests.commands import run
from tests.makers import MACHINES, PARTS, SHOPS, make_rule

GUID = "b6f1c2d4-7a3e-4d58-9c1b-2e0f5a8d7c61"
OTHER = "0c5b9f6e-52d7-4a1c-8e34-b9a7d1f06c28"
NO_TABLE = 'expected a table of tenant id = object id, such as {"<tenant id>" = "<object id>"}'
OBJECT_IDS = Setting("object_ids", "Object ids by tenant.", guids_by_tenant)
OWNER = Setting("owner", "An owner.", guid, default="nobody")
RULES = {
    "many-settings": make_rule(lambda vm, _: vm.compliant(), "many-settings", settings=[OBJECT_IDS, OWNER]),
    "no-settings": make_rule(lambda vm, _: vm.compliant(), "no-settings"),
    "a-limit": make_rule(lambda vm, _: vm.compliant(), "a-limit", limits={"disks": Dated({"2015-10": 16})}),
}
CATALOG = Catalog(rules=RULES, tables={table.name: table for table in (MACHINES, PARTS, SHOPS)})


def read_all(text: str, folder: Path, name: str = "given.toml", edition: str | None = None) -> Settings:
    file = folder / name
    file.write_text(text, "utf-8")
    return read_settings(load_config(file), CATALOG, edition)


def read(text: str, folder: Path) -> Mapping[str, Mapping[str, object]]:
    return read_all(text, folder).parameters


@pytest.mark.parametrize("text", ["", "# nothing\n", "[rules]", "[rules.many-settings]", "rules = {no-settings = {}}"])
def test_what_is_not_set_has_its_default(text: str, tmp_path: Path) -> None:
    assert read(text, tmp_path) == {
        "many-settings": {"object_ids": None, "owner": "nobody"},
        "no-settings": {},
        "a-limit": {},
    }


def test_what_is_set_is_read(tmp_path: Path) -> None:
    text = f'[rules.many-settings]\nowner = "{GUID.upper()}"\n[rules.many-settings.object_ids]\n"{GUID}" = "{OTHER}"\n'

    assert read(text, tmp_path)["many-settings"] == {"owner": GUID, "object_ids": {GUID: OTHER}}


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("[rule.x]", "the file has no key 'rule'", "did you mean 'rules'?"),
        ("x = 1", "the file has no key 'x'", "there is edition, exclude, isolation, rules, waivers"),
        ("[rules.many-setings]", "[rules] has no key 'many-setings'", "did you mean 'many-settings'?"),
        ("[rules.zzz]", "[rules] has no key 'zzz'", "there is a-limit, many-settings, no-settings"),
        ("rules.many-settings.ownr = 1", "[rules.many-settings] has no key 'ownr'", "did you mean 'owner'?"),
        ("rules.no-settings.owner = 1", "[rules.no-settings] has no key 'owner'", "there is enabled, level"),
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


def test_a_rule_is_switched_off_and_on_and_given_a_level(tmp_path: Path) -> None:
    text = "[rules.no-settings]\nenabled = false\nlevel = 'note'\n[rules.a-limit]\nenabled = true\ndisks = 20\n"

    found = read_all(text, tmp_path)

    assert found.enabled == {"no-settings": False, "a-limit": True}
    assert found.levels == {"no-settings": "note"}
    assert found.parameters["a-limit"] == {"disks": 20}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("rules.a-limit.enabled = 'no'", "rules.a-limit.enabled: expected true or false, not 'no'"),
        ("rules.a-limit.level = 'high'", "rules.a-limit.level: expected error, warning or note, not 'high'"),
        ("rules.a-limit.level = 1", "rules.a-limit.level: expected error, warning or note, not 1"),
        ("rules.a-limit.disks = -1", "rules.a-limit.disks: expected a number that is not negative, not -1"),
        ("rules.a-limit.disks = true", "rules.a-limit.disks: expected a number that is not negative, not True"),
        ("rules.a-limit.disks = inf", "rules.a-limit.disks: expected a number that is not negative, not inf"),
        ("rules.a-limit.disks = nan", "rules.a-limit.disks: expected a number that is not negative, not nan"),
        (f"rules.a-limit.disks = {10**20}", "rules.a-limit.disks: expected a number that is not negative, not 100"),
        ("rules.a-limit.disks = '16'", "rules.a-limit.disks: expected a number that is not negative, not '16'"),
        ("edition = 2018", "2018 is not the month of an edition"),
        ("edition = '2018-13'", "'2018-13' is not the month of an edition"),
        ("edition = '2018'", "'2018' is not the month of an edition"),
        ("edition = '201\u0668-12'", "'201\u0668-12' is not the month of an edition"),
        ("edition = '9999-12'", "'9999-12' is not the month of an edition"),
        ("edition = ''", "'' is not the month of an edition"),
        ("exclude = 1", "exclude is a list of tables, not 1"),
        ("exclude = [1]", "exclude[0] is a table, not 1"),
        ("[[exclude]]\ntags.a = 'b'", "exclude[0] gives no reason"),
        ("[[exclude]]\nreason = 'x'", "exclude[0] would leave out everything"),
        ("@rules = ['a-limit']", "exclude[0] would leave out everything"),
        ("[[exclude]]\nreason = ' '\ntags.a = 'b'", "exclude[0].reason: expected text, not ' '"),
        ("@tag = {}", "exclude[0] has no key 'tag'"),
        ("@tags = {}", "exclude[0].tags: expected a table with at least one entry"),
        ("@tags.a = 1", "exclude[0].tags.a: expected text, not 1"),
        ("@resources = []", "exclude[0].resources: expected a list of texts, not []"),
        ("@resources = [1]", "exclude[0].resources: expected text, not 1"),
        ("@subscriptions = 'a'", "exclude[0].subscriptions: 'a' is not the id of a subscription"),
        ("@rules = 'a'\ntags.a = 'b'", "exclude[0].rules: there is no 'a'"),
        ("@has = 'shops'", "exclude[0].has: there is no 'shops'"),
        ("@has = 'machines'", "exclude[0].has: there is no 'machines'"),
        ("@younger_than_days = 0", "exclude[0].younger_than_days: expected a number above zero, not 0"),
        ("@younger_than_days = inf", "exclude[0].younger_than_days: expected a number above zero, not inf"),
        ("@younger_than_days = nan", "exclude[0].younger_than_days: expected a number above zero, not nan"),
        ("@younger_than_days = true", "exclude[0].younger_than_days: expected a number above zero, not True"),
        ("@where.'a[' = 'b'", "exclude[0].where: 'a[' is not JMESPath"),
        ("@where.'a || b' = 'b'", "exclude[0].where: 'a || b' does not start from one property"),
    ],
)  # fmt: skip
def test_settings_that_make_no_sense_are_errors_that_say_where(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as raised:
        read_all(text.replace("@", "[[exclude]]\nreason = 'x'\n"), tmp_path)

    assert str(raised.value).startswith(message)


def test_an_exclusion_is_read_with_all_its_conditions(tmp_path: Path) -> None:
    text = f"""
    [[exclude]]
    reason = "Lab"
    rules = "a-limit"
    subscriptions = ["{GUID.upper()}"]
    resource_groups = ["RG-lab-*", "rg-[x]"]
    resources = "*/Machines/tmp-?"
    tags = {{ Backup = "No" }}
    where = {{ "properties.priority" = "Spot" }}
    younger_than_days = 7
    has = ["parts"]
    [[exclude]]
    reason = "Other"
    tags.env = "dev"
    """

    first, second = read_all(text, tmp_path).exclusions

    assert first == Exclusion(
        reason="Lab",
        rules=("a-limit",),
        subscriptions=(GUID,),
        resource_groups=("rg-lab-*", "rg-[x]"),
        resources=("*/machines/tmp-?",),
        tags=(("backup", "no"),),
        where=(("properties.priority", "spot"),),
        younger_than_days=7,
        has=("parts",),
    )
    assert second == Exclusion("Other", tags=(("env", "dev"),))


def test_the_edition_of_the_command_line_counts_more_than_that_of_the_file(tmp_path: Path) -> None:
    assert read_all("", tmp_path).edition is None
    assert read_all("edition = '2018-12'", tmp_path).edition == "2018-12"
    assert read_all("edition = '2018-12'", tmp_path, edition="2015-10").edition == "2015-10"
    with pytest.raises(ConfigError, match="'soon' is not the month of an edition"):
        read_all("edition = 'soon'", tmp_path, edition="2015-10")


def test_an_empty_edition_is_not_taken_for_none(tmp_path: Path) -> None:
    ended = run("scan", "--demo", "--edition", "", cwd=tmp_path)

    assert (ended.code, ended.err) == (2, "error: '' is not the month of an edition\nhint: such as 2018-12\n")


def test_settings_may_be_in_a_project_file_of_which_nothing_else_counts(tmp_path: Path) -> None:
    text = "[project]\nname = 'x'\n[tool.other]\na = 1\n[tool.tenantlint]\nedition = '2019-04'\n"

    assert read_all(text, tmp_path, "pyproject.toml").edition == "2019-04"
    with pytest.raises(ConfigError, match=r"pyproject\.toml has no table tool\.tenantlint"):
        read_all("[project]\nname = 'x'\n", tmp_path, "pyproject.toml")
    with pytest.raises(ConfigError, match="tool is a table, not 1"):
        read_all("tool = 1", tmp_path, "pyproject.toml")
    with pytest.raises(ConfigError, match=r"tool\.tenantlint is a table, not 1"):
        read_all("tool.tenantlint = 1", tmp_path, "pyproject.toml")


def test_the_project_file_is_read_where_there_is_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text("[tool.tenantlint]\nedition = '2019-04'\n")
    assert load_config(None) == {"edition": "2019-04"}

    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'tenantlint-acme'\n")
    assert load_config(None) == {}

    (tmp_path / "tenantlint.toml").write_text("edition = '2018-12'\n")
    assert load_config(None) == {"edition": "2018-12"}


def test_two_files_with_settings_are_an_error_since_one_would_be_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text("[tool.tenantlint]\n")
    (tmp_path / "tenantlint.toml").write_text("edition = '2018-12'\n")

    with pytest.raises(ConfigError, match=r"both tenantlint\.toml and pyproject\.toml hold settings"):
        load_config(None)
    assert load_config(Path("tenantlint.toml")) == {"edition": "2018-12"}
    assert load_config(Path("pyproject.toml")) == {}


def test_a_broken_project_file_counts_only_where_it_may_be_meant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "pyproject.toml"
    file.write_bytes(b"[project\nname = '\xff'")
    assert load_config(None) == {}

    file.write_text("<<<<<<< HEAD\n[tool.tenantlint]\n")
    with pytest.raises(ConfigError, match=r"pyproject\.toml is not TOML"):
        load_config(None)
    file.unlink()
    file.mkdir()
    with pytest.raises(ConfigError, match=r"cannot read pyproject\.toml: Is a directory"):
        load_config(None)


def test_the_mark_that_editors_of_windows_write_is_no_part_of_the_file(tmp_path: Path) -> None:
    assert read_all("\ufeffedition = '2018-12'\r\n", tmp_path).edition == "2018-12"


OF_OTHERS = """
[rules.acme-gone]
owner = 7
[[exclude]]
reason = "x"
rules = ["acme-gone"]
tags.a = "b"
"""


def test_what_is_left_out_on_the_command_line_may_stay_in_the_file(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text(OF_OTHERS)
    config = load_config(tmp_path / "x.toml")

    found = read_settings(config, replace(CATALOG, without=frozenset({"acme-gone"})))
    assert (found.passed_over, found.exclusions[0].rules) == ((), ("acme-gone",))
    found = read_settings(config, replace(CATALOG, without=frozenset({"acme"}), lacks_plugins=True))
    assert (found.passed_over, found.exclusions[0].rules) == (("acme-gone",), ("acme-gone",))
    with pytest.raises(ConfigError, match="has no key 'acme-gone'"):
        read_settings(config, replace(CATALOG, without=frozenset({"acme"})))


def test_settings_that_do_nothing_without_a_plugin_are_told(tmp_path: Path) -> None:
    plugin = tmp_path / "acme_vm.py"
    plugin.write_text(PLUGIN)
    (tmp_path / "tenantlint.toml").write_text(
        "[rules.vault-name]\nlevel = 'error'\n[rules.acme-gone]\nlevel = 'note'\n"
    )
    scan = ("scan", "--demo", "--plugin", plugin, "--report", "json=v.jsonl")

    ended = run(*scan, "--without", "tenantlint_backup", cwd=tmp_path)
    said = "note: the settings of {!r} do nothing: no plugin that is loaded has this rule\n"
    assert (ended.code, ended.err) == (0, said.format("vault-name") + said.format("acme-gone"))
    assert "has no key 'acme-gone'" in run(*scan, "--without", "vault-name", cwd=tmp_path).err


PLUGIN = """
from tenantlint import Document, rule
@rule(id="acme-vm", on="virtual_machines", level="note", sources=[Document("A", "2026-01-01", "https://acme.example/a")])
def acme_vm(vm, ctx):
    return vm.compliant()
"""


@pytest.mark.parametrize("name", ["enabled", "level"])
def test_no_rule_may_have_a_setting_that_every_rule_has(name: str) -> None:
    with pytest.raises(ValueError, match=f"cannot have a setting called {name}"):
        make_rule(lambda vm, _: vm.compliant(), settings=[Setting(name, "…", guid)])
    with pytest.raises(ValueError, match=f"cannot have a setting called {name}"):
        make_rule(lambda vm, _: vm.compliant(), limits={name: Dated({"2015-10": 1})})
