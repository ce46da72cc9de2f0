"""What a member gets by law is for a person to read: whatever any service holds has its words on the page."""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Final

import pytest
from sqlalchemy import Date, DateTime, Enum, LargeBinary, Time, Uuid

from services.gateway.consents.actions.surroundings import organizations_of
from services.gateway.consents.rules.dossier_columns import Column, Form, Kind
from services.gateway.consents.rules.dossier_values import (
    LANGUAGES,
    NOTIFICATION_KINDS,
    NOTIFICATION_WAYS,
    READERS,
    SERVICES,
)
from services.gateway.consents.rules.dossier_words import CHAPTERS, NAMED_BY, NOT_TOLD, TECHNICAL
from services.gateway.notifications.rules.kinds import EVERYTHING, KINDS, Way
from shared.clock import new_id
from shared.context import unit_of_work
from shared.contracts import ServiceName
from shared.contracts.states import Subject
from shared.identity import system
from shared.subjects import Holding
from tests.security.house import Services, done
from tests.security.test_erasure import HELD, NAME, WORDS, with_everything

WORDS_OF: Final[Mapping[str, Kind]] = {name: kind for kinds in CHAPTERS.values() for name, kind in kinds.items()}
RAW: Final = re.compile(r"\d{4}-\d\d-\d\dT|[0-9a-f]{8}-[0-9a-f]{4}-|\b[a-z]+_[a-z_]+\b|[{}]")
"""A moment, an id, a name of a column or a value, a piece of JSON."""


async def holdings_of(services: Services, service: ServiceName) -> list[Holding]:
    union = await services.found()
    subject = Subject(person_id=new_id())
    async with unit_of_work(services.runtime(service), union.tenant_id, system(union.tenant_id)) as context:
        held = [*(await HELD[service](context, subject)).holdings]
        if service is ServiceName.GATEWAY:
            held += (await organizations_of(context, subject)).holdings
    await union.client.aclose()
    return held


def wrong_with(holding: Holding) -> Iterator[str]:
    """Columns without a word, with a form that is not theirs, with values that have no words."""
    if holding.kind in NOT_TOLD:
        if holding.kind not in NAMED_BY:
            yield f"{holding.kind} is neither told nor names anything"
        return
    if holding.kind not in WORDS_OF:
        yield f"{holding.kind} has no title"
        return
    columns = WORDS_OF[holding.kind].columns
    for name in holding.shown:
        if name in columns:
            yield from (f"{holding.kind}.{name}: {fault}" for fault in ill_told(columns[name], holding, name))
        elif name not in TECHNICAL:
            yield f"{holding.kind}.{name} has no heading and is not technical"
    yield from (f"{holding.kind}.{name} is not held" for name in columns.keys() - set(holding.shown))


def ill_told(column: Column, holding: Holding, name: str) -> Iterator[str]:
    match holding.table.c[name].type:
        case Enum() as states:
            yield from (f"{value} has no word" for value in states.enums if value not in column.values)
        case DateTime() if column.form is not Form.MOMENT:
            yield "is a moment"
        case Date() if column.form is not Form.DAY:
            yield "is a day"
        case Time() if column.form is not Form.CLOCK:
            yield "is a time of day"
        case Uuid() if column.form is not Form.NAME:
            yield "is an id"
        case LargeBinary():
            yield "is for programs"
        case _:
            pass


@pytest.mark.parametrize("service", ServiceName)
async def test_whatever_is_held_has_its_words(service: ServiceName, services: Services) -> None:
    holdings = await holdings_of(services, service)
    assert [fault for holding in holdings for fault in wrong_with(holding)] == []


def test_what_is_kept_as_text_has_its_words_too() -> None:
    assert NOTIFICATION_KINDS.keys() == {EVERYTHING, *KINDS}
    assert {kind: title for kind, title in NOTIFICATION_KINDS.items() if kind in KINDS} == {
        kind: KINDS[kind].title["ru"] for kind in KINDS
    }, "as the settings call them"
    assert NOTIFICATION_WAYS.keys() == set(Way)
    assert SERVICES.keys() == set(ServiceName)
    assert READERS.keys() == {"person", "partner", "operator"}
    assert LANGUAGES.keys() == {"ru", "en"}


async def test_a_member_who_has_everything_reads_their_file(services: Services) -> None:
    canary = await with_everything(services)
    settings = {"quiet_from": "22:00", "quiet_until": "08:00"}
    done(await canary.client.patch("/v1/notification_settings", json=settings))
    done(await canary.union.client.get(f"/v1/people/{canary.person}"))
    await services.drain()
    started = await canary.client.post(f"/v1/subjects/{canary.person}/export")
    await services.drain()
    job = done(await canary.client.get(started.headers["location"]))
    assert job["state"] == "done", job
    file = await canary.client.get(job["result"]["url"])
    with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
        page = archive.read("README.html").decode()
    organization = done(await canary.union.client.get(f"/v1/organizations/{canary.union.organization}"))["name"]
    body = unescape(page.split("<body>")[1])
    for told in (NAME, WORDS, organization, "Юрист", "Договор подписан", "Карточка человека: просмотр", "22:00"):
        assert told in body, told
    text = re.sub(r"<[^>]*>", "\n", body)
    assert [line for line in text.splitlines() if RAW.search(line)] == []
    await canary.client.aclose()
    await canary.union.client.aclose()
