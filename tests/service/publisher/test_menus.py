"""Members act by the menu of a network alone: it is set once, and what is pressed is answered once."""

import asyncio

from services.publisher.channels.rules.menus import ANSWERS, LABELS, menu_items
from services.publisher.networks.accounts import Network
from services.publisher.networks.contents import MenuAction, payload_of
from services.publisher.networks.outcomes import Rejected, Retry
from services.publisher.networks.reasons import reason
from shared.contracts.publisher import ButtonPressed
from tests.service.publisher.chats import WRITTEN, ask, chats_of
from tests.service.publisher.newsroom import Newsroom


def pressed(action: MenuAction) -> dict[str, str]:
    return {**WRITTEN, "kind": "button", "id": f"p-{action}", "payload": payload_of(action)}


async def test_the_menu_is_set_when_the_network_is_asked_for_its_updates(newsroom: Newsroom) -> None:
    await chats_of(newsroom)
    assert newsroom.networks[Network.TELEGRAM].menus == [menu_items()]


async def test_a_menu_that_fails_is_set_again_and_one_that_is_refused_is_not(newsroom: Newsroom) -> None:
    network = newsroom.networks[Network.TELEGRAM]
    network.menu_changes.append(Retry(reason("not_connected")))
    await newsroom.channel(Network.TELEGRAM)
    await newsroom.drain()
    newsroom.kit.advance(minutes=30)
    await newsroom.drain()
    assert len(network.menus) == 2
    network.menu_changes.append(Rejected(reason("no_rights")))
    chats = await chats_of(newsroom)
    assert (await chats.tell(WRITTEN)).status_code == 200


async def test_each_item_is_answered_once(newsroom: Newsroom) -> None:
    chats = await chats_of(newsroom)
    for action in MenuAction:
        await asyncio.gather(*(chats.tell(pressed(action)) for _ in range(5)))
    assert await newsroom.kit.emitted(newsroom.tenant, ButtonPressed) == []
    await newsroom.drain()
    said = [message.text for message in newsroom.networks[Network.TELEGRAM].messages]
    assert sorted(said) == sorted(text["ru"] for text in ANSWERS.values())


async def test_the_menu_goes_along_with_what_is_written(newsroom: Newsroom) -> None:
    chats = await chats_of(newsroom)
    await ask(newsroom, await chats.conversation())
    await newsroom.drain()
    (message,) = newsroom.networks[Network.TELEGRAM].messages
    assert message.menu == menu_items()


def test_every_item_has_its_words() -> None:
    for texts in (LABELS, ANSWERS):
        assert set(texts) == set(MenuAction)
        assert all(set(text) == {"ru", "en"} and all(text.values()) for text in texts.values())
    assert all(len(item.label) <= 40 for item in menu_items())
