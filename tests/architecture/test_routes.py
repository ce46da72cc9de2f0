"""Every route says who may call it, and the document of the API is whole: errors, descriptions, examples, limits."""

from collections.abc import Iterator
from typing import Any, Final

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from jsonschema import Draft202012Validator
from starlette.routing import BaseRoute, Route

from deploy.openapi import application
from shared.app.openapi import access_of
from shared.contracts import ServiceName
from shared.permissions import Permission
from tests.security.operations import document

Json = dict[str, Any]
PUBLIC: Final = {
    *("auth_login", "auth_refresh", "auth_logout"),  # the proof is in the body
    *("auth_code", "auth_reset_password", "auth_telegram", "auth_vk_start", "auth_vk"),  # as above, or it goes by mail
    "auth_keys_list",  # public halves
    *("events_read", "event_calendar_read", "event_registrations_create"),  # of events that were announced
    *("event_registrations_read", "event_registrations_cancel"),  # by the registration's token
    "request_ratings_create",  # by the rating link's token
    *("release_letters_end", "release_openings_read", "release_ends_read"),  # by a letter's links
    "links_follow",  # by the address that was shown
    *("feed_rss_read", "feed_json_read", "feed_images_read"),  # of what is published for everybody
    *("network_hooks_receive", "network_hooks_confirm"),  # by the hook's secret
    "media_shown_read",  # by our signature
    *("invitation_links_read", "invitation_links_join"),  # by the invitation's link
    *("notification_opt_outs_read", "notification_opt_outs_follow"),  # by the link under a mail
}
OF_OPERATORS: Final = {"/health/live", "/health/ready", "/metrics", "/openapi.json"}
REFERENCE: Final = {"/", "/docs", "/docs/{name}", "/openapi.json"}
DOCUMENT: Final = document()
SCHEMAS: Final[dict[str, Json]] = DOCUMENT["components"]["schemas"]
OPERATIONS: Final[dict[str, Json]] = {
    operation["operationId"]: operation for item in DOCUMENT["paths"].values() for operation in item.values()
}
BODIES: Final[dict[str, Json]] = {
    name: content["schema"]
    for name, operation in OPERATIONS.items()
    for content in operation.get("requestBody", {}).get("content", {}).values()
}
each_operation = pytest.mark.parametrize("name", sorted(OPERATIONS))
FORMS: Final = {name for name in BODIES if "multipart/form-data" in OPERATIONS[name]["requestBody"]["content"]}
each_body = pytest.mark.parametrize("name", sorted(BODIES))


def routes_of(app: FastAPI | APIRouter) -> Iterator[BaseRoute]:
    """All of them, those of included routers too."""
    for route in app.routes:
        router = getattr(route, "original_router", None)
        if isinstance(router, APIRouter):
            yield from routes_of(router)
        else:
            yield route


def resolved(schema: Json) -> Json:
    return SCHEMAS[schema["$ref"].rsplit("/", 1)[1]] if "$ref" in schema else schema


def parts_of(schema: Json, name: str = "body") -> Iterator[tuple[str, Json]]:
    """A schema and all that it is made of."""
    schema = resolved(schema)
    yield name, schema
    for several in ("anyOf", "allOf", "oneOf"):
        for one in schema.get(several, []):
            yield from parts_of(one, name)
    for field, inner in schema.get("properties", {}).items():
        yield from parts_of(inner, f"{name}/{field}")
    for inside in ("items", "additionalProperties", "propertyNames"):
        if isinstance(schema.get(inside), dict):
            yield from parts_of(schema[inside], f"{name}/{inside}")


@pytest.mark.parametrize("service", list(ServiceName))
def test_every_route_says_who_may_call_it(service: ServiceName) -> None:
    """The others are the operators' and the reference's, by name."""
    known = OF_OPERATORS | REFERENCE if service is ServiceName.GATEWAY else OF_OPERATORS
    routes = list(routes_of(application(service)))
    assert len(routes) > len(known)
    for route in routes:
        assert isinstance(route, Route | APIRoute), "no mounts, no web sockets"
        if isinstance(route, APIRoute) and route.include_in_schema:
            access = access_of(route)
            assert access is not None, route.path
            for part in access.split(","):
                assert part in {"anyone", "signed_in", "operator", *Permission}, route.path
        else:
            assert route.path in known, "hidden from the document, and so from every test of isolation"


def test_public_is_what_must_be() -> None:
    found = {
        route.operation_id
        for service in ServiceName
        for route in routes_of(application(service))
        if isinstance(route, APIRoute) and route.include_in_schema and access_of(route) == "anyone"
    }
    assert found == PUBLIC
    assert {name for name, operation in OPERATIONS.items() if operation["security"] == []} == PUBLIC


@each_operation
def test_an_operation_documents_its_errors(name: str) -> None:
    operation = OPERATIONS[name]
    responses: dict[str, Json] = operation["responses"]
    refusable = [one for one in operation.get("parameters", []) if one["name"] != "If-None-Match"]
    expected = {"422", "503"} if refusable or name in BODIES else {"503"}
    if operation["security"]:
        expected |= {"401"}
    if operation.get("x-permissions"):
        expected |= {"403"}
    if any(parameter["in"] == "path" for parameter in operation.get("parameters", [])):
        expected |= {"404"}
    if any(parameter["name"] == "If-Match" for parameter in operation.get("parameters", [])):
        expected |= {"412"}
    assert expected <= responses.keys()
    assert len([status for status in responses if status.startswith("2") or status == "302"]) == 1
    for status, response in responses.items():
        assert response["description"], status
        if status.startswith(("4", "5")):
            assert list(response["content"]) == ["application/problem+json"], status


@each_operation
def test_an_operation_says_what_it_is_and_what_it_takes(name: str) -> None:
    operation = OPERATIONS[name]
    assert operation["description"].strip()
    assert len(operation["tags"]) == 1
    for parameter in operation.get("parameters", []):
        assert parameter["description"], parameter["name"]
        if parameter["in"] in {"query", "header"}:
            assert not parameter["required"], f"{parameter['name']}: what is needed stands in the path or the body"


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_every_field_is_described(name: str) -> None:
    for field, schema in SCHEMAS[name].get("properties", {}).items():
        assert schema.get("description"), field


@pytest.mark.parametrize("name", sorted(BODIES.keys() - FORMS))
def test_a_body_has_an_example_that_is_one(name: str) -> None:
    schema = BODIES[name]
    examples = resolved(schema)["examples"]
    assert examples
    whole = {**schema, "components": DOCUMENT["components"]}
    for example in examples:
        Draft202012Validator(whole).validate(example)  # pyright: ignore[reportUnknownMemberType] - untyped there


@each_body
def test_a_body_takes_nothing_unknown_and_nothing_endless(name: str) -> None:
    for where, part in parts_of(BODIES[name]):
        match part.get("type"):
            case "object":
                bounded = name in FORMS or part.get("additionalProperties") is False or "maxProperties" in part
            case "array":
                bounded = "maxItems" in part
            case "string":
                limits = {"maxLength", "format", "enum", "const", "contentMediaType"}
                bounded = bool(limits & part.keys())
            case "integer" | "number":
                bounded = ("maximum" in part or "exclusiveMaximum" in part) and "minimum" in part
            case _:
                bounded = True
        assert bounded, where
