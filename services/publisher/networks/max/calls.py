"""One call of MAX's Bot API, and one upload to the address that it names."""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from services.publisher.networks.accounts import Account, Network
from services.publisher.networks.capabilities import CAPABILITIES
from services.publisher.networks.max.errors import Failure, refusal_of
from services.publisher.networks.outcomes import NeedsReauthorization, Rejected
from services.publisher.networks.reasons import reason
from services.publisher.networks.transport import Answer, Call, Effect, FormFile, Refused, Timeouts, exchange, read

Result = TypeVar("Result", bound=BaseModel)
_MESSAGE_ID = re.compile(r"(?:mid\.)?[\w-]{1,128}", re.ASCII)


class BotApi:
    """Calls `base_url` with an account's token, which goes into the header and never into the address."""

    def __init__(self, client: httpx.AsyncClient, base_url: str, timeouts: Timeouts) -> None:
        self._client = client
        self._base_url = base_url.rstrip("/")
        self._timeouts = timeouts

    async def call(
        self,
        account: Account,
        method: str,
        path: str,
        result: type[Result],
        *,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, object] | None = None,
        effect: Effect = Effect.NONE,
    ) -> Result:
        """The answer, read as `result`. Raises Refused."""
        call = Call(
            method=method,
            url=f"{self._base_url}{path}",
            query=query,
            headers={"Authorization": _token(account)},
            json=body,
            effect=effect,
        )
        return _result(await exchange(self._client, self._timeouts, call), result, effect)

    async def upload(self, url: str, file: FormFile, result: type[Result]) -> Result:
        """What the upload server at `url` answers; the address itself is the permission. Raises Refused."""
        answer = await exchange(self._client, self._timeouts, Call(method="POST", url=url, files=[file]))
        return _result(answer, result, Effect.NONE)


def chat_of(account: Account) -> int:
    """The chat's number. Raises Refused when the channel's target is none."""
    if CAPABILITIES[Network.MAX].target.fullmatch(account.target) is None:
        raise Refused(Rejected(reason("chat_not_found")))
    return int(account.target)


def message_of(external_id: str) -> str:
    """Raises Refused for what is no message's id."""
    if _MESSAGE_ID.fullmatch(external_id) is None:
        raise Refused(Rejected(reason("post_gone")))
    return external_id


def _result(answer: Answer, result: type[Result], effect: Effect) -> Result:
    if answer.status == HTTPStatus.OK:
        return read(result, answer.content, effect)
    try:
        failure = Failure.model_validate_json(answer.content)
    except ValidationError:  # a page of something in between: only the status counts
        failure = Failure()
    raise Refused(refusal_of(answer.status, failure, _seconds(answer.headers.get("retry-after")), effect))


def _seconds(value: str | None) -> float | None:
    return float(value) if value is not None and value.isascii() and value.isdigit() else None


def _token(account: Account) -> str:
    """The token. Raises Refused when it is nothing that may stand in a header."""
    token = account.secrets.get("token", "")
    (secret,) = CAPABILITIES[Network.MAX].secrets
    if secret.pattern.fullmatch(token) is None:
        raise Refused(NeedsReauthorization(reason("token_invalid")))
    return token
