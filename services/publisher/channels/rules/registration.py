"""What the law asks of large channels: from 10,000 followers on a record in Roskomnadzor's list of pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from services.publisher.networks.accounts import Network
from services.publisher.networks.capabilities import CAPABILITIES
from shared.errors import Invalid, Text

WARNING_FROM: Final = 9_000  # followers: time to prepare
REGISTRY_FROM: Final = 10_000


class NotARegistryAddress(Invalid):
    code = "channel.not_a_registry_address"
    title = {
        "ru": "Адрес записи в перечне начинается с https:// и не содержит имени и пароля",
        "en": "The address of the record begins with https:// and holds no name or password",
    }


class WarningNotAccepted(Invalid):
    code = "channel.warning_not_accepted"
    title = {
        "ru": "Эта сеть выключена, пока не принято её предупреждение: пришлите его код в accepted_warning",
        "en": "This network is off until its warning is accepted: send its code as accepted_warning",
    }


@dataclass(frozen=True)
class ChannelWarning:
    code: str  # stable
    text: Text


_NEAR = ChannelWarning(
    "channel.registration_is_near",
    {
        "ru": "Подписчиков 9 000 и больше: с 10 000 страницу нужно внести в перечень Роскомнадзора, готовьте сведения",
        "en": "There are 9,000 followers and more: from 10,000 on the page has to be in Roskomnadzor's list, prepare for it",
    },
)
_REQUIRED = ChannelWarning(
    "channel.registration_required",
    {
        "ru": "Подписчиков 10 000 и больше: внесите страницу в перечень Роскомнадзора и укажите адрес записи в registry_url",
        "en": "There are 10,000 followers and more: have the page put on Roskomnadzor's list and give the address of its "
        "record as registry_url",
    },
)


def warnings_of(network: Network, followers: int | None, registry_url: str | None) -> Sequence[ChannelWarning]:
    """What whoever keeps a channel must know. A record that is there answers both warnings of the law."""
    caution = CAPABILITIES[network].warning
    found = [] if caution is None else [ChannelWarning(caution.code, caution.text)]
    if registry_url is None and followers is not None and followers >= WARNING_FROM:
        found.append(_REQUIRED if followers >= REGISTRY_FROM else _NEAR)
    return found


def check_accepted(network: Network, accepted: str | None) -> None:
    """Raises WarningNotAccepted with the words of the warning: whoever connects the channel must have read them."""
    caution = CAPABILITIES[network].warning
    if caution is not None and accepted != caution.code:
        raise WarningNotAccepted({language: f"{caution.code}: {words}" for language, words in caution.text.items()})


def check_registry_url(url: str) -> None:
    """Raises NotARegistryAddress."""
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise NotARegistryAddress from error
    if parts.scheme != "https" or not parts.hostname or parts.username is not None or "\\" in url:
        raise NotARegistryAddress
