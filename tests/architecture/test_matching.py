"""What can be changed is changed by those who know what it is now: every such operation takes If-Match and may say 412."""

from typing import Any, Final

import pytest

from tests.security.operations import document

Json = dict[str, Any]
DOCUMENT: Final = document()
OPERATIONS: Final[dict[str, tuple[str, str, Json]]] = {
    operation["operationId"]: (method, path, operation)
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
}
WITHOUT_VERSION: Final = {
    "auth_sessions_delete": "a session is begun and ended, never changed",
    "auth_other_sessions_delete": "sessions are begun and ended, never changed",
    "me_contact_code_create": "it mails a code and changes nothing of the contact",
    "me_contact_verify": "the code is for this contact alone, and good once",
    "calendars_count": "it counts and changes nothing",
    "grants_delete": "a grant is given and ended, never changed",
    "link_hosts_delete": "a host is registered and taken away, never changed",
    "partner_keys_delete": "a key is made and revoked, never changed",
    "people_set_sign_in": "it makes the first sign-in; a second is 409",
    "publications_acknowledge": "one's own acknowledgement is given once, never changed",
    "campaign_publications_delete": "what is in a campaign is put in and taken out, never changed",
    "release_pickups_delete": "a pickup is entered and taken back, never changed",
    "release_letters_end": "it ends letters to an address, and nothing is based on what was",
    "subjects_erase": "it begins a job",
    "subjects_export": "it begins a job",
    "tenants_delete": "it begins a job, and the name confirms it",
    "tenants_export": "it begins a job",
    "webhooks_replay": "it sends again what was sent; the webhook stays as it is",
}


def changes(name: str) -> bool:
    """PATCH, PUT and DELETE, and the verbs: a POST to a word behind an id that makes nothing new."""
    method, path, operation = OPERATIONS[name]
    parts = path.split("/")
    is_verb = parts[-2].startswith("{") and not parts[-1].startswith("{") and "201" not in operation["responses"]
    return method in {"patch", "put", "delete"} or (method == "post" and is_verb)


def takes_if_match(name: str) -> bool:
    parameters = OPERATIONS[name][2].get("parameters", [])
    return any(parameter["in"] == "header" and parameter["name"] == "If-Match" for parameter in parameters)


@pytest.mark.parametrize("name", sorted(name for name in OPERATIONS if changes(name)))
def test_a_change_takes_the_tag_of_what_it_is_based_on(name: str) -> None:
    assert takes_if_match(name) != (name in WITHOUT_VERSION)
    if takes_if_match(name):
        assert "412" in OPERATIONS[name][2]["responses"]


def test_only_what_exists_has_no_version() -> None:
    assert {name for name in OPERATIONS if changes(name)} >= WITHOUT_VERSION.keys()


@pytest.mark.parametrize("name", sorted(name for name in OPERATIONS if takes_if_match(name)))
def test_what_is_changed_shows_its_version(name: str) -> None:
    """In its own view, or in the answer of the change: else nobody could say what a change is based on."""
    shown = next(response for status, response in OPERATIONS[name][2]["responses"].items() if status.startswith("2"))
    if "content" not in shown or name == "requests_reply":  # it answers with the message, not with the request
        return
    schema = shown["content"]["application/json"]["schema"]
    view = DOCUMENT["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    assert "version" in view["properties"]
