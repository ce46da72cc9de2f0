"""What Instagram says no with: an HTTP status, and in `error` a code, often with a subcode that says more."""

import re
from collections.abc import Mapping
from http import HTTPStatus

from pydantic import BaseModel, ConfigDict, Field, Json, RootModel, ValidationError

from services.publisher.networks.outcomes import NeedsReauthorization, Refusal, Rejected, Retry, Throttled
from services.publisher.networks.reasons import reason
from services.publisher.networks.transport import Effect, server_error

HOUR = 3600.0
FIRST_PAUSE = 600.0  # seconds, where it does not say how long
USAGE = "x-business-use-case-usage"
_SUBCODE = re.compile(r"error code (\d{7})")  # in the words of a container that failed


class _Wire(BaseModel):
    model_config = ConfigDict(extra="ignore")


class Said(_Wire):
    code: int = 0
    error_subcode: int | None = None
    message: str = ""
    is_transient: bool = False


class Failure(_Wire):
    """The body of an answer that is not a success."""

    error: Said = Field(default_factory=Said)


class _Usage(_Wire):
    estimated_time_to_regain_access: int = 0  # minutes


_NEW_SECRETS = frozenset({102, 190})
_THROTTLES = frozenset({4, 17, 32, 613, 80_002})
_SERVER_ERRORS = frozenset({-2, -1, 1, 2})
_NO_OBJECT = (100, 33)
_QUOTA = frozenset({2_207_042})
_ACCOUNT_HELD = frozenset({2_207_050})  # inactive, at a checkpoint or restricted: its owner must sign in

_AGAIN: Mapping[int, str] = {  # nothing was published yet: a new container is made
    2_207_003: "image_not_fetched",
    2_207_006: "preparation_lost",
    2_207_008: "preparation_lost",
    2_207_020: "preparation_lost",
    2_207_027: "image_not_ready",
    2_207_052: "image_not_fetched",
}
_SERVER_SUBCODES = frozenset({2_207_001, 2_207_032, 2_207_053})
_BY_SUBCODE: Mapping[int, str] = {
    2_207_004: "image_refused",
    2_207_005: "image_refused",
    2_207_009: "image_refused",
    2_207_010: "text_too_long",
    2_207_023: "invalid_request",
    2_207_028: "image_refused",
    2_207_040: "text_refused",
    2_207_051: "content_blocked",
}
_BY_CODE: Mapping[int, str] = {
    3: "no_rights",
    10: "no_rights",
    12: "invalid_request",
    24: "post_gone",
    100: "invalid_request",
    368: "content_blocked",
    506: "content_blocked",
    803: "chat_not_found",
    36_000: "image_refused",
    36_001: "image_refused",
    36_003: "image_refused",
    36_004: "text_too_long",
}
_RIGHTS = range(200, 300)


def refusal_of(status: int, failure: Failure, headers: Mapping[str, str], effect: Effect) -> Refusal:
    """What follows from Instagram's answer to a call with this effect."""
    error = failure.error
    said = " ".join(str(part) for part in (error.code or status, error.error_subcode, error.message) if part)[:200]
    return _of_account(status, error, headers, said) or _of_content(status, error, effect, said)


def _of_account(status: int, error: Said, headers: Mapping[str, str], said: str) -> Refusal | None:
    """What concerns whoever calls, whatever they asked for."""
    if error.code in _NEW_SECRETS or (status == HTTPStatus.UNAUTHORIZED and not error.code):
        return NeedsReauthorization(reason("token_invalid", said))
    if error.error_subcode in _ACCOUNT_HELD:
        return NeedsReauthorization(reason("confirmation_wanted", said))
    if error.error_subcode in _QUOTA:
        return Throttled(reason("quota", said), HOUR)
    if error.code in _THROTTLES and error.error_subcode not in _BY_SUBCODE:
        return Throttled(reason("throttled", said), _pause(headers))
    return None


def _of_content(status: int, error: Said, effect: Effect, said: str) -> Refusal:
    subcode = error.error_subcode or 0
    if subcode in _AGAIN:
        return Retry(reason(_AGAIN[subcode], said))
    if subcode in _BY_SUBCODE:
        return Rejected(reason(_BY_SUBCODE[subcode], said))
    fails = status >= HTTPStatus.INTERNAL_SERVER_ERROR or error.is_transient
    if fails or subcode in _SERVER_SUBCODES or error.code in _SERVER_ERRORS:
        return server_error(effect, said)
    return Rejected(reason(_name_of(error.code, subcode), said))


def refusal_of_container(status: str | None) -> Refusal:
    """Why a container failed, from its own words. Nothing was published."""
    found = _SUBCODE.search(status or "")
    failure = Failure(error=Said(code=-1, error_subcode=int(found.group(1)) if found else None, message=status or ""))
    return refusal_of(HTTPStatus.BAD_REQUEST, failure, {}, Effect.NONE)


def _name_of(code: int, subcode: int) -> str:
    if (code, subcode) == _NO_OBJECT:
        return "chat_not_found"
    return "no_rights" if code in _RIGHTS else _BY_CODE.get(code, "refused")


def _pause(headers: Mapping[str, str]) -> float:
    """Seconds until calls are taken again: the network tells minutes, for each of its limits."""
    try:
        told = RootModel[Json[Mapping[str, list[_Usage]]]].model_validate(headers.get(USAGE, ""))
    except ValidationError:
        return FIRST_PAUSE
    minutes = max((usage.estimated_time_to_regain_access for each in told.root.values() for usage in each), default=0)
    return minutes * 60.0 or FIRST_PAUSE
