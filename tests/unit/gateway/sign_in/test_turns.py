"""Turns: two at once, the others wait, and a flood is sent away. And the post, which nobody waits for."""

import asyncio

import pytest

from services.gateway.sign_in.actions.post import Post
from services.gateway.sign_in.actions.turns import Turns
from shared.clock import SystemClock
from shared.errors import NotFound, Unavailable
from shared.mail import Mailer


async def test_two_have_a_turn_and_too_many_are_sent_away() -> None:
    turns, leave = Turns(), asyncio.Event()
    inside, most = 0, 0

    async def one() -> None:
        nonlocal inside, most
        async with turns.turn():
            inside += 1
            most = max(most, inside)
            await leave.wait()
            inside -= 1

    waiting = [asyncio.create_task(one()) for _ in range(2 + 256 + 10)]
    await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    leave.set()
    answers = await asyncio.gather(*waiting, return_exceptions=True)
    refused = [answer for answer in answers if isinstance(answer, Unavailable)]
    assert (len(refused), most, inside) == (10, 2, 0)
    assert all(answer.retry_after for answer in refused)


async def test_whoever_gives_up_leaves_their_place() -> None:
    turns, leave = Turns(), asyncio.Event()

    async def one() -> None:
        async with turns.turn():
            await leave.wait()

    waiting = [asyncio.create_task(one()) for _ in range(50)]
    await asyncio.sleep(0)
    for task in waiting[10:]:
        task.cancel()
    leave.set()
    await asyncio.gather(*waiting, return_exceptions=True)
    async with turns.turn(), turns.turn():
        pass


@pytest.fixture
def post() -> Post:
    return Post(Mailer(None, "a@b.ru", SystemClock()))


async def test_what_fails_afterwards_harms_nothing(post: Post) -> None:
    done: list[str] = []

    async def fails() -> None:
        raise NotFound

    async def works() -> None:
        done.append("works")

    post.hand_over(fails())
    post.hand_over(works())
    await post.settle()
    assert done == ["works"]


async def test_a_flood_is_refused(post: Post) -> None:
    leave = asyncio.Event()

    async def waits() -> None:
        await leave.wait()

    for _ in range(500):
        post.hand_over(waits())
    with pytest.raises(Unavailable):
        post.hand_over(waits())
    leave.set()
    await post.settle()
    await post.close()


async def test_without_a_mail_server_the_reader_is_given_up_at_once(post: Post) -> None:
    post.hand_over(post.mail("anna@example.org", "Тема", "Слова"))
    await asyncio.wait_for(post.settle(), 1)
