"""A person's file: the page says everything in words and in the order of reading, data.json is what was told."""

import json
import zipfile
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from services.gateway.consents.rules.dossier import bundle
from services.gateway.consents.rules.dossier_page import page
from services.gateway.consents.rules.dossier_values import operation_in_words

UNION: Final = "01937f00-0000-7000-8000-000000000010"
PLANT: Final = "01937f00-0000-7000-8000-000000000011"
REQUEST: Final = "01937f00-0000-7000-8000-000000000012"
MOMENT: Final = "2026-11-23T11:05:31.123456+00:00"
ABOVE: Final[dict[str, Any]] = {"timezone": {"value": "Europe/Moscow", "from": None}}
PARTS: Final[dict[str, dict[str, list[dict[str, Any]]]]] = {
    "gateway": {
        "access_log": [{"read_at": MOMENT, "reader_kind": "person", "reader_id": UNION, "operation": "people_read"}],
        "consents": [{"id": REQUEST, "purpose": "events", "text_hash": "ab" * 32, "happened_at": MOMENT}],
        "notifications": [{"id": UNION, "title": {"en": "A seat", "ru": "Ваше место"}, "read_at": None}],
        "notification_settings": [{"ways": {"survey_opened": ["mail"]}, "quiet_from": "22:00:00"}],
        "credentials": [{"id": UNION}],
        "people": [{"id": UNION, "birth_day": "05-20", "family_name": "Котова", "name_key": "котова", "gender": None}],
        "memberships": [{"organization_id": PLANT, "since": "2020-02-01"}, {"organization_id": UNION, "since": None}],
        "organizations": [
            {"id": PLANT, "name": "ППО завода", "parent_id": UNION, "in_force": ABOVE},
            {"id": UNION, "name": "Союз", "parent_id": None, "in_force": ABOVE},
        ],
    },
    "requests": {
        "requests": [{"id": REQUEST, "number": "2026-7", "kind": "legal", "source": "phone", "state": "resolved"}],
        "request_messages": [{"request_id": REQUEST, "direction": "inbound", "text": "2026-11-23", "said_at": MOMENT}],
    },
}


class Read(HTMLParser):
    """What stands on a page, piece by piece, and its tags."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[str] = []
        self.feed(content)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the parser's
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def without(service: str, kind: str) -> dict[str, dict[str, list[dict[str, Any]]]]:
    return {**PARTS, service: {name: rows for name, rows in PARTS[service].items() if name != kind}}


def test_a_page_is_read_from_who_one_is_to_who_read_it() -> None:
    words = Read(page(PARTS)).words
    order = ["Фамилия", "Членство в организациях", "Переписка по обращениям", "Для чего", "Кто читал эти данные"]
    places = [words.index(word) for word in order]
    assert places == sorted(places)


def test_values_are_in_words() -> None:
    words = Read(page(PARTS)).words
    for told in (
        "Котова",
        "20 мая",
        "ППО завода",
        "1 февраля 2020",
        "Регистрация на мероприятия",
        "Правовая помощь",
        "По телефону",
        "Решено",
        "От вас",
        "Ваше место",
        "Меня приглашают в опрос: по почте",
        "22:00",
        "Карточка человека: просмотр",
        "Записей: 1",
    ):
        assert told in words, told
    assert words.count("2026-7") == 2, "a message says by number which request it belongs to"
    assert words.count("23 ноября 2026, 14:05 (Москва)") == 3
    assert "2026-11-23" in words, "what somebody wrote is left as they wrote it"


def test_what_is_for_programs_is_in_the_json_alone() -> None:
    content = page(PARTS)
    for hidden in (UNION, PLANT, REQUEST, "ab" * 32, "name_key", "котова", "in_force", "A seat", MOMENT):
        assert hidden not in content, hidden
    with zipfile.ZipFile(BytesIO(bundle(PARTS))) as archive:
        assert archive.namelist() == ["README.html", "data.json"]
        assert json.loads(archive.read("data.json")) == PARTS
        assert archive.read("README.html").decode() == content
    assert bundle(PARTS) == bundle(PARTS)


@pytest.mark.parametrize(
    ("zone", "told"),
    [
        ("Asia/Vladivostok", "23 ноября 2026, 21:05 (Владивосток)"),
        ("Asia/Kolkata", "23 ноября 2026, 16:35 (UTC+05:30)"),
    ],
)
def test_moments_are_in_the_unions_zone(zone: str, told: str) -> None:
    own = {"timezone": {"value": zone, "from": UNION}}
    organizations: list[dict[str, Any]] = [
        {"id": PLANT, "name": "ППО", "parent_id": UNION, "in_force": ABOVE},
        {"id": UNION, "name": "Союз", "parent_id": None, "in_force": own},
    ]
    assert told in page({"gateway": {**PARTS["gateway"], "organizations": organizations}})


def test_what_cannot_be_read_is_shown_as_it_is() -> None:
    rows: list[dict[str, JsonValue]] = [
        {"read_at": "вчера", "reader_kind": "robot", "operation": "toasts_butter", "colour": True},
        {"read_at": "2026-11-23T11:05:31", "reader_kind": None, "operation": None, "colour": None},
    ]
    words = Read(
        page({"gateway": {"access_log": rows, "people": [{"birth_day": "13-40"}]}, "new": {"toasts": rows}})
    ).words
    for told in ("вчера", "2026-11-23T11:05:31", "robot", "toasts_butter", "colour", "да", "13-40", "toasts", "Прочее"):
        assert told in words, told


def test_an_id_whose_row_is_gone_stays_an_id() -> None:
    assert PLANT in page(without("gateway", "organizations"))


@given(words=st.text(max_size=60))
def test_what_people_wrote_is_text_in_their_file(words: str) -> None:
    evil = f"<script>\"'{words}"
    tags = Read(page(PARTS)).tags
    planted = json.loads(json.dumps(PARTS))
    for row in planted["gateway"]["organizations"]:
        row["name"] = evil
    planted["gateway"]["people"][0]["family_name"] = evil
    planted["gateway"]["notifications"][0]["title"] = {"ru": evil}
    planted["requests"]["request_messages"][0]["text"] = evil
    planted["requests"]["requests"][0]["state"] = evil
    assert Read(page(planted)).tags == tags
    strange = page({evil: {evil: [{evil: evil}, {evil: {evil: evil}}]}})
    assert "script" not in Read(strange).tags
    assert "&lt;script&gt;&quot;" in strange


def test_reading_somebodys_file_is_in_words() -> None:
    document = json.loads((Path(__file__).parents[4] / "docs/openapi.json").read_text(encoding="utf-8"))
    slices = ("/people", "/consents", "/subjects", "/subject_exports", "/requests", "/registrations", "/responses")
    operations = [
        operation["operationId"]
        for path, methods in document["paths"].items()
        for operation in methods.values()
        if any(each in path for each in slices)
    ]
    assert len(operations) > 30
    for operation in operations:
        assert not any("a" <= letter <= "z" for letter in operation_in_words(operation)), operation
