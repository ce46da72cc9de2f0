"""OK's Bot API: what a group says and hears in private, by a token of its own.

The token stands in the address, because OK takes it nowhere else.
"""

from collections.abc import Mapping
from typing import TypeVar
from urllib.parse import urlencode, urlsplit, urlunsplit

import httpx
from pydantic import BaseModel, ConfigDict

from services.publisher.networks.accounts import Account
from services.publisher.networks.inbound import ADDRESS_SECRET, Hook
from services.publisher.networks.ok.calls import result_of, secret_of
from services.publisher.networks.outcomes import Rejected
from services.publisher.networks.reasons import reason
from services.publisher.networks.transport import Call, Effect, Refused, Timeouts, exchange

Result = TypeVar("Result", bound=BaseModel)


class _Wire(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _Info(_Wire):
    group_id: str


class _Success(_Wire):
    success: bool


class _Taken(_Wire):
    success: tuple[bool, ...]


class _Subscription(_Wire):
    url: str


class _Subscriptions(_Wire):
    subscriptions: tuple[_Subscription, ...]


class GraphApi:
    """Calls the Graph API at `base_url` in the name of a group."""

    def __init__(self, client: httpx.AsyncClient, base_url: str, timeouts: Timeouts) -> None:
        self._client = client
        self._base_url = f"{base_url.rstrip('/')}/graph/me"
        self._timeouts = timeouts

    async def check(self, account: Account, gid: str) -> None:
        """Raises Refused when the group's token is missing, no good or another group's."""
        info = await self._call(account, "GET", "/info", _Info)
        if _number(info.group_id) != gid:
            raise Refused(Rejected(reason("no_rights", "another group's token")))

    async def write(self, account: Account, user_id: str, text: str) -> bool:
        """False when the user does not take messages of the group. Raises Refused."""
        body = {"recipient": {"user_ids": [f"user:{user_id}"]}, "message": {"text": text}}
        return all((await self._call(account, "POST", "/messages", _Taken, body, Effect.ONCE)).success)

    async def subscribe(self, account: Account, hook: Hook) -> bool:
        """Let updates come to `hook` alone of the addresses that differ from it by the secret. Raises Refused."""
        wanted = _address(hook)
        known = (await self._call(account, "GET", "/subscriptions", _Subscriptions)).subscriptions
        for old in known:
            if old.url != wanted and _bare(old.url) == _bare(wanted):
                await self._call(account, "POST", "/unsubscribe", _Success, {"url": old.url})
        if any(old.url == wanted for old in known):
            return True
        return (await self._call(account, "POST", "/subscribe", _Success, {"url": wanted})).success

    async def _call(
        self,
        account: Account,
        method: str,
        path: str,
        result: type[Result],
        body: Mapping[str, object] | None = None,
        effect: Effect = Effect.NONE,
    ) -> Result:
        call = Call(
            method=method,
            url=f"{self._base_url}{path}",
            query={"access_token": secret_of(account, "group_token")},
            json=body,
            effect=effect,
        )
        return result_of(await exchange(self._client, self._timeouts, call), result, effect)


def _address(hook: Hook) -> str:
    """The hook with its secret: OK sends none of its own."""
    return f"{_bare(hook.url)}?{urlencode({ADDRESS_SECRET: hook.secret})}"


def _bare(url: str) -> str:
    return urlunsplit(urlsplit(url)._replace(query=""))


def _number(name: str) -> str:
    """`group:123` and `user:123` without what they are."""
    return name.rpartition(":")[2]
