"""One call of the server that an account is on, with the account's token in the header."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TypeVar

import httpx
from pydantic import BaseModel, RootModel, ValidationError

from services.publisher.networks.accounts import Account, Network
from services.publisher.networks.capabilities import CAPABILITIES
from services.publisher.networks.mastodon.errors import Failure, refusal_of
from services.publisher.networks.mastodon.wire import Me
from services.publisher.networks.outcomes import NeedsReauthorization, Refusal, Rejected
from services.publisher.networks.reasons import reason
from services.publisher.networks.transport import Answer, Call, Effect, FormFile, Refused, Timeouts, exchange, read

SERVER = "{server}"  # in the base address: a stand-in's has none, it stands for every server
DONE = (HTTPStatus.OK, HTTPStatus.ACCEPTED, HTTPStatus.PARTIAL_CONTENT)

Result = TypeVar("Result", bound=BaseModel)
Item = TypeVar("Item", bound=BaseModel)
Query = Mapping[str, str | Sequence[str]]


class Server:
    def __init__(self, client: httpx.AsyncClient, base_url: str, timeouts: Timeouts) -> None:
        self._client = client
        self._base_url = base_url.rstrip("/")
        self._timeouts = timeouts
        self._known: dict[str, Me] = {}

    async def me(self, account: Account) -> Me:
        """Whose token it is, asked once. Raises Refused; Rejected when it is not the target's."""
        key = hashlib.sha256(f"{account.target}\n{token_of(account)}".encode()).hexdigest()
        if key not in self._known:
            found = await self.get(account, "/api/v1/accounts/verify_credentials", Me)
            if found.username.lower() != name_of(account).lower():
                raise Refused(Rejected(reason("no_rights", f"the token is {found.username}'s")))
            self._known[key] = found
        return self._known[key]

    async def get(self, account: Account, path: str, result: type[Result], query: Query | None = None) -> Result:
        """Raises Refused."""
        return self._result(await self._call(account, "GET", path, query=query), result, Effect.NONE)

    async def list(self, account: Account, path: str, item: type[Item], query: Query) -> list[Item]:
        """Raises Refused."""
        answer = await self._call(account, "GET", path, query=query)
        return list(self._result(answer, RootModel[tuple[item, ...]], Effect.NONE).root)

    async def write(
        self,
        account: Account,
        verb: str,
        path: str,
        result: type[Result],
        body: Mapping[str, object] | None = None,
        *,
        key: str | None = None,
        effect: Effect = Effect.ONCE,
    ) -> Result:
        """Under `key` a repeat within the hour is the same status. Raises Refused."""
        answer = await self._call(account, verb, path, body=body, key=key, effect=effect)
        return self._result(answer, result, effect)

    async def upload(
        self, account: Account, file: FormFile, form: Mapping[str, str], result: type[Result]
    ) -> tuple[Result, bool]:
        """And whether the server has done with it. Raises Refused."""
        answer = await self._call(account, "POST", "/api/v2/media", form=form, files=[file])
        return self._result(answer, result, Effect.NONE), answer.status == HTTPStatus.OK

    async def is_ready(self, account: Account, media_id: str) -> bool:
        """Whether the server has done with an upload. Raises Refused."""
        answer = await self._call(account, "GET", f"/api/v1/media/{in_path(media_id)}")
        if answer.status not in DONE:
            raise Refused(_refusal(answer, Effect.NONE))
        return answer.status == HTTPStatus.OK

    async def _call(
        self,
        account: Account,
        verb: str,
        path: str,
        *,
        query: Query | None = None,
        body: Mapping[str, object] | None = None,
        form: Mapping[str, str] | None = None,
        files: Sequence[FormFile] = (),
        key: str | None = None,
        effect: Effect = Effect.NONE,
    ) -> Answer:
        headers = {"Authorization": f"Bearer {token_of(account)}"}
        call = Call(
            method=verb,
            url=f"{self._base_url.replace(SERVER, server_of(account))}{path}",
            query=query,
            headers=headers if key is None else {**headers, "Idempotency-Key": key},
            json=body,
            form=form,
            files=files,
            effect=effect,
        )
        return await exchange(self._client, self._timeouts, call)

    @staticmethod
    def _result(answer: Answer, result: type[Result], effect: Effect) -> Result:
        if answer.status not in DONE:
            raise Refused(_refusal(answer, effect))
        return read(result, answer.content, effect)


def name_of(account: Account) -> str:
    """The account's name on its server. Raises Refused when the target is none."""
    return _parts(account)[0]


def server_of(account: Account) -> str:
    """Raises Refused when the target names none."""
    return _parts(account)[1]


def token_of(account: Account) -> str:
    """Raises Refused when it is nothing that may stand in a header."""
    token = account.secrets.get("token", "")
    (secret,) = CAPABILITIES[Network.MASTODON].secrets
    if secret.pattern.fullmatch(token) is None:
        raise Refused(NeedsReauthorization(reason("token_invalid")))
    return token


def in_path(value: str) -> str:
    """An id that may stand in a path. Raises Refused."""
    if not (value.isascii() and value.isalnum()):
        raise Refused(Rejected(reason("post_gone")))
    return value


def _parts(account: Account) -> tuple[str, str]:
    if CAPABILITIES[Network.MASTODON].target.fullmatch(account.target) is None:
        raise Refused(Rejected(reason("chat_not_found")))
    name, _, server = account.target.partition("@")
    return name, server


def _refusal(answer: Answer, effect: Effect) -> Refusal:
    try:
        failure = Failure.model_validate_json(answer.content)
    except ValidationError:  # a page of something in between: only the status counts
        failure = Failure()
    return refusal_of(answer.status, failure, answer.headers, effect, datetime.now(UTC))
