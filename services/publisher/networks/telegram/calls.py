"""One call of the Bot API."""

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Generic, TypeVar

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError

from services.publisher.networks.accounts import Account, Network
from services.publisher.networks.capabilities import CAPABILITIES
from services.publisher.networks.outcomes import NeedsReauthorization
from services.publisher.networks.reasons import reason
from services.publisher.networks.telegram.errors import Failure, refusal_of
from services.publisher.networks.transport import Answer, Call, Effect, FormFile, Refused, Timeouts, exchange, read

Result = TypeVar("Result")
Parameter = str | int | bool | Sequence[object] | Mapping[str, object]


class Success(BaseModel, Generic[Result]):
    model_config = ConfigDict(extra="ignore")

    result: Result


class BotApi:
    """Calls methods at `base_url` (without the token) and reads their results."""

    def __init__(self, client: httpx.AsyncClient, base_url: str, timeouts: Timeouts) -> None:
        self._client = client
        self._base_url = base_url.rstrip("/")
        self._timeouts = timeouts

    async def call(
        self,
        account: Account,
        method: str,
        result: type[Result],
        parameters: Mapping[str, Parameter],
        *,
        files: Sequence[FormFile] = (),
        effect: Effect = Effect.NONE,
    ) -> Result:
        """The result of `method`, read as `result`. Raises Refused."""
        call = Call(
            method="POST",
            url=f"{self._base_url}/bot{_token(account)}/{method}",
            form={name: _written(value) for name, value in parameters.items()} if files else None,
            files=files,
            json=None if files else parameters,
            effect=effect,
        )
        answer = await exchange(self._client, self._timeouts, call)
        if answer.status == HTTPStatus.OK:
            return read(Success[result], answer.content, effect).result
        raise Refused(refusal_of(_failure(answer), effect))


def _failure(answer: Answer) -> Failure:
    """What Telegram said no with; only the status counts where something in between answered with a page."""
    try:
        return Failure.model_validate_json(answer.content)
    except ValidationError:
        return Failure(error_code=answer.status)


def _token(account: Account) -> str:
    """The token, which goes into the URL. Raises Refused when it is nothing that may stand there."""
    token = account.secrets.get("token", "")
    (secret,) = CAPABILITIES[Network.TELEGRAM].secrets
    if secret.pattern.fullmatch(token) is None:
        raise Refused(NeedsReauthorization(reason("token_invalid")))
    return token


def _written(value: Parameter) -> str:
    """A parameter as a field of a form: compound ones are JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
