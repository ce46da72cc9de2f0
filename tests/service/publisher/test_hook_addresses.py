"""A network that sends no secret of its own calls an address that holds it."""

import json

import pytest

from tests.service.publisher.chats import WRITTEN, chats_of
from tests.service.publisher.newsroom import Newsroom, refused


async def test_the_secret_may_stand_in_the_address(newsroom: Newsroom) -> None:
    chats = await chats_of(newsroom)
    async with newsroom.kit.client() as network:
        response = await network.post(
            chats.address, params={"hook-secret": chats.secret}, content=json.dumps([WRITTEN])
        )
    assert response.status_code == 200
    assert len(await chats.received()) == 1


@pytest.mark.parametrize("secret", ["", "guess", "x" * 65])
async def test_a_wrong_one_there_is_no_better(newsroom: Newsroom, secret: str) -> None:
    chats = await chats_of(newsroom)
    async with newsroom.kit.client() as network:
        response = await network.post(chats.address, params={"hook-secret": secret}, content=json.dumps([WRITTEN]))
    assert response.status_code in {404, 422}
    if response.status_code == 404:
        refused(response, 404, "not_found")
    assert await chats.received() == []
