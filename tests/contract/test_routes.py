"""The gateway passes every path of every service to that service, and knows no others."""

import pytest

from deploy.openapi import application
from services.gateway.routing.rules import BESIDE, SERVICES, service_of
from shared.contracts import ServiceName


@pytest.mark.parametrize("service", ServiceName)
def test_each_path_goes_to_the_service_that_has_it(service: ServiceName) -> None:
    paths = list(application(service).openapi()["paths"])
    assert paths
    assert [path for path in paths if service_of(path.encode()) is not service] == []
    if service is ServiceName.GATEWAY:  # which is asked for whatever nobody else has
        return
    under = {path.split("/")[2] for path in paths if path.startswith("/v1/")}
    assert {segment for segment, owner in SERVICES.items() if owner is service} == under
    beside = {path.split("/")[1] for path in paths} - {"v1"}
    assert {segment for segment, owner in BESIDE.items() if owner is service} == beside
