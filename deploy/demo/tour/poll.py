"""A chair polls the fifty members of a primary organization, and nobody can tell who answered what."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any, Final

from deploy.client import Client, Refused
from deploy.demo.tour.stage import Stage
from deploy.demo.union import LIBRARIES, PASSWORD, people, sign_in_name_of

_ANSWERING: Final = 34
_FIRST: Final = 3  # answers before the chair looks for the first time: too few to be shown
_AT_ONCE: Final = 6
_OPTIONS: Final = (
    ("pay", "Зарплата и премии"),
    ("hours", "График и отпуска"),
    ("safety", "Условия и охрана труда"),
    ("children", "Детский отдых"),
)
_PATTERN: Final = (0, 1, 0, 2, 3, 1, 0)  # what one member after the other answers


async def play_poll(stage: Stage) -> None:
    tell, chair = stage.tell, stage.chair
    tell.chapter("A primary of fifty is polled anonymously")
    poll = await _opened(stage)
    path = f"/surveys/{poll['id']}"
    tell.step(f"The chair of {LIBRARIES} opened a poll; {poll['roster_size']} members are asked:", quote=poll["title"])
    async with AsyncExitStack() as stack:
        members = [await stack.enter_async_context(member) for member in await _members(stage.address)]
        await _answer(path, members[:_FIRST], 0)
        results = await chair.get(f"{path}/results")
        tell.step(f"After {_FIRST} answers the results are withheld, so few would give somebody away:")
        tell.bars(_shares(results))
        await _answer(path, members[_FIRST:], _FIRST)
        await _again(stage, path, members[0])
    await chair.post(f"{path}/close")
    results = await chair.get(f"{path}/results")
    taking_part = results["participation"]
    tell.step(f"{taking_part['numerator']:.0f} of {taking_part['denominator']} took part; the poll is closed:")
    tell.bars(_shares(results))
    tell.look(f"{stage.address}/v1{path}/results   for the chair")


async def _opened(stage: Stage) -> Any:
    body = {
        "organization_id": stage.libraries,
        "title": "Чем профсоюзу заняться в первую очередь?",
        "questions": [
            {
                "id": "first",
                "kind": "single",
                "text": "Что для вас важнее всего?",
                "options": [{"id": option, "text": text} for option, text in _OPTIONS],
            }
        ],
    }
    poll = await stage.chair.post("/surveys", body)
    return await stage.chair.post(f"/surveys/{poll['id']}/open")


async def _members(address: str) -> list[Client]:
    """Those of the libraries who answer, each signed in."""
    gate = asyncio.Semaphore(_AT_ONCE)
    names = [sign_in_name_of(person) for person in people() if person.organization == LIBRARIES]

    async def one(name: str) -> Client:
        async with gate:
            return await Client.signed_in(address, name, PASSWORD)

    return await asyncio.gather(*(one(name) for name in names[:_ANSWERING] if name is not None))


async def _answer(path: str, members: list[Client], first: int) -> None:
    async def one(place: int, member: Client) -> None:
        option, _ = _OPTIONS[_PATTERN[place % len(_PATTERN)]]
        await member.post(f"{path}/responses", {"answers": {"first": option}})

    await asyncio.gather(*(one(place, member) for place, member in enumerate(members, first)))


async def _again(stage: Stage, path: str, member: Client) -> None:
    try:
        await member.post(f"{path}/responses", {"answers": {"first": "pay"}})
    except Refused as refused:
        stage.tell.step(f"One of them tried to answer twice and was told {refused.status} `{refused.code}`.")
    else:
        raise AssertionError("a second answer was taken")


def _shares(results: Any) -> list[tuple[str, float | None]]:
    return [(option["text"], option["share"]["value"]) for option in results["questions"][0]["options"]]
