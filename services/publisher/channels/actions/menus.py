"""The menu of an account, set where the network keeps one."""

import structlog

from services.publisher.channels.rules.menus import menu_items
from services.publisher.channels.rules.readiness import LOOK_AGAIN
from services.publisher.networks.accounts import Account
from services.publisher.networks.connector import Connector
from services.publisher.networks.outcomes import NeedsReauthorization, Rejected, Retry, Throttled, Unknown
from shared.consumers import Later

_log = structlog.get_logger()


async def set_menu(connector: Connector, account: Account) -> None:
    """A repeat changes nothing. What the network refuses is said aloud: everything else works without a menu.

    Raises Later.
    """
    answer = await connector.set_menu(account, menu_items())
    match answer:
        case Throttled(retry_after=seconds):
            raise Later(seconds)
        case Retry() | Unknown():
            raise Later(LOOK_AGAIN.total_seconds())
        case Rejected() | NeedsReauthorization():
            _log.warning("channel.menu_refused", network=connector.network, reason=answer.reason.code)
        case _:
            return
