"""The demo union and its tour, as `make up` plays them, and the lines that the tour ends with."""

import asyncio
import io
import json
import shutil
from typing import Any

import pytest
from rich.console import Console

from deploy.client import Client
from deploy.demo.load import Loaded, OnlyForDevelopment, load_union
from deploy.demo.tour import play_tour
from deploy.demo.tour.farewell import command_lines
from deploy.demo.tour.narrator import Narrator
from deploy.demo.tour.stage import open_stage
from deploy.demo.union import (
    ADMINISTRATOR,
    LIBRARIES,
    ORGANIZATIONS,
    PASSWORD,
    people,
    sign_in_name_of,
    writes_in_telegram,
)
from deploy.stand_ins import StandIns
from services.gateway.settings import GatewaySettings
from shared.settings import Environment
from tests.e2e.unions import Hall

PEOPLE = [person for person in people() if sign_in_name_of(person) or writes_in_telegram(person)]
MARK = "=next="
ALL = Loaded(organizations=1 + len(ORGANIZATIONS), people=1 + len(PEOPLE))


@pytest.fixture(scope="module")
async def demo(hall: Hall, stand_ins: StandIns) -> Loaded:
    """Those whom the tour meets; the others make it only longer."""
    return await load_union(hall.address, stand_ins.address, hall.settings, PEOPLE)


async def test_the_demo_union_is_whole_and_loading_it_again_changes_nothing(
    hall: Hall, stand_ins: StandIns, demo: Loaded
) -> None:
    assert demo == ALL
    async with await Client.signed_in(hall.address, ADMINISTRATOR, PASSWORD) as administrator:
        before = [await administrator.all(path) for path in ("/organizations", "/people", "/grants")]
        assert await load_union(hall.address, stand_ins.address, hall.settings, PEOPLE) == ALL
        assert before == [await administrator.all(path) for path in ("/organizations", "/people", "/grants")]
        organizations, everybody, _ = before
        libraries = next(found["id"] for found in organizations if found["name"] == LIBRARIES)
        assert sum(libraries in person["organization_ids"] for person in everybody) == 50


async def test_the_demo_union_stays_out_of_production(hall: Hall, stand_ins: StandIns) -> None:
    production: GatewaySettings = hall.settings.model_copy(update={"environment": Environment.PRODUCTION})
    with pytest.raises(OnlyForDevelopment):
        await load_union(hall.address, stand_ins.address, production)


async def test_the_tour_is_played_to_its_end(hall: Hall, stand_ins: StandIns, demo: Loaded) -> None:
    text = await _played(hall, stand_ins)
    for promised in (
        "`partially_published`",
        "Now it is `published`",
        "pressed 5",
        "withheld",
        "409 `survey.already_answered`",
        "34 of 50 took part",
        "20 got seats, 10 wait",
        "is now `confirmed`",
    ):
        assert promised in text


async def test_the_lines_that_the_tour_ends_with_work_when_pasted(
    hall: Hall, stand_ins: StandIns, demo: Loaded
) -> None:
    shell = shutil.which("sh")
    if shell is None or shutil.which("curl") is None:
        pytest.skip("a shell and curl are what they are pasted into")
    console = Console(file=io.StringIO())
    async with open_stage(Narrator(console), hall.address, stand_ins.address) as stage:
        paragraphs = [commands for _, commands in command_lines(stage)]
        defined, asked, answered, rated, published = await _pasted(shell, paragraphs)
        assert (defined, asked) == ("", "")
        request, replied = _documents(answered)
        assert request["source"] == "telegram"
        assert replied["delivery_state"] == "pending"
        resolved, rating = rated.split("\n", 1)
        assert (resolved, json.loads(rating)["score"]) == ("resolved", 5)
        publishing, deliveries = published.split("\n", 1)
        assert publishing == "publishing"
        assert len(json.loads(deliveries)["items"]) == len(stage.channels)


async def _played(hall: Hall, stand_ins: StandIns) -> str:
    console = Console(file=io.StringIO(), width=200)
    await play_tour(hall.address, stand_ins.address, console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


async def _pasted(shell: str, paragraphs: list[list[str]]) -> list[str]:
    """What each paragraph prints, all pasted into one shell."""
    process = await asyncio.create_subprocess_exec(
        shell, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    pasted = f"\nprintf '{MARK}'\n".join("\n".join(commands) for commands in paragraphs)
    output, errors = await process.communicate(f"set -e\n{pasted}\n".encode())
    assert (process.returncode, errors) == (0, b"")
    return output.decode().split(MARK)


def _documents(text: str) -> list[dict[str, Any]]:
    """The JSON documents that stand one after the other."""
    decoder, place, found = json.JSONDecoder(), 0, list[dict[str, Any]]()
    while place < len(text):
        document, place = decoder.raw_decode(text, place)
        found.append(document)
        place += len(text[place:]) - len(text[place:].lstrip())
    return found
