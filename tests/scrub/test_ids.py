"""Ids of resources, whatever they are made of: their structure stays, and ids that were one or two still are."""

from urllib.parse import unquote

from hypothesis import example, given
from hypothesis import strategies as st

from tenantlint import subscription_of
from tenantlint.scrub import Scrubber
from tenantlint.scrub.keys import Role

SCRUBBER = Scrubber(b"one key for all of these")

words = st.sampled_from(["providers", "virtualMachines", "default", "Databricks-RG-x", "resourceGroups", "Standard"])
names = st.text("abcXYZ019-_.();", min_size=1, max_size=20) | words
guids = st.uuids().map(str)
subscriptions = guids.map("/subscriptions/{}".format)
groups = st.builds("{}/resourceGroups/{}".format, subscriptions, names)
types = st.sampled_from(
    ["Microsoft.Compute/virtualMachines", "Microsoft.KeyVault/vaults", "Microsoft.Network/p2sVpnGateways"]
)
resources = st.builds("{}/providers/{}/{}".format, groups, types, names)
children = st.builds("{}/extensions/{}".format, resources, names)
extensions = st.builds("{}/providers/Microsoft.Insights/diagnosticSettings/{}".format, resources, names)
ids = subscriptions | groups | resources | children | extensions
anything = (
    st.text(max_size=30)
    | ids
    | guids
    | st.from_regex(r"https://[a-z]{1,9}\.(blob\.core\.windows|vault\.azure)\.net/\w*")
)


def scrub(text: str, role: Role = Role.VALUE) -> str:
    return SCRUBBER.text(text, role)


@given(ids | st.builds("{}/%{:02X}{}".format, subscriptions, st.integers(32, 126), names))
def test_spellings_of_one_id_in_other_case_are_spellings_of_one_id(id_: str) -> None:
    spellings = {scrub(id_), scrub(id_.lower()), scrub(id_.upper()), scrub(id_.swapcase())}

    assert len({spelling.lower() for spelling in spellings}) == 1


@given(ids, ids)
@example("/subscriptions/s/resourceGroups/a%20b", "/subscriptions/s/resourceGroups/a b")
def test_two_ids_remain_two(one: str, other: str) -> None:
    assert (scrub(one).lower() == scrub(other).lower()) is (one.lower() == other.lower())


@given(ids)
def test_an_id_keeps_its_segments_but_for_those_that_are_names(id_: str) -> None:
    before, after = id_.split("/"), scrub(id_).split("/")

    assert len(after) == len(before)
    assert after[:2] == before[:2]
    assert after[3:4] == before[3:4]
    assert after[2] == scrub(before[2])
    assert subscription_of(scrub(id_)) == SCRUBBER.subscription(subscription_of(id_))


@given(groups, st.text("abcXYZ019+", min_size=1, max_size=9))
def test_a_percent_encoded_name_is_another_spelling_of_the_name(group: str, name: str) -> None:
    id_ = f"{group}/providers/Microsoft.Compute/disks/%{ord(name[0]):02X}{name[1:]}"
    encoded = scrub(id_)

    assert "%" in encoded
    assert unquote(encoded).lower() == f"{scrub(id_.rpartition('/%')[0])}/{scrub(name, Role.NAME)}".lower()


@given(resources, names)
def test_the_id_of_a_child_begins_with_that_of_its_parent(parent: str, name: str) -> None:
    child = f"{parent}/extensions/{name}"

    assert scrub(child).startswith(f"{scrub(parent)}/extensions/")
    assert scrub(f"{parent}/") == f"{scrub(parent)}/"


@given(groups, st.text("abcXYZ019-_.()", min_size=1, max_size=20))
def test_a_name_is_in_an_id_what_it_is_by_itself(group: str, name: str) -> None:
    id_ = f"{group}/providers/Microsoft.Compute/disks/{name}"

    assert scrub(id_).rpartition("/")[2] == scrub(name, Role.NAME)


@given(anything, st.sampled_from(Role))
def test_the_same_text_always_has_the_same_replacement(text: str, role: Role) -> None:
    again = Scrubber(b"one key for all of these")

    assert again.text(text, role) == scrub(text, role)


@given(ids)
def test_another_key_gives_other_replacements(id_: str) -> None:
    other = Scrubber(b"another key")

    assert other.text(id_) != scrub(id_) or "default" in id_


@given(anything)
def test_what_is_kept_is_kept_once_more(text: str) -> None:
    scrubbed = scrub(text)

    assert (scrub(scrubbed) == scrubbed) is (scrubbed == text)


@given(st.from_regex(r"[A-Za-z0-9]{4,12}-[A-Za-z0-9]{4,12}", fullmatch=True))
def test_a_name_does_not_shine_through(name: str) -> None:
    scrubbed = scrub(name, Role.NAME)

    assert name.lower() not in scrubbed.lower()
    assert len(scrubbed) == 16
