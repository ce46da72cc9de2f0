"""How each network writes the accounts that channels are connected to: for whoever has mistyped one."""

from collections.abc import Mapping
from typing import Final

from services.publisher.networks.accounts import Network
from shared.errors import Text

TARGETS: Final[Mapping[Network, Text]] = {
    Network.VK: {
        "ru": "номер сообщества цифрами, без минуса, например 123456789",
        "en": "the community's number in digits, without a minus, such as 123456789",
    },
    Network.TELEGRAM: {
        "ru": "имя канала вида @profsoyuz или номер чата вида -1001234567890",
        "en": "the channel's name, such as @profsoyuz, or the chat's number, such as -1001234567890",
    },
    Network.MAX: {
        "ru": "номер чата цифрами, вида -70912345678901",
        "en": "the chat's number in digits, such as -70912345678901",
    },
    Network.OK: {
        "ru": "номер группы цифрами, вида 70000001234567",
        "en": "the group's number in digits, such as 70000001234567",
    },
    Network.BLUESKY: {
        "ru": "имя учётной записи вида profsoyuz.bsky.social или её did",
        "en": "the account's handle, such as profsoyuz.bsky.social, or its did",
    },
    Network.MASTODON: {
        "ru": "имя учётной записи с сервером, вида profsoyuz@mastodon.social",
        "en": "the account's name with its server, such as profsoyuz@mastodon.social",
    },
    Network.INSTAGRAM: {
        "ru": "номер профессиональной учётной записи цифрами, вида 17841400000000000",
        "en": "the professional account's number in digits, such as 17841400000000000",
    },
    Network.EMAIL: {
        "ru": "адрес почты, вида news@union.example",
        "en": "an address, such as news@union.example",
    },
    Network.FEED: {
        "ru": "идентификатор организации (`organization_id`)",
        "en": "the `organization_id`",
    },
}
"""What an account's id looks like: `external_id` of a new channel."""
