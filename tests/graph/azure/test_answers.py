"""The answer to one request: what adds up is a page, and nothing else is."""

import msgspec
import orjson
import pytest

from tenantlint.graph.azure.answers import BrokenAnswerError, Page, TruncatedError, check_envelope, read_page
from tests.graph.azure.conftest import PAGE, Connect, Serve
from tests.graph.server.clients import demo_rows


def body(rows: object = ({"id": "/A"},), /, **said: object) -> bytes:
    """Return an answer; a value of None leaves its key out."""
    count = len(rows) if isinstance(rows, (list, tuple)) else 1
    head = {"totalRecords": count, "count": count, "data": rows, "facets": [], "resultTruncated": "false", **said}
    return orjson.dumps({name: value for name, value in head.items() if value is not None})


def test_a_page_is_read() -> None:
    said = body(
        [{"id": "/Subscriptions/A", "x": [1.50, "é"]}, {"x": None, "id": "/b"}], totalRecords=7, **{"$skipToken": "t"}
    )

    assert read_page(said) == Page(
        7,
        2,
        ('{"id":"/Subscriptions/A","x":[1.5,"é"]}'.encode(), b'{"x":null,"id":"/b"}'),
        ("/subscriptions/a", "/b"),
        "t",
    )


def test_an_answer_without_rows_is_a_page() -> None:
    assert read_page(body([])) == Page(0, 0, (), (), None)


@pytest.mark.parametrize("more", [{}, {"$skipToken": ""}, {"resultTruncated": False}])
def test_the_last_page_leads_nowhere(more: dict[str, object]) -> None:
    assert read_page(body(**more)).token is None


def test_the_pages_of_a_resource_graph_hold_its_rows(serve: Serve, connect: Connect) -> None:
    channel = connect(serve())
    rows: list[bytes] = []
    ids: list[str] = []
    token = None
    while True:
        options = {"$top": 200, "$skipToken": token} if token else {"$top": 200}
        asked = {"query": "Resources | project id, name | order by id asc", "options": options}
        page = read_page(channel.query(orjson.dumps(asked)).body)
        rows += page.rows
        ids += page.ids
        token = page.token
        if not token:
            break

    expected = sorted(({"id": row["id"], "name": row["name"]} for row in demo_rows()), key=lambda row: row["id"])
    assert [orjson.loads(row) for row in rows] == expected
    assert ids == [row["id"].lower() for row in expected]
    assert page.total == len(rows)


@pytest.mark.parametrize("line_break", [b"\n", b"\r\n", b"\r"])
def test_a_row_is_one_line_however_it_was_laid_out(line_break: bytes) -> None:
    row = {"id": "/A", "text": "two\nlines\r\n", "number": 10**30, "list": [1, {"a": 1e100}]}
    laid_out = msgspec.json.format(msgspec.json.encode({**orjson.loads(body()), "data": [row]})).replace(
        b"\n", line_break
    )

    assert line_break in laid_out
    assert read_page(laid_out).rows == (msgspec.json.encode(row),)


BROKEN = {
    "nothing": b"",
    "a page of HTML": b"<html>",
    "cut off": PAGE[:-1],
    "cut off in a row": PAGE[:50],
    "something after it": PAGE + b"x",
    "a list": b"[]",
    "null": b"null",
    "an error": b'{"error":{"code":"X"}}',
    "no total": body(totalRecords=None),
    "no count": body(count=None),
    "no rows": body(data=None),
    "nothing said of truncation": body(resultTruncated=None),
    "something odd said of truncation": body(resultTruncated="perhaps"),
    "a total that is text": body(totalRecords="1"),
    "a count that is true": body(count=True),
    "a count that is not whole": body(count=1.5),
    "a token that is a number": body(**{"$skipToken": 5}),
    "more counted than there are": body(count=2, totalRecords=2),
    "fewer counted than there are": body(count=0),
    "counted below nothing": body([], count=-1, totalRecords=-1),
    "fewer in all than here": body([{"id": "/a"}, {"id": "/b"}], totalRecords=1),
    "a table": body({"columns": [{"name": "id", "type": "string"}], "rows": [["/a"]]}),
    "a row that is a list": body([["/a"]]),
    "a row without an id": body([{"name": "a"}]),
    "an id that is null": body([{"id": None}]),
    "an id that is a number": body([{"id": 5}]),
    "an empty id": body([{"id": ""}]),
    "a blank id": body([{"id": " \t"}]),
    "two rows with one id": body([{"id": "/a"}, {"id": "/b"}, {"id": "/A"}]),
    "not a number": PAGE.replace(b'"/A"', b'"/A","x":NaN'),
    "infinity": PAGE.replace(b'"/A"', b'"/A","x":-Infinity'),
    "bytes that are no text": PAGE.replace(b'"/A"', b'"/A","x":"\xff"'),
    "a line break in a text": PAGE.replace(b'"/A"', b'"/A","x":"a\nb"'),
    "half a character": PAGE.replace(b'"/A"', b'"/A","x":"\\ud800"'),
    "a pit of lists": PAGE.replace(b'"/A"', b'"/A","x":' + b"[" * 100_000 + b"]" * 100_000),
    "a pit of lists on lines": PAGE.replace(b'"/A"', b'"/A",\n"x":' + b"[" * 100_000 + b"]" * 100_000),
}


@pytest.mark.parametrize("said", BROKEN.values(), ids=BROKEN)
def test_what_does_not_add_up_is_no_page(said: bytes) -> None:
    with pytest.raises(BrokenAnswerError, match="the answer"):
        read_page(said)


@pytest.mark.parametrize("truncated", ["true", "True", True])
def test_rows_that_cannot_be_had_are_an_error_of_their_own(truncated: object) -> None:
    with pytest.raises(TruncatedError, match="holds 1 rows of 9") as error:
        read_page(body(resultTruncated=truncated, totalRecords=9))

    assert not isinstance(error.value, BrokenAnswerError)
    assert error.value.exit_code == 3


def test_an_envelope_is_whole_or_broken() -> None:
    check_envelope(PAGE)

    with pytest.raises(BrokenAnswerError):
        check_envelope(PAGE[:-1])
