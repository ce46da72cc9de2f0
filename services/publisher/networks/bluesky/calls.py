"""One call of an account's own server (XRPC), in its session: renewed once when the server finds it worn out."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from services.publisher.networks.accounts import Account, Network
from services.publisher.networks.bluesky.errors import WORN_OUT, Failure, refusal_of
from services.publisher.networks.bluesky.sessions import Login, Numbered, Session, Sessions
from services.publisher.networks.capabilities import CAPABILITIES
from services.publisher.networks.outcomes import NeedsReauthorization, Rejected
from services.publisher.networks.reasons import reason
from services.publisher.networks.transport import Answer, Call, Effect, Refused, Timeouts, exchange, read

OWN_SERVER = "bsky.social"  # of accounts that name no other
SERVER = "{server}"  # in the base address: a stand-in's has none, it stands for every server

Result = TypeVar("Result", bound=BaseModel)


class RefusedByName(Refused):
    """Refused, with the name of the error, where the caller knows what to do about one."""

    def __init__(self, refused: Refused, name: str) -> None:
        super().__init__(refused.outcome)
        self.name = name


class Xrpc:
    def __init__(self, client: httpx.AsyncClient, base_url: str, timeouts: Timeouts) -> None:
        self._client = client
        self._base_url = base_url.rstrip("/")
        self._timeouts = timeouts
        self._sessions = Sessions(self._open, self._renew)

    async def session(self, account: Account) -> Session:
        """Whose account it is. Raises Refused."""
        return (await self._sessions.current(login_of(account))).session

    async def query(
        self, account: Account, method: str, result: type[Result], query: Mapping[str, str | Sequence[str]]
    ) -> Result:
        """Raises Refused, RefusedByName."""
        return await self._call(account, method, result, query=query)

    async def procedure(
        self,
        account: Account,
        method: str,
        result: type[Result],
        body: Mapping[str, object],
        effect: Effect = Effect.NONE,
    ) -> Result:
        """Raises Refused, RefusedByName."""
        return await self._call(account, method, result, body=body, effect=effect)

    async def upload(self, account: Account, content: bytes, content_type: str, result: type[Result]) -> Result:
        """Raises Refused."""
        return await self._call(account, "com.atproto.repo.uploadBlob", result, file=(content_type, content))

    async def _call(
        self,
        account: Account,
        method: str,
        result: type[Result],
        *,
        query: Mapping[str, str | Sequence[str]] | None = None,
        body: Mapping[str, object] | None = None,
        file: tuple[str, bytes] | None = None,
        effect: Effect = Effect.NONE,
    ) -> Result:
        login = login_of(account)
        held = await self._sessions.current(login)

        def call(held: Numbered) -> Call:
            headers = {"Authorization": f"Bearer {held.session.accessJwt}"}
            if file is not None:
                headers["Content-Type"] = file[0]
            return Call(
                method="GET" if query is not None else "POST",
                url=self._address(login, method),
                query=query,
                headers=headers,
                json=body,
                content=None if file is None else file[1],
                effect=effect,
            )

        answer = await exchange(self._client, self._timeouts, call(held))
        if answer.status in (HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED) and _failure(answer).error in WORN_OUT:
            held = await self._sessions.renewed(login, held)
            answer = await exchange(self._client, self._timeouts, call(held))
        return _result(answer, result, effect)

    async def _open(self, login: Login) -> Session:
        call = Call(
            method="POST",
            url=self._address(login, "com.atproto.server.createSession"),
            json={"identifier": login.identifier, "password": login.password},
        )
        return _result(await exchange(self._client, self._timeouts, call), Session, Effect.NONE)

    async def _renew(self, login: Login, worn_out: Session) -> Session:
        call = Call(
            method="POST",
            url=self._address(login, "com.atproto.server.refreshSession"),
            headers={"Authorization": f"Bearer {worn_out.refreshJwt}"},
        )
        return _result(await exchange(self._client, self._timeouts, call), Session, Effect.NONE)

    def _address(self, login: Login, method: str) -> str:
        return f"{self._base_url.replace(SERVER, login.server)}/{method}"


def login_of(account: Account) -> Login:
    """Raises Refused when the target is no account or a secret is none."""
    takes = CAPABILITIES[Network.BLUESKY]
    if takes.target.fullmatch(account.target) is None:
        raise Refused(Rejected(reason("chat_not_found")))
    given = {"server": OWN_SERVER, **account.secrets}
    if any(secret.pattern.fullmatch(given.get(secret.name, "")) is None for secret in takes.secrets):
        raise Refused(NeedsReauthorization(reason("token_invalid")))
    return Login(given["server"], account.target, given["app_password"], account.shelf)


def _result(answer: Answer, result: type[Result], effect: Effect) -> Result:
    if answer.status == HTTPStatus.OK:
        return read(result, answer.content, effect)
    failure = _failure(answer)
    refused = Refused(refusal_of(answer.status, failure, answer.headers, effect, datetime.now(UTC)))
    raise RefusedByName(refused, failure.error)


def _failure(answer: Answer) -> Failure:
    try:
        return Failure.model_validate_json(answer.content)
    except ValidationError:  # a page of something in between: only the status counts
        return Failure()
