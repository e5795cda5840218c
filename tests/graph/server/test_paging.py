"""Pages and skip tokens."""

import base64
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenantlint.graph.server.paging import SkipToken, decode
from tests.graph.server.clients import Client, ids

RECORDED = (
    "ew0KICAiJGlkIjogIjEiLA0KICAiTWF4Um93cyI6IDMsDQogICJSb3dzVG9Ta2lwIjogNSwNCiAgIkt1c3RvQ2x1c3RlclVybCI6ICJodHRwczovL2"
    "FyZy13dXMyLXRocmVlLXNmLmFyZy5jb3JlLndpbmRvd3MubmV0Ig0KfQ=="
)
ANSWERED = (
    "ew0KICAiJGlkIjogIjEiLA0KICAiTWF4Um93cyI6IDMsDQogICJSb3dzVG9Ta2lwIjogOCwNCiAgIkt1c3RvQ2x1c3RlclVybCI6ICJodHRwczovL2"
    "FyZy13dXMyLXRocmVlLXNmLmFyZy5jb3JlLndpbmRvd3MubmV0Ig0KfQ=="
)
"""A token that a client sent to the service in 2021, and the one that it got with the page."""

SORTED = "Resources | project id | order by id asc"


def test_a_recorded_token_leads_to_the_token_that_the_service_gave(demo: Client) -> None:
    page = demo.ask("project id", options={"$skipToken": RECORDED})

    assert (page.json["count"], page.token) == (3, ANSWERED)


def test_a_token_is_an_offset_into_the_whole_answer(demo: Client) -> None:
    everything = ids(demo.ask(SORTED))

    assert ids(demo.ask(SORTED, options={"$skipToken": RECORDED})) == everything[5:8]


def test_a_token_that_the_server_made_has_the_services_shape(demo: Client) -> None:
    token = demo.ask("project id", options={"$top": 4}).token

    assert token
    text = base64.b64decode(token).decode()
    shape = (
        r'{\r\n  "\$id": "1",\r\n  "MaxRows": 4,\r\n  "RowsToSkip": 4,\r\n  "KustoClusterUrl": "https://[\w.-]+"\r\n}'
    )
    assert re.fullmatch(shape, text)


@given(st.integers(1, 1000), st.integers(0, 10**7), st.from_regex(r"https://[a-z.-]{1,40}", fullmatch=True))
@settings(deadline=None, max_examples=50)
def test_a_token_is_read_as_it_was_written(rows: int, skip: int, cluster: str) -> None:
    assert decode(SkipToken(rows, skip, cluster).encode()) == SkipToken(rows, skip, cluster)


@pytest.mark.parametrize("top", [1000, 700, 117])
def test_pages_add_up_to_the_answer(numbers: Client, top: int) -> None:
    pages = list(numbers.walk("project id | order by id asc", top))

    found = [id_ for page in pages for id_ in ids(page)]
    assert len(found) == len(set(found)) == 2345
    assert found == sorted(found)
    assert {page.json["totalRecords"] for page in pages} == {2345}
    assert sum(page.json["count"] for page in pages) == 2345
    assert {page.json["resultTruncated"] for page in pages} == {"false"}
    assert len(pages) == -(-2345 // top)


def test_the_page_size_may_change_in_the_middle_of_a_walk(numbers: Client) -> None:
    first = numbers.ask("project id | order by id asc", options={"$top": 1000})

    second = numbers.ask("project id | order by id asc", options={"$top": 100, "$skipToken": first.token})

    assert [row["id"][-6:] for row in (second.data[0], second.data[-1])] == ["n01000", "n01099"]
    assert second.token
    assert decode(second.token) == SkipToken(100, 1100)


def test_a_token_carries_its_page_size_with_it(numbers: Client) -> None:
    first = numbers.ask("project id", options={"$top": 7})

    assert numbers.ask("project id", options={"$skipToken": first.token}).json["count"] == 7


def test_a_page_that_ends_with_the_answer_leads_no_further(numbers: Client) -> None:
    page = numbers.ask("project id", options={"$top": 5, "$skip": 2340})

    assert (page.json["count"], page.token) == (5, None)


def test_more_than_a_thousand_rows_are_a_thousand(numbers: Client) -> None:
    page = numbers.ask("project id", options={"$top": 5000})

    assert (page.json["count"], page.json["totalRecords"]) == (1000, 2345)
    assert page.token
    assert decode(page.token).rows == 1000


@pytest.mark.parametrize(
    ("version", "rows"),
    [("2018-09-01-preview", 100), ("2019-04-01", 100), ("2020-04-01-preview", 1000), ("2024-04-01", 1000)],
)
def test_the_api_version_sets_the_size_of_a_page(numbers: Client, version: str, rows: int) -> None:
    assert numbers.ask("project id", version).json["count"] == rows


def test_top_without_its_dollar_is_ignored(numbers: Client) -> None:
    assert numbers.ask("project id", "2022-10-01", {"top": 5}).json["count"] == 1000


def test_rows_can_be_skipped(numbers: Client) -> None:
    page = numbers.ask("project id | order by id asc", options={"$skip": 10, "$top": 2})

    assert [id_[-6:] for id_ in ids(page)] == ["n00010", "n00011"]
    assert page.token
    assert decode(page.token).skip == 12


def test_skip_overrides_the_offset_of_a_token(numbers: Client) -> None:
    page = numbers.ask("project id | order by id asc", options={"$skip": 0, "$skipToken": RECORDED})

    assert [id_[-6:] for id_ in ids(page)] == ["n00000", "n00001", "n00002"]


@pytest.mark.parametrize("limit", ["limit", "take"])
def test_skip_is_ignored_where_the_query_limits_itself(numbers: Client, limit: str) -> None:
    page = numbers.ask(f"project id | order by id asc | {limit} 20", options={"$skip": 10, "$top": 2})

    assert [id_[-6:] for id_ in ids(page)] == ["n00000", "n00001"]


@pytest.mark.parametrize("limit", ["limit", "take"])
def test_a_query_that_limits_itself_has_no_next_page(numbers: Client, limit: str) -> None:
    page = numbers.ask(f"project id | {limit} 1500").json

    assert (page["totalRecords"], page["count"], page["resultTruncated"]) == (1500, 1000, "true")
    assert "$skipToken" not in page


def test_a_limit_that_fits_on_a_page_truncates_nothing(numbers: Client) -> None:
    page = numbers.ask("project id | take 9").json

    assert (page["totalRecords"], page["count"], page["resultTruncated"]) == (9, 9, "false")


def test_top_is_an_operator_that_can_be_paged(numbers: Client) -> None:
    page = numbers.ask("top 1500 by id asc | project id").json

    assert (page["totalRecords"], page["resultTruncated"], "$skipToken" in page) == (1500, "false", True)


def test_a_limit_inside_a_join_does_not_stop_paging(numbers: Client) -> None:
    joined = "project id | join kind=leftouter (Resources | take 1 | project id, name) on id"

    assert numbers.ask(joined, options={"$top": 5}).token


def test_rows_of_nothing_but_dynamic_values_cannot_be_paged(numbers: Client) -> None:
    page = numbers.ask("project properties").json

    assert (page["count"], page["resultTruncated"], "$skipToken" in page) == (1000, "true", False)


def test_a_few_rows_of_dynamic_values_are_not_truncated(numbers: Client) -> None:
    assert numbers.ask("top 3 by id | project properties").json["resultTruncated"] == "false"


def test_a_page_beyond_the_end_is_empty(numbers: Client) -> None:
    page = numbers.ask("project id", options={"$skipToken": SkipToken(10, 9000).encode()}).json

    assert (page["count"], page["data"], "$skipToken" in page) == (0, [], False)


BAD = {
    "not Base64": "***",
    "not JSON": base64.b64encode(b"hello").decode(),
    "not text": base64.b64encode(b"\xff\xfe").decode(),
    "no object": base64.b64encode(b"[1]").decode(),
    "no offset": base64.b64encode(b'{"MaxRows":3,"KustoClusterUrl":""}').decode(),
    "no rows": SkipToken(0, 3).encode(),
    "negative": SkipToken(3, -1).encode(),
    "text for a number": base64.b64encode(b'{"MaxRows":"3","RowsToSkip":3,"KustoClusterUrl":""}').decode(),
    "no cluster": base64.b64encode(b'{"MaxRows":3,"RowsToSkip":3,"KustoClusterUrl":7}').decode(),
}


@pytest.mark.parametrize("token", BAD.values(), ids=BAD)
def test_a_token_that_is_none_is_refused(demo: Client, token: str) -> None:
    assert demo.ask("project id", options={"$skipToken": token}).status == 400
