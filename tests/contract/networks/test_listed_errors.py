"""Every error that VK's schema lists for a method that we call leads to an outcome with a reason of its own."""

import pytest

from services.publisher.networks.reasons import TEXTS
from services.publisher.networks.transport import Effect
from services.publisher.networks.vk.errors import Failure, refusal_of
from tests.contract.networks.staged.vk import STAGING
from tests.contract.references.folder import as_list, as_object, document

WITHOUT_ADVICE = {1602}  # an answer to a story that we never send


def listed() -> dict[int, str]:
    """Codes and names of the errors that the schema lists beside our methods, and of the common ones below 50."""
    errors = as_object(document("vk/errors.json")["errors"])
    codes = {name: int(str(as_object(error)["code"])) for name, error in errors.items()}
    found: dict[int, str] = {}
    for method in STAGING.calls:
        section = method.split(".", maxsplit=1)[0]
        described = as_list(document(f"vk/{section}/methods.json")["methods"])
        ours = next(as_object(one) for one in described if as_object(one)["name"] == method)
        for error in as_list(ours.get("errors", [])):
            name = str(as_object(error)["$ref"]).rpartition("/")[2]
            found[codes[name]] = name
    return found


def test_every_listed_error_is_known() -> None:
    errors = listed()
    assert len(errors) > 20
    unknown: list[str] = []
    for code, name in errors.items():
        outcome = refusal_of(Failure(error_code=code, error_msg=name), Effect.ONCE)
        assert outcome.reason.code in TEXTS
        if outcome.reason.code == "network.refused" and code not in WITHOUT_ADVICE:
            unknown.append(f"{code} {name}")
    assert unknown == []


@pytest.mark.parametrize("code", [5, 6, 9, 14, 15, 27, 29, 203, 214])
def test_the_errors_of_the_wire_facts_are_known(code: int) -> None:
    outcome = refusal_of(Failure(error_code=code, error_msg="as VK says it"), Effect.ONCE)
    assert outcome.reason.code != "network.refused"
    assert outcome.reason.text["ru"] != outcome.reason.text["en"]
