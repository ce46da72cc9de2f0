"""What a reader of the API document may rely on: every answer that an operation can have stands there, in words."""

from typing import Any, Final

import pytest
from jsonschema import Draft202012Validator

from deploy.openapi_tags import DESCRIPTIONS
from services.publisher.channels.rules.attempts import DeliveryState, DeliveryStateForbids, check_retryable
from services.publisher.networks.accounts import Network
from services.publisher.networks.capabilities import CAPABILITIES
from services.publisher.networks.shortcomings import problems_of_account
from services.publisher.networks.written import TARGETS
from services.publisher.publications.rules.states import PublicationState, PublicationStateForbids, forbidden_in
from shared.permissions import PARTNER_SCOPES
from tests.security.operations import document

Json = dict[str, Any]

OPERATIONS: Final[dict[str, Json]] = {
    operation["operationId"]: operation for item in document()["paths"].values() for operation in item.values()
}
SCHEMAS: Final[dict[str, Json]] = document()["components"]["schemas"]
OF_PUBLISHER: Final = "Publisher"
_PROBLEM: Final = "application/problem+json"
each_operation = pytest.mark.parametrize("name", sorted(OPERATIONS))


def codes(operation: Json, status: str) -> set[str]:
    """The problems that an operation may answer under `status`."""
    return set(operation["responses"].get(status, {}).get("content", {}).get(_PROBLEM, {}).get("examples", {}))


def headers(operation: Json, status: str) -> set[str]:
    return set(operation["responses"][status].get("headers", {}))


def is_keyed(operation: Json) -> bool:
    return "Idempotency-Key" in {one["name"] for one in operation.get("parameters", [])}


@each_operation
def test_what_the_platform_refuses_stands_beside_what_the_route_refuses(name: str) -> None:
    operation = OPERATIONS[name]
    permissions = set(operation.get("x-permissions", []))
    assert "unavailable" in codes(operation, "503")
    assert "Retry-After" in headers(operation, "503")
    if operation["security"]:
        assert "unauthenticated" in codes(operation, "401")
    if permissions:
        assert ("operators_only" if permissions == {"operator"} else "forbidden") in codes(operation, "403")
    if "requestBody" in operation:
        assert "invalid" in codes(operation, "422")
        assert "too_large" in codes(operation, "413")
    if is_keyed(operation):
        assert "idempotency.in_progress" in codes(operation, "409")
        assert "idempotency.mismatch" in codes(operation, "422")
    if permissions & PARTNER_SCOPES:
        assert "partner.quota_used_up" in codes(operation, "429")
        assert headers(operation, "429") >= {"Retry-After", "RateLimit", "RateLimit-Policy"}


@each_operation
def test_every_refusal_is_ours_and_shown(name: str) -> None:
    for status, response in OPERATIONS[name]["responses"].items():
        if not status.startswith(("4", "5")):
            continue
        assert codes(OPERATIONS[name], status), "by its code, with a sample"
        assert "Validation Error" not in response["description"]
        for code in codes(OPERATIONS[name], status):
            assert f"`{code}`" in response["description"]


def test_a_sample_of_a_problem_is_one_of_its_code() -> None:
    samples = document()["components"]["examples"]
    assert {"unauthenticated", "forbidden", "invalid", "stale", "idempotency.in_progress"} <= samples.keys()
    for code, sample in samples.items():
        assert sample["value"]["code"] == code
        assert sample["value"]["type"] == f"urn:vmeste:problem:{code}"


@each_operation
def test_the_headers_of_a_success_are_told(name: str) -> None:
    operation = OPERATIONS[name]
    (status,) = (status for status in operation["responses"] if status.startswith("2") or status == "302")
    told = headers(operation, status)
    assert ("Idempotent-Replayed" in told) is is_keyed(operation)
    assert ("RateLimit" in told) is bool(set(operation.get("x-permissions", [])) & PARTNER_SCOPES)
    takes_versions = "If-Match" in {one["name"] for one in operation.get("parameters", [])}
    if takes_versions and status == "200":
        assert "ETag" in told


def resolved(schema: Json) -> Json:
    return SCHEMAS[schema["$ref"].rsplit("/", 1)[1]] if "$ref" in schema else schema


def check(schema: Json, sample: object) -> None:
    whole = {**schema, "components": document()["components"]}
    Draft202012Validator(whole).validate(sample)  # pyright: ignore[reportUnknownMemberType] - untyped there


@pytest.mark.parametrize("name", sorted(name for name, schema in SCHEMAS.items() if "enum" in schema))
def test_a_choice_says_what_each_of_its_values_means(name: str) -> None:
    values = SCHEMAS[name]["enum"]
    told = " ".join(SCHEMAS[name].get("description", "").split())
    assert [value for value in values if f"`{value}`: " not in told] == []


def answers() -> dict[str, tuple[str, Json]]:
    """The successes that have a body, by their operation."""
    return {
        name: (kind, content)
        for name, operation in OPERATIONS.items()
        for status, response in operation["responses"].items()
        for kind, content in response.get("content", {}).items()
        if status.startswith("2") and kind.endswith(("/json", "+json"))
    }


@pytest.mark.parametrize("name", sorted(answers()))
def test_an_answer_has_a_sample_that_is_one(name: str) -> None:
    _, content = answers()[name]
    samples = [content["example"]] if "example" in content else resolved(content["schema"]).get("examples", [])
    assert samples
    for sample in samples:
        check(content["schema"], sample)


def test_a_form_has_a_sample_with_its_fields() -> None:
    forms = {
        name: resolved(operation["requestBody"]["content"]["multipart/form-data"]["schema"])
        for name, operation in OPERATIONS.items()
        if "multipart/form-data" in operation.get("requestBody", {}).get("content", {})
    }
    assert {"media_create", "people_imports_create"} <= forms.keys()
    for name, form in forms.items():
        (sample,) = form["examples"]
        assert set(form["required"]) <= sample.keys() <= form["properties"].keys(), name


TO_COME: Final = {"local_time", "after", "embargo_until", "starts_on", "ends_on", "on_day", "in_force_on"}


def test_what_lies_ahead_in_a_sample_does_so_for_years() -> None:
    ahead = [
        (name, field, value)
        for name, schema in SCHEMAS.items()
        for sample in schema.get("examples", [])
        for field, value in sample.items()
        if name.startswith(OF_PUBLISHER)
        and field in TO_COME
        and isinstance(value, str)
        and len(value) >= len("2028-10-02")
    ]
    assert ahead
    assert [one for one in ahead if one[2] < "2028"] == []


@pytest.mark.parametrize("sample", SCHEMAS["PublisherNewChannel"]["examples"], ids=lambda sample: sample["network"])
def test_a_sample_of_a_channel_is_written_as_its_network_writes_it(sample: Json) -> None:
    assert problems_of_account(Network(sample["network"]), sample["external_id"], sample["credentials"]) == []


@pytest.mark.parametrize("network", Network)
def test_the_words_of_credentials_name_every_token(network: Network) -> None:
    told = SCHEMAS["PublisherNewChannel"]["properties"]["credentials"]["description"]
    assert f"{network}" in told
    for secret in CAPABILITIES[network].secrets:
        assert f"`{secret.name}`" in told
    assert network in TARGETS


def test_every_tag_is_used_and_says_what_it_is_about() -> None:
    used = {tag for operation in OPERATIONS.values() for tag in operation["tags"]}
    told = {tag["name"]: tag["description"] for tag in document()["tags"]}
    assert told.keys() == used == DESCRIPTIONS.keys()


@each_operation
def test_a_part_of_a_path_is_told_in_words_of_its_own(name: str) -> None:
    for parameter in OPERATIONS[name].get("parameters", []):
        if parameter["in"] == "path" and not parameter["name"].endswith("_id"):
            assert parameter["description"] != f"the {parameter['name']}'s id"


def test_no_two_operations_of_the_publisher_are_summed_up_alike() -> None:
    said = [one["summary"] for one in OPERATIONS.values() if one["x-service"] == OF_PUBLISHER.lower()]
    assert [summary for summary in said if said.count(summary) > 1] == []
    assert [summary for summary in said if len(summary) > 120] == []


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_a_reason_looks_the_same_everywhere(name: str) -> None:
    if not name.startswith(OF_PUBLISHER):
        return
    for field in ("reason", "change_reason", "problem"):
        told = SCHEMAS[name].get("properties", {}).get(field)
        if told is not None and name.endswith("View"):
            kinds = told.get("anyOf", [told])
            assert "#/components/schemas/PublisherReasonView" in {kind.get("$ref") for kind in kinds}


def test_what_a_sample_of_a_conflict_says_is_what_is_said() -> None:
    assert forbidden_in(PublicationState.PUBLISHED).detail == PublicationStateForbids.sample_detail
    with pytest.raises(DeliveryStateForbids) as refused:
        check_retryable(DeliveryState.UNKNOWN)
    assert refused.value.detail == DeliveryStateForbids.sample_detail
    samples = document()["components"]["examples"]
    assert samples["publication.wrong_state"]["value"]["detail"].startswith("It is `published` now")
    assert samples["publication.not_publishable"]["value"]["errors"][0]["pointer"] == "/text"
    assert "detail" not in samples["operators_only"]["value"], "what `forbidden` says is not true of all made of it"
