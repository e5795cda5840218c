"""What replies mean."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import orjson
import pytest

from tenantlint.graph.azure.faults import Kind, classify, one_line, reason
from tenantlint.graph.azure.governor import retry_after
from tenantlint.graph.server.effects import Effect, Expire, Fail, Throttle
from tenantlint.graph.server.faults import Fault
from tenantlint.graph.server.service import Settings
from tests.graph.azure.conftest import QUERY, Connect, Serve, reply
from tests.graph.server.clients import STRANGER

EXECUTION = "An unexpected query execution error occurred. Please try again later."

FAULTS: dict[str, tuple[Effect, Kind, str, float | None]] = {
    "throttled": (Throttle(17), Kind.THROTTLED, "Client application has been throttled", 17),
    "throttled without a time": (Throttle(None), Kind.THROTTLED, "Client application has been throttled", None),
    "throttled by the manager": (Throttle(manager=True), Kind.THROTTLED, "Number of requests for the tenant", 7),
    "broken": (Fail(500), Kind.TOO_MUCH, EXECUTION, None),
    "a bad gateway": (Fail(502), Kind.PASSING, "The gateway received an invalid response", None),
    "unavailable": (Fail(503), Kind.PASSING, "The service is temporarily unavailable", None),
    "timed out": (Fail(504), Kind.TOO_MUCH, "The gateway did not receive a response", None),
    "expired": (Expire(), Kind.SIGNED_OUT, "The access token expiry UTC time", None),
}


@pytest.mark.parametrize(("effect", "kind", "words", "wait"), FAULTS.values(), ids=FAULTS)
def test_what_goes_wrong_at_a_resource_graph_is_known(  # noqa: PLR0913, PLR0917 - parameters
    serve: Serve, connect: Connect, effect: Effect, kind: Kind, words: str, wait: float | None
) -> None:
    answered = connect(serve(faults=[Fault(effect)])).query(QUERY)

    meaning = classify(answered)

    assert (meaning.kind, meaning.wait, meaning.again) == (kind, wait, True)
    assert meaning.words.startswith(words)
    assert meaning.request_id == answered.headers["x-ms-correlation-request-id"]


REFUSALS: dict[str, tuple[dict[str, object], Kind, str]] = {
    "fine": ({"query": "Resources"}, Kind.OK, ""),
    "no KQL": ({"query": "where where"}, Kind.REFUSED, "(line 1, column 12)"),
    "a join that it has not": (
        {"query": "Resources | join kind=leftsemi (Resources) on id"},
        Kind.REFUSED,
        "The join kind",
    ),
    "no such table": ({"query": "NoSuchResources"}, Kind.NO_TABLE, "Table NoSuchResources is invalid"),
    "nobody's subscription": (
        {"query": "Resources", "subscriptions": [STRANGER]},
        Kind.DENIED,
        "There must be at least",
    ),
    "no subscription": ({"query": "Resources", "subscriptions": ["x"]}, Kind.REFUSED, "have to be valid GUIDs"),
    "no request": ({"query": 5}, Kind.REFUSED, "could not be deserialized"),
}


@pytest.mark.parametrize(("asked", "kind", "words"), REFUSALS.values(), ids=REFUSALS)
def test_what_a_resource_graph_refuses_is_known(
    serve: Serve, connect: Connect, asked: object, kind: Kind, words: str
) -> None:
    meaning = classify(connect(serve()).query(orjson.dumps(asked)))

    assert meaning.kind is kind
    assert words in meaning.words
    assert "\n" not in meaning.words


def test_an_answer_that_is_too_large_will_be_so_again(serve: Serve, connect: Connect) -> None:
    meaning = classify(connect(serve(settings=Settings(payload=500))).query(QUERY))

    assert (meaning.kind, meaning.again) == (Kind.TOO_MUCH, False)
    assert "has exceeded the limit of 500" in meaning.words


def error(code: str, *details: tuple[str, str], message: str = "support text") -> bytes:
    told = [{"code": name, "message": text} for name, text in details]
    return orjson.dumps({"error": {"code": code, "message": message, **({"details": told} if told else {})}})


SHAPES: dict[str, tuple[int, bytes, Kind, str]] = {
    "denied": (403, error("AccessDenied", ("AccessDenied", "Access is denied.")), Kind.DENIED, "Access is denied."),
    "of 2019": (400, error("InvalidQuery", ("ParserFailure", "Parser failure")), Kind.REFUSED, "Parser failure"),
    "no details": (400, error("BadRequest", message="It is bad."), Kind.REFUSED, "It is bad."),
    "several details": (400, error("B", ("A", "One."), ("B", "Two."), ("B", "Two.")), Kind.REFUSED, "One. Two."),
    "details that are text": (400, b'{"error":{"message":"M","details":"odd"}}', Kind.REFUSED, "M"),
    "details that are odd": (400, b'{"error":{"message":"M","details":[1,null,[]]}}', Kind.REFUSED, "M"),
    "details without texts": (400, b'{"error":{"message":"M","details":[{}]}}', Kind.REFUSED, "HTTP 400"),
    "a text that is a list": (400, b'{"error":{"message":["M"]}}', Kind.REFUSED, "HTTP 400"),
    "no envelope": (400, b'{"code":"DisallowedLogicalTableName","message":"No table."}', Kind.NO_TABLE, "No table."),
    "an error that is text": (400, b'{"error":"no"}', Kind.REFUSED, "HTTP 400"),
    "a place that is odd": (
        400,
        b'{"error":{"message":"M","line":1,"characterPositionInLine":"x"}}',
        Kind.REFUSED,
        "M",
    ),
    "an envelope's own code": (400, error("ResponsePayloadTooLarge", ("X", "Large.")), Kind.TOO_MUCH, "Large."),
    "a code in another case": (500, error("x", ("UNEXPECTEDQUERYEXECUTIONERROR", "E")), Kind.TOO_MUCH, "E"),
    "an error that nobody knows": (500, error("InternalServerError", message="Oops."), Kind.PASSING, "Oops."),
    "too late": (408, b"", Kind.PASSING, "HTTP 408"),
    "something new": (599, b"", Kind.PASSING, "HTTP 599"),
    "HTML": (502, b"<html><h1>Bad Gateway</h1>", Kind.PASSING, "HTTP 502"),
    "a list": (400, b"[]", Kind.REFUSED, "HTTP 400"),
    "null": (400, b"null", Kind.REFUSED, "HTTP 400"),
    "nothing": (403, b"", Kind.DENIED, "HTTP 403"),
    "a throttled one with another code": (429, error("ResponsePayloadTooLarge"), Kind.THROTTLED, "support text"),
    "an expired one with another code": (401, error("DisallowedLogicalTableName"), Kind.SIGNED_OUT, "support text"),
    "a redirect": (302, b"", Kind.STRANGE, "HTTP 302"),
    "no content": (204, b"", Kind.STRANGE, "HTTP 204"),
    "a part": (206, b"[]", Kind.STRANGE, "HTTP 206"),
    "no such version": (404, error("InvalidResourceType", message="Not there."), Kind.STRANGE, "Not there."),
    "a proxy's": (407, b"<html>", Kind.STRANGE, "HTTP 407"),
}


@pytest.mark.parametrize(("status", "body", "kind", "words"), SHAPES.values(), ids=SHAPES)
def test_every_shape_of_an_error_means_something(status: int, body: bytes, kind: Kind, words: str) -> None:
    meaning = classify(reply(status, body))

    assert (meaning.kind, meaning.words) == (kind, words)


def test_words_are_visible_and_short() -> None:
    ugly = error("BadRequest", ("X", "one\r\ntwo\x1b[31m \u202ethree\u2028four " + "long " * 100_000))

    words = classify(reply(400, ugly)).words

    assert words.startswith("one two\ufffd[31m \ufffdthree four long long")
    assert words.endswith("…")
    assert len(words) == 500


def test_a_thousand_details_are_not_all_read() -> None:
    many = error("BadRequest", *((f"C{number}", f"text-{number}") for number in range(1000)))

    assert classify(reply(400, many)).words == " ".join(f"text-{number}" for number in range(10))


@pytest.mark.parametrize("status", [429, 503])
def test_a_reply_says_how_long_it_wants_to_be_left_alone(status: int) -> None:
    assert classify(reply(status, retry_after="3")).wait == 3


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0),
        ("2", 2),
        (" 30 ", 30),
        ("600", 600),
        ("601", 600),
        ("9" * 5000, 600),
        ("", None),
        ("-1", None),
        ("1.5", None),
        ("1e3", None),
        ("\u0663", None),
        ("soon", None),
        ("Fri, 99 Foo 2026 10:00:00 GMT", None),
    ],
)
def test_a_time_to_wait_is_a_number_or_nothing(value: str, seconds: float | None) -> None:
    assert retry_after({"retry-after": value}) == seconds


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("Fri, 20 Nov 2026 10:00:09 GMT", 9),
        ("Fri, 20 Nov 2026 10:00:09 -0000", 9),
        ("Fri, 20 Nov 2026 09:00:00 GMT", 0),
        ("Sat, 21 Nov 2026 10:00:00 GMT", 600),
    ],
)
def test_a_date_is_read_by_the_clock_of_whoever_gave_it(value: str, seconds: float) -> None:
    assert retry_after({"retry-after": value, "date": "Fri, 20 Nov 2026 10:00:00 GMT"}) == seconds


def test_a_date_is_read_by_our_own_clock_where_there_is_no_other() -> None:
    until = format_datetime(datetime.now(UTC) + timedelta(seconds=100))

    assert 95 < (retry_after({"retry-after": until, "date": "yesterday"}) or 0) <= 100


def test_the_reason_of_an_error_is_at_its_bottom() -> None:
    def fail() -> None:
        try:
            raise ConnectionResetError(104, "Connection\nreset")
        except OSError as error:
            raise ValueError("wrapped") from error

    with pytest.raises(ValueError, match="wrapped") as error:
        fail()

    assert reason(error.value) == "Connection reset"
    assert reason(TimeoutError()) == "TimeoutError"
    assert one_line("a\tb\nc") == "a b c"
