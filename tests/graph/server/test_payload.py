"""Answers that are too large, and queries that are too much."""

import re
from pathlib import Path

from tenantlint.graph.server.errors import payload_too_large
from tenantlint.graph.server.service import Settings
from tests.graph.server.clients import READ, details, write_numbers
from tests.graph.server.conftest import Serve
from tests.makers import write_copy


def test_too_large_a_page_is_refused_with_its_size(serve: Serve, tmp_path: Path) -> None:
    client = serve(write_numbers(tmp_path, 50), settings=Settings(payload=3000))
    size = len(client.ask("project id", options={"$top": 3}).body)
    whole = len(serve(tmp_path).ask("project id").body)

    answer = client.ask("project id")

    assert size < 3000 < whole
    message = details(answer)[0]["message"]
    assert re.fullmatch(
        r"Response payload size is \d+, and has exceeded the limit of 3000. Please consider querying less data at a "
        r"time and make paginated call if needed.",
        message,
    )
    assert 3000 < int(re.findall(r"\d+", message)[0]) <= whole


def test_a_large_table_is_measured_as_a_table(serve: Serve, tmp_path: Path) -> None:
    copy = write_numbers(tmp_path, 50)
    size = len(serve(copy).ask("project id", "2019-04-01").body)

    exact = serve(copy, settings=Settings(payload=size))
    tight = serve(copy, settings=Settings(payload=size - 1))

    assert exact.ask("project id", "2019-04-01").status == 200
    assert f"payload size is {size}," in details(tight.ask("project id", "2019-04-01"))[0]["message"]


def test_an_object_page_may_be_as_large_as_the_limit(serve: Serve, tmp_path: Path) -> None:
    copy = write_numbers(tmp_path, 50)
    size = len(serve(copy).ask("project id").body)

    assert serve(copy, settings=Settings(payload=size)).ask("project id").status == 200
    assert serve(copy, settings=Settings(payload=size - 1)).ask("project id").status == 400


def test_the_services_limit_is_sixteen_mebibytes(serve: Serve, tmp_path: Path) -> None:
    rows = [{"id": f"/{number}", "type": "t", "subscriptionId": READ, "name": "x" * 17_000} for number in range(1000)]
    client = serve(write_copy(tmp_path, {"Resources": rows}))

    assert "exceeded the limit of 16777216." in details(client.ask("project id, name"))[0]["message"]
    assert client.ask("project id, name", options={"$top": 900}).status == 200


def test_a_query_that_is_too_much_is_not_the_querys_fault(serve: Serve, tmp_path: Path) -> None:
    row = {"id": "/a", "type": "t", "subscriptionId": READ, "properties": {"text": "x" * (16 * 1024 * 1024)}}

    answer = serve(write_copy(tmp_path, {"Resources": [row]})).ask("project id, properties")

    assert (answer.status, answer.codes[:2]) == (500, ["InternalServerError", "UnexpectedQueryExecutionError"])
    assert "Out of Memory" in answer.json["error"]["details"][1]["message"]


def test_the_recorded_text_of_too_large_an_answer() -> None:
    assert payload_too_large(94330584, 16777216).details[0]["message"] == (
        "Response payload size is 94330584, and has exceeded the limit of 16777216. Please consider querying less "
        "data at a time and make paginated call if needed."
    )
