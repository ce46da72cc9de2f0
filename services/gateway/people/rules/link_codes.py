"""The code that proves an account: the person is given it here and sends it to the union's bot from there."""

import hmac
from datetime import timedelta
from typing import Final

from shared.clock import Chance
from shared.errors import Conflict

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: nothing that is misread
CODE_LENGTH: Final = 12  # 60 bits
PREFIX: Final = "VM-"
GOOD_FOR: Final = timedelta(minutes=10)
LINKED: Final = "Готово: этот аккаунт теперь привязан к вам."  # what the bot answers
PURPOSE: Final = "link code"  # of the key under which codes are kept
_DEEP_LINKS: Final = {"telegram": "https://t.me/{name}?start={code}", "vk": "https://vk.me/{name}?ref={code}"}


class ChannelUnusable(Conflict):
    code = "channel.unusable"
    title = {"ru": "Этот канал сейчас не работает", "en": "This channel does not work at present"}


def new_code(chance: Chance) -> str:
    """`VM-` and twelve characters."""
    return PREFIX + "".join(ALPHABET[chance.below(len(ALPHABET))] for _ in range(CODE_LENGTH))


def normal_code(text: str) -> str:
    """As it was given, however it was typed."""
    return text.strip().upper().replace("O", "0").replace("I", "1").replace("L", "1")


def hash_of(code: str, key: bytes) -> bytes:
    return hmac.digest(key, normal_code(code).encode(), "sha256")


def deep_link(network: str, address: str | None, code: str) -> str | None:
    """A link that opens the bot with the code in it, where the network has such links."""
    name = (address or "").rstrip("/").rpartition("/")[2].lstrip("@")
    pattern = _DEEP_LINKS.get(network)
    return pattern.format(name=name, code=code) if pattern is not None and name else None
