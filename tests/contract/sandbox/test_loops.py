"""A connection is cut under either event loop: the transports of uvloop, which `make up` runs on, are not asyncio's."""

import threading
from collections.abc import Iterator

import httpx
import pytest
import uvicorn

from deploy.sandbox.main import create_app
from deploy.sandbox.settings import SandboxSettings
from tests.e2e.serving import loopback_listener


@pytest.fixture(params=["uvloop", "asyncio"])
def address(request: pytest.FixtureRequest) -> Iterator[str]:
    listener, address = loopback_listener()
    app = create_app(SandboxSettings(public_url=address, development_accounts=False))
    server = uvicorn.Server(uvicorn.Config(app, loop=request.param, http="httptools", log_config=None, lifespan="on"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    yield address
    server.should_exit = True
    thread.join()


def test_a_dropped_connection_brings_no_byte(address: str) -> None:
    with httpx.Client(base_url=address, trust_env=False) as client:
        client.post("/control/faults", json={"kind": "drop", "network": "max", "times": 1}).raise_for_status()
        with pytest.raises(httpx.TransportError):
            client.get("/max/me", headers={"authorization": "a-token"})
