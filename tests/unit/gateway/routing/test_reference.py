"""The merged OpenAPI document and the page that shows it."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from deploy.openapi import DOCUMENT, Ambiguous, build, merge, name_of, text_of
from services.gateway.routing.api import reference
from services.gateway.routing.rules import service_of
from shared.contracts import ServiceName

NODE = shutil.which("node")


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return json.loads(DOCUMENT.read_text())


@pytest.fixture
def page() -> httpx.AsyncClient:
    app = FastAPI(docs_url=None, openapi_url=None)
    app.include_router(reference)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://docs.test")


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for operation in item.values():
            yield path, operation


def test_the_committed_document_is_what_the_services_are() -> None:
    assert DOCUMENT.read_text() == text_of(build()), "run `make openapi`"


def test_every_path_leads_to_the_service_that_has_it(document: dict[str, Any]) -> None:
    for path, operation in operations(document):
        assert service_of(path.encode()) == operation["x-service"], path


def test_every_schema_is_titled_after_its_service(document: dict[str, Any]) -> None:
    names = (*(service.capitalize() for service in ServiceName), "Webhook")  # what is sent belongs to no one service
    for name, schema in document["components"]["schemas"].items():
        assert name == schema["title"]
        assert name == "Problem" or name.startswith(names)
        assert re.fullmatch(r"[A-Za-z]+", name)


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    wanted = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(document)))
    assert wanted == wanted & set(document["components"]["schemas"])


def test_every_operation_says_what_it_is(document: dict[str, Any]) -> None:
    for path, operation in operations(document):
        assert re.fullmatch(r"[a-z]+(_[a-z]+)+", operation["operationId"]), path
        assert operation["summary"], path
        assert operation["description"], path
        assert len(operation["tags"]) == 1, path
        assert operation["security"] in ([], [{"bearer": []}]), path


def test_operations_of_one_kind_are_named_alike(document: dict[str, Any]) -> None:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            verb = operation["operationId"].rpartition("_")[2]
            if method in {"get", "patch", "delete"}:
                expected = {
                    "get": {"list", "read", "preview", "export", "download", "follow", "confirm"},
                    "patch": {"update"},
                    "delete": {"delete"},
                }[method]
                assert verb in expected, path


def test_two_services_cannot_claim_one_operation() -> None:
    one: dict[str, Any] = {"paths": {"/v1/a": {"get": {"operationId": "a_read"}}}, "components": {"schemas": {}}}
    other: dict[str, Any] = {"paths": {"/v1/b": {"get": {"operationId": "a_read"}}}, "components": {"schemas": {}}}
    with pytest.raises(Ambiguous):
        merge({ServiceName.GATEWAY: one, ServiceName.SURVEYS: other})
    with pytest.raises(Ambiguous):
        merge({ServiceName.GATEWAY: one, ServiceName.SURVEYS: one})


@pytest.mark.parametrize(
    ("schema", "name"),
    [
        ("LinkView", "PublisherLinkView"),
        ("Page_LinkView_", "PublisherLinkViewPage"),
        ("Body_media_create", "PublisherMediaCreateBody"),
        ("services__publisher__mentions__schemas__ReactionView", "PublisherMentionsReactionView"),
        ("services__publisher__campaigns__schemas__relays__RelayView", "PublisherCampaignsRelayView"),
        ("Page_services__publisher__mentions__schemas__ReactionView_", "PublisherMentionsReactionViewPage"),
        ("Problem", "Problem"),
    ],
)
def test_names_are_made_by_rule(schema: str, name: str) -> None:
    assert name_of(schema, ServiceName.PUBLISHER) == name


async def test_the_page_loads_nothing_from_elsewhere(page: httpx.AsyncClient) -> None:
    async with page:
        html = await page.get("/docs")
        assert html.headers["content-type"].startswith("text/html")
        assert "script-src 'self'" in html.headers["content-security-policy"]
        assert "unsafe" not in html.headers["content-security-policy"]
        for address in re.findall(r'(?:href|src)="([^"#]+)"', html.text):
            assert address == "data:," or not re.match(r"[a-z]+:|//", address)
            if address != "data:,":
                assert (await page.get("/" + address)).status_code == 200
        for name in ("reference.css", "reference.js"):
            assert "://" not in (await page.get(f"/docs/{name}")).text


@pytest.mark.skipif(NODE is None and not os.environ.get("VMESTE_REQUIRE_NODE"), reason="no node on this machine")
def test_the_page_draws_every_operation_and_what_webhooks_are_sent(document: dict[str, Any]) -> None:
    script = str(files("services.gateway.routing.api") / "reference.js")
    done = subprocess.run(  # noqa: S603 - the project's own
        [str(NODE), str(Path(__file__).parent / "page" / "draw.js"), script, str(DOCUMENT)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    page = json.loads(done.stdout)
    events = {item["post"]["operationId"]: name for name, item in document["webhooks"].items()}
    expected = {operation["operationId"] for _, operation in operations(document)} | set(events)
    assert set(page["listed"]) == set(page["drawn"]) == expected
    connected = page["drawn"]["channels_create"]
    assert "session_secret_key" in connected, "every sample of a body"
    assert "t.me/profsoyuz7" in connected, "the sample of the answer"
    assert "Location" in connected
    assert "Odnoklassniki" in connected, "what the values of a choice mean"
    for operation_id, name in events.items():
        told = page["drawn"][operation_id]
        assert name in told
        assert "webhook-signature" in told
        assert document["webhooks"][name]["post"]["description"].split("`")[0] in told
        assert "curl" not in told


def test_what_is_read_says_that_it_may_be_unchanged(document: dict[str, Any]) -> None:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            read = operation["responses"].get("200", {})
            may_be = method == "get" and "200" in operation["responses"] and not is_endless(read)
            assert ("304" in operation["responses"]) is may_be, (method, path)
            names = [parameter["name"] for parameter in operation.get("parameters", [])]
            assert names.count("If-None-Match") == may_be, (method, path)
            assert ("ETag" in read.get("headers", {})) or not may_be, (method, path)


def is_endless(answer: dict[str, Any]) -> bool:
    return "text/event-stream" in answer.get("content", {})


async def test_the_page_has_no_other_files(page: httpx.AsyncClient) -> None:
    async with page:
        for name in ("__init__.py", "openapi.json", "..%2F__init__.py"):
            assert (await page.get(f"/docs/{name}")).status_code == 404
        assert (await page.get("/")).headers["location"] == "/docs"


async def test_the_document_is_served_as_it_is_committed(page: httpx.AsyncClient) -> None:
    async with page:
        assert (await page.get("/openapi.json")).text == DOCUMENT.read_text()
    assert (files("services.gateway.routing.api") / "openapi.json").read_bytes() == DOCUMENT.read_bytes()


@pytest.mark.parametrize("path", ["/docs", "/openapi.json", "/docs/reference.css", "/docs/reference.js"])
async def test_the_reference_comes_small_to_whoever_takes_it_so(page: httpx.AsyncClient, path: str) -> None:
    async with page:
        plain = await page.get(path, headers={"accept-encoding": "identity"})
        small = await page.get(path, headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in plain.headers
    assert small.headers["content-encoding"] == "gzip"
    assert small.text == plain.text
    assert plain.headers["vary"] == small.headers["vary"] == "Accept-Encoding"
