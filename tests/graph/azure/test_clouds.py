"""The clouds are those that Azure's own libraries know."""

import pytest
from azure.core import AzureClouds
from azure.identity import AzureAuthorityHosts
from azure.mgmt.core.tools import get_arm_endpoints

from tenantlint.errors import UsageError
from tenantlint.graph.azure.clouds import CHINA, PUBLIC, US_GOVERNMENT, Cloud, cloud_named


@pytest.mark.parametrize(
    ("cloud", "name", "theirs", "authority"),
    [
        (PUBLIC, "AzureCloud", AzureClouds.AZURE_PUBLIC_CLOUD, AzureAuthorityHosts.AZURE_PUBLIC_CLOUD),
        (US_GOVERNMENT, "AzureUSGovernment", AzureClouds.AZURE_US_GOVERNMENT, AzureAuthorityHosts.AZURE_GOVERNMENT),
        (CHINA, "AzureChinaCloud", AzureClouds.AZURE_CHINA_CLOUD, AzureAuthorityHosts.AZURE_CHINA),
    ],
)
def test_a_cloud_has_the_addresses_that_azures_libraries_give_it(
    cloud: Cloud, name: str, theirs: AzureClouds, authority: str
) -> None:
    known = get_arm_endpoints(theirs)

    assert f"{cloud.resource_manager}/" == known["resource_manager"]
    assert [cloud.scope] == known["credential_scopes"]
    assert cloud.authority == authority
    assert cloud.name == name


@pytest.mark.parametrize(
    ("text", "cloud"),
    [
        ("AzureCloud", PUBLIC),
        ("azurecloud", PUBLIC),
        ("Public", PUBLIC),
        ("AZUREUSGOVERNMENT", US_GOVERNMENT),
        ("usgov", US_GOVERNMENT),
        ("azureChinaCloud", CHINA),
        ("CHINA", CHINA),
    ],
)
def test_a_cloud_is_found_by_its_name_in_any_case(text: str, cloud: Cloud) -> None:
    assert cloud_named(text) is cloud


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("AzureClod", "did you mean 'AzureCloud'?"),
        ("", "there is AzureChinaCloud, AzureCloud, AzureUSGovernment, china, public, usgov"),
        ("moon", "there is AzureChinaCloud, AzureCloud, AzureUSGovernment, china, public, usgov"),
    ],
)
def test_another_name_is_an_error_with_the_names_that_are(text: str, hint: str) -> None:
    with pytest.raises(UsageError) as error:
        cloud_named(text)

    assert str(error.value) == f"there is no cloud {text!r}"
    assert error.value.hint == hint
