"""One call of Instagram's Graph API, with the account's token, or that of the app whose hook it is, in the header."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from services.publisher.networks.accounts import Account, Network
from services.publisher.networks.capabilities import CAPABILITIES
from services.publisher.networks.instagram.errors import Failure, refusal_of
from services.publisher.networks.instagram.wire import Token
from services.publisher.networks.outcomes import NeedsReauthorization, Rejected
from services.publisher.networks.reasons import reason
from services.publisher.networks.transport import Answer, Call, Effect, Refused, Timeouts, exchange, read

SERVER = "{server}"  # in the base address: a stand-in's has none, it stands for both hosts
ACCOUNTS = "graph.instagram.com"
APPS = "graph.facebook.com"
VERSION = "v23.0"

Result = TypeVar("Result", bound=BaseModel)


class Graph:
    def __init__(self, client: httpx.AsyncClient, base_url: str, timeouts: Timeouts) -> None:
        self._client = client
        self._base_url = base_url.rstrip("/")
        self._timeouts = timeouts

    async def get(self, account: Account, path: str, result: type[Result], query: Mapping[str, str]) -> Result:
        """Raises Refused."""
        call = Call(method="GET", url=self._url(ACCOUNTS, path), query=query, headers=_bearer(token_of(account)))
        return await self._answered(call, result)

    async def post(
        self,
        account: Account,
        path: str,
        result: type[Result],
        body: Mapping[str, object],
        *,
        effect: Effect = Effect.NONE,
    ) -> Result:
        """Raises Refused."""
        url, headers = self._url(ACCOUNTS, path), _bearer(token_of(account))
        return await self._answered(Call(method="POST", url=url, headers=headers, json=body, effect=effect), result)

    async def post_for_app(
        self, account: Account, edge: str, result: type[Result], body: Mapping[str, object]
    ) -> Result:
        """What concerns the app and all its accounts. Raises Refused."""
        app_id, app_secret = app_of(account)
        url, headers = self._url(APPS, f"/{app_id}/{edge}"), _bearer(f"{app_id}|{app_secret}")
        return await self._answered(Call(method="POST", url=url, headers=headers, json=body), result)

    async def renewed(self, account: Account) -> str:
        """A token for sixty days more; the old one stays good for its own time. Raises Refused."""
        query = {"grant_type": "ig_refresh_token", "access_token": token_of(account)}
        url = f"{self._base_url.replace(SERVER, ACCOUNTS)}/refresh_access_token"
        return (await self._answered(Call(method="GET", url=url, query=query), Token)).access_token

    def _url(self, host: str, path: str) -> str:
        return f"{self._base_url.replace(SERVER, host)}/{VERSION}{path}"

    async def _answered(self, call: Call, result: type[Result]) -> Result:
        return _result(await exchange(self._client, self._timeouts, call), result, call.effect)


def user_of(account: Account) -> str:
    """The account's number. Raises Refused when the channel's target is none."""
    if CAPABILITIES[Network.INSTAGRAM].target.fullmatch(account.target) is None:
        raise Refused(Rejected(reason("chat_not_found")))
    return account.target


def token_of(account: Account) -> str:
    """Raises Refused when it is nothing that may stand in a header."""
    return _secret(account, "token")


def has_app(account: Account) -> bool:
    return bool(account.secrets.get("app_id")) and bool(account.secrets.get("app_secret"))


def app_of(account: Account) -> tuple[str, str]:
    """The app's number and secret. Raises Refused."""
    return _secret(account, "app_id"), _secret(account, "app_secret")


def in_path(value: str) -> str:
    """An id that may stand in a path. Raises Refused."""
    if not (value.isascii() and value.isdecimal()):
        raise Refused(Rejected(reason("post_gone")))
    return value


def _secret(account: Account, name: str) -> str:
    value = account.secrets.get(name, "")
    patterns = {secret.name: secret.pattern for secret in CAPABILITIES[Network.INSTAGRAM].secrets}
    if patterns[name].fullmatch(value) is None:
        raise Refused(NeedsReauthorization(reason("token_invalid")))
    return value


def _bearer(token: str) -> Mapping[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _result(answer: Answer, result: type[Result], effect: Effect) -> Result:
    if answer.status != HTTPStatus.OK:
        try:
            failure = Failure.model_validate_json(answer.content)
        except ValidationError:  # a page of something in between: only the status counts
            failure = Failure()
        raise Refused(refusal_of(answer.status, failure, answer.headers, effect))
    return read(result, answer.content, effect)
