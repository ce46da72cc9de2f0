"""One signed call of OK's REST API, and one upload to the address that it names."""

import hashlib
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from services.publisher.networks.accounts import Account, Network
from services.publisher.networks.capabilities import CAPABILITIES
from services.publisher.networks.ok.errors import Failure, refusal_of
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
    read,
    server_error,
)

Result = TypeVar("Result", bound=BaseModel)


class RestApi:
    """Calls methods at `base_url` in the name of whose access token an account holds."""

    def __init__(self, client: httpx.AsyncClient, base_url: str, timeouts: Timeouts) -> None:
        self._client = client
        self._url = f"{base_url.rstrip('/')}/fb.do"
        self._timeouts = timeouts

    async def call(
        self,
        account: Account,
        method: str,
        result: type[Result],
        parameters: Mapping[str, str],
        *,
        effect: Effect = Effect.NONE,
    ) -> Result:
        """The answer of `method`, read as `result`. Raises Refused."""
        signed = {
            **parameters,
            "application_key": secret_of(account, "application_key"),
            "format": "json",
            "method": method,
        }
        form = {
            **signed,
            "sig": signature(signed, secret_of(account, "session_secret_key")),
            "access_token": secret_of(account, "access_token"),
        }
        call = Call(method="POST", url=self._url, form=form, effect=effect)
        return result_of(await exchange(self._client, self._timeouts, call), result, effect)

    async def upload(self, url: str, files: Sequence[FormFile], result: type[Result]) -> Result:
        """What the upload server at `url` answers; the address itself is the permission. Raises Refused."""
        answer = await exchange(self._client, self._timeouts, Call(method="POST", url=url, files=files))
        return result_of(answer, result, Effect.NONE)


def signature(parameters: Mapping[str, str], secret: str) -> str:
    """MD5, as OK wants it: over the sorted parameters, without the token, and the secret of the session."""
    joined = "".join(f"{name}={parameters[name]}" for name in sorted(parameters))
    return hashlib.md5(f"{joined}{secret}".encode(), usedforsecurity=False).hexdigest()


def group_of(account: Account) -> str:
    """The group's number. Raises Refused when the channel's target is none."""
    if CAPABILITIES[Network.OK].target.fullmatch(account.target) is None:
        raise Refused(Rejected(reason("chat_not_found")))
    return account.target


def topic_of(external_id: str) -> str:
    """Raises Refused for what is no topic's number."""
    if not (external_id.isascii() and external_id.isdecimal()):
        raise Refused(Rejected(reason("post_gone")))
    return external_id


def secret_of(account: Account, name: str) -> str:
    """One of the account's secrets. Raises Refused when it is nothing that OK gives out."""
    value = account.secrets.get(name, "")
    patterns = {secret.name: secret.pattern for secret in CAPABILITIES[Network.OK].secrets}
    if patterns[name].fullmatch(value) is None:
        raise Refused(NeedsReauthorization(reason("token_invalid")))
    return value


def result_of(answer: Answer, result: type[Result], effect: Effect) -> Result:
    """The answer as `result`. OK refuses with 200 as well: another status may come from something in between."""
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise Refused(server_error(effect, str(answer.status)))
    failure = _failure_in(answer.content)
    if failure is not None:
        raise Refused(refusal_of(failure, effect))
    if answer.status != HTTPStatus.OK:
        raise Refused(Rejected(reason("refused", str(answer.status))))
    return read(result, answer.content, effect)


def _failure_in(content: bytes) -> Failure | None:
    try:
        return Failure.model_validate_json(content)
    except ValidationError:
        return None
