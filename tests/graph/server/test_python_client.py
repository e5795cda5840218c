"""The Python SDK's own client, as anybody would use it."""

import time
from typing import Any

import pytest
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError, DecodeError, HttpResponseError
from azure.core.pipeline.policies import RetryPolicy
from azure.mgmt.resourcegraph import ResourceGraphClient
from azure.mgmt.resourcegraph.models import FacetRequest, QueryRequest, QueryRequestOptions

from tenantlint.graph.copies import read_copy
from tenantlint.graph.server.effects import Expire, Fail, NotJson, Throttle
from tenantlint.graph.server.faults import Fault
from tenantlint.graph.server.serving import Options, serving
from tests.graph.server.clients import DEMO, Client, demo_rows
from tests.graph.server.conftest import Serve

SCOPE = "https://management.azure.com/.default"


class StaticCredential:
    """A credential whose token never changes."""

    def get_token(self, *_: str, **__: Any) -> AccessToken:  # noqa: ANN401 - as the SDK calls it
        return AccessToken("static", int(time.time()) + 3600)


def connect(url: str, **more: Any) -> ResourceGraphClient:  # noqa: ANN401 - whatever the client takes
    return ResourceGraphClient(StaticCredential(), base_url=url, credential_scopes=[SCOPE], **more)


def ask(client: ResourceGraphClient, query: str, **said: Any) -> Any:  # noqa: ANN401 - the SDK's models
    return client.resources(QueryRequest(query=query, **said), enforce_https=False)


@pytest.mark.parametrize("version", ["2021-03-01", "2024-04-01"])
def test_it_walks_through_all_pages(demo: Client, version: str) -> None:
    options = QueryRequestOptions(top=200)
    found: list[str] = []
    with connect(demo.url, api_version=version) as client:
        while True:
            page = ask(client, "Resources | project id | order by id asc", options=options)
            found += [row["id"] for row in page.data]
            options = QueryRequestOptions(top=200, skip_token=page.skip_token)
            if not page.skip_token:
                break

    assert found == sorted(row["id"] for row in demo_rows())
    assert (page.total_records, page.result_truncated) == (len(found), "false")


def test_it_reads_tables_and_facets(demo: Client) -> None:
    options = QueryRequestOptions(result_format="table")
    facets = [FacetRequest(expression="location"), FacetRequest(expression="nonsense")]

    with connect(demo.url) as client:
        page = ask(client, "project name, location | take 3", options=options, facets=facets)

    assert [column["name"] for column in page.data["columns"]] == ["name", "location"]
    assert [facet.result_type for facet in page.facets] == ["FacetResult", "FacetError"]
    assert page.facets[0].count == page.facets[0].total_records
    assert page.facets[1].errors[0].code == "NoValidColumns"


def test_it_finds_the_place_of_a_mistake(demo: Client) -> None:
    with connect(demo.url) as client, pytest.raises(HttpResponseError) as error:
        ask(client, "where where")

    assert error.value.status_code == 400
    model: Any = error.value.model  # the SDK leaves open what it is
    assert [detail.code for detail in model.error.details] == ["InvalidQuery", "ParserFailure"]
    place = model.error.details[1].additional_properties
    assert (place["line"], place["characterPositionInLine"], place["token"]) == (1, 11, "<EOF>")


def test_it_tells_an_expired_token(serve: Serve) -> None:
    client = serve(faults=[Fault(Expire(), times=0)])

    with connect(client.url) as sdk, pytest.raises(ClientAuthenticationError) as error:
        ask(sdk, "count")

    assert error.value.error
    assert error.value.error.code == "ExpiredAuthenticationToken"


@pytest.mark.parametrize("effect", [Throttle(0), Fail(500), Fail(503), Fail(504)])
def test_it_tries_again_where_it_does_by_itself(serve: Serve, effect: Any) -> None:  # noqa: ANN401 - any effect
    client = serve(faults=[Fault(effect, times=2)])

    with connect(client.url, retry_backoff_factor=0) as sdk:
        assert ask(sdk, "count").data == [{"Count": len(demo_rows())}]


@pytest.mark.parametrize(("effect", "status"), [(Throttle(None), 429), (Fail(502), 502)])
def test_it_gives_up_where_it_does_by_itself(serve: Serve, effect: Any, status: int) -> None:  # noqa: ANN401 - likewise
    client = serve(faults=[Fault(effect)])

    with connect(client.url, retry_backoff_factor=0) as sdk, pytest.raises(HttpResponseError) as error:
        ask(sdk, "count")

    assert error.value.status_code == status


def test_it_does_not_take_a_page_of_html_for_rows(serve: Serve) -> None:
    client = serve(faults=[Fault(NotJson())])

    with (
        connect(client.url, retry_policy=RetryPolicy.no_retries()) as sdk,
        pytest.raises(DecodeError),
    ):
        ask(sdk, "count")


def test_it_speaks_tls() -> None:
    with serving(read_copy(DEMO), Options(tls=True)) as running, connect(running.url) as client:
        data: Any = client.resources(QueryRequest(query="count"), connection_verify=str(running.ca)).data

    assert data == [{"Count": len(demo_rows())}]
