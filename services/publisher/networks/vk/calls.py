"""One call of VK's API, and one upload to the server that it names."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Generic, TypeVar

import httpx
from pydantic import BaseModel, ConfigDict

from services.publisher.networks.accounts import Account, Network
from services.publisher.networks.capabilities import CAPABILITIES
from services.publisher.networks.outcomes import NeedsReauthorization, Rejected
from services.publisher.networks.reasons import reason
from services.publisher.networks.transport import (
    Answer,
    Call,
    Effect,
    FormFile,
    Refused,
    Timeouts,
    exchange,
    lost_answer,
    read,
    server_error,
)
from services.publisher.networks.vk.errors import Failure, is_too_fast, refusal_of

VERSION = "5.199"
PAUSES = (0.35, 0.35, 0.7)  # seconds: a user's token has three calls a second

Result = TypeVar("Result")
Upload = TypeVar("Upload", bound=BaseModel)
Parameter = str | int | bool | Sequence[str] | Mapping[str, object]


class _Envelope(BaseModel, Generic[Result]):
    model_config = ConfigDict(extra="ignore")

    response: Result | None = None
    error: Failure | None = None


class VkApi:
    """Calls methods at `base_url` with one of an account's tokens and reads their responses."""

    def __init__(self, client: httpx.AsyncClient, base_url: str, timeouts: Timeouts) -> None:
        self._client = client
        self._base_url = base_url.rstrip("/")
        self._timeouts = timeouts

    async def call(
        self,
        token: str,
        method: str,
        result: type[Result],
        parameters: Mapping[str, Parameter],
        *,
        effect: Effect = Effect.NONE,
    ) -> Result:
        """The response of `method`, read as `result`. Raises Refused.

        A call that was one too many in its second was not taken: it is made again a moment later.
        """
        for pause in PAUSES:
            try:
                return await self._call(token, method, result, parameters, effect)
            except Refused as refused:
                if not is_too_fast(refused.outcome):
                    raise
            await asyncio.sleep(pause)
        return await self._call(token, method, result, parameters, effect)

    async def _call(
        self, token: str, method: str, result: type[Result], parameters: Mapping[str, Parameter], effect: Effect
    ) -> Result:
        form = {name: _written(value) for name, value in parameters.items()} | {"v": VERSION}
        call = Call(
            method="POST",
            url=f"{self._base_url}/{method}",
            headers={"Authorization": f"Bearer {token}"},
            form=form,
            effect=effect,
        )
        answer = await exchange(self._client, self._timeouts, call)
        _check_status(answer, effect)
        envelope = read(_Envelope[result], answer.content, effect)
        if envelope.error is not None:
            raise Refused(refusal_of(envelope.error, effect))
        if envelope.response is None:
            raise Refused(lost_answer(effect, "neither response nor error"))
        return envelope.response

    async def upload(self, url: str, file: FormFile, result: type[Upload]) -> Upload:
        """What the upload server at `url` answers. Raises Refused."""
        answer = await exchange(self._client, self._timeouts, Call(method="POST", url=url, files=[file]))
        _check_status(answer, Effect.NONE)
        return read(result, answer.content, Effect.NONE)


def token_of(account: Account, name: str) -> str:
    """One of the account's tokens. Raises Refused when it is nothing that may stand in a header."""
    token = account.secrets.get(name, "")
    patterns = {secret.name: secret.pattern for secret in CAPABILITIES[Network.VK].secrets}
    if patterns[name].fullmatch(token) is None:
        raise Refused(NeedsReauthorization(reason("token_invalid")))
    return token


def group_of(account: Account) -> int:
    """The community's number. Raises Refused when the channel's target is none."""
    if CAPABILITIES[Network.VK].target.fullmatch(account.target) is None:
        raise Refused(Rejected(reason("chat_not_found")))
    return int(account.target)


def _check_status(answer: Answer, effect: Effect) -> None:
    """VK answers everything with 200: another status comes from something in between."""
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise Refused(server_error(effect, str(answer.status)))
    if answer.status != HTTPStatus.OK:
        raise Refused(Rejected(reason("refused", str(answer.status))))


def _written(value: Parameter) -> str:
    """A parameter as a field of a form, by VK's rules: booleans are 0 and 1, lists comma separated, objects JSON."""
    match value:
        case bool():
            return "1" if value else "0"
        case str() | int():
            return str(value)
        case Mapping():
            return json.dumps(value, ensure_ascii=False)
        case _:
            return ",".join(value)
