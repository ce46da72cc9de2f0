"""Every call that a connector can make is one that the network's official schema knows."""

from datetime import UTC, datetime, timedelta

from services.publisher.networks.accounts import Network
from services.publisher.networks.contents import Invitation
from tests.contract.networks.official import check_calls
from tests.contract.networks.stage import Stage, image, message, post

EXPECTED = {
    Network.TELEGRAM: {
        "getMe",
        "getChat",
        "getChatMember",
        "getChatMemberCount",
        "sendMessage",
        "sendPhoto",
        "sendMediaGroup",
        "setWebhook",
        "createChatInviteLink",
    },
    Network.VK: {
        "groups.getById",
        "groups.getMembers",
        "groups.getTokenPermissions",
        "groups.getCallbackConfirmationCode",
        "groups.getCallbackServers",
        "groups.addCallbackServer",
        "groups.setCallbackSettings",
        "photos.getWallUploadServer",
        "photos.saveWallPhoto",
        "wall.post",
        "wall.get",
        "messages.send",
        "users.get",
    },
    Network.MAX: {
        "GET /me",
        "GET /chats/{chatId}",
        "GET /chats/{chatId}/members/me",
        "POST /uploads",
        "POST /messages",
        "GET /messages",
        "POST /subscriptions",
        "POST /answers",
    },
}


async def test_every_kind_of_call_fits_the_official_schema(stage: Stage) -> None:
    account, connector = stage.account, stage.connector
    async with stage.hooked() as receiver:
        for images in ([], [image()], [image(), image("green", "JPEG")]):
            await connector.publish(account, post("Новость: https://union.example", *images))
        await connector.reconcile(account, post("Новость"), datetime.now(UTC))
        await connector.send_direct(account, message(stage, "Оцените ответ", "1", "2", "3", "4", "5"))
        await connector.invite(account, Invitation("a" * 32, datetime.now(UTC) + timedelta(days=1)))
        await connector.name_of(account, str(stage.person_id))
        await stage.press("5")
        await receiver.acknowledged(1)
    checked = check_calls(stage, await stage.calls())
    assert set(checked) == EXPECTED[stage.network]
    print(f"{checked.total()} calls to {stage.network} checked against its schema")  # noqa: T201 the figure is asked for
