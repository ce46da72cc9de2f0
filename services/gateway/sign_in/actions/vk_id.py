"""VK ID as a counterpart: who came back with a code. The one place that knows its addresses and words."""

from typing import Final, Protocol, TypeVar
from urllib.parse import urlencode

import httpx
import structlog
from pydantic import BaseModel, ValidationError

from services.gateway.runtime import GatewayRuntime
from services.gateway.settings import GatewaySettings
from services.gateway.sign_in.rules.problems import WrongSignIn
from shared.errors import Unavailable
from shared.http import UnsafeUrl

_log = structlog.get_logger()
_RETRY_SECONDS: Final = 10

Answer = TypeVar("Answer", bound=BaseModel)


class VkId(Protocol):
    def authorization_url(self, state: str, challenge: str, redirect_uri: str) -> str:
        """Where the browser goes."""
        ...

    async def user_id(self, code: str, device_id: str, state: str, verifier: str, redirect_uri: str) -> str:
        """Whose code it is. Raises WrongSignIn when VK ID does not take it, Unavailable when it does not answer."""
        ...


class _Tokens(BaseModel):
    access_token: str


class _User(BaseModel):
    user_id: int  # a number, or the same in a string


class _UserInfo(BaseModel):
    user: _User


class HttpVkId:
    def __init__(self, http: httpx.AsyncClient, address: str, client_id: str) -> None:
        self._http = http
        self._address = address.rstrip("/")
        self._client_id = client_id

    def authorization_url(self, state: str, challenge: str, redirect_uri: str) -> str:
        query = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": redirect_uri,
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{self._address}/authorize?{urlencode(query)}"

    async def user_id(self, code: str, device_id: str, state: str, verifier: str, redirect_uri: str) -> str:
        form = {
            "grant_type": "authorization_code",
            "client_id": self._client_id,
            "redirect_uri": redirect_uri,
            "code": code,
            "code_verifier": verifier,
            "device_id": device_id,
            "state": state,
        }
        tokens = await self._asked("/oauth2/auth", form, _Tokens)
        asked = {"client_id": self._client_id, "access_token": tokens.access_token}
        return str((await self._asked("/oauth2/user_info", asked, _UserInfo)).user.user_id)

    async def _asked(self, path: str, form: dict[str, str], kind: type[Answer]) -> Answer:
        """VK ID says no in a body with `error`, whatever the status is."""
        try:
            response = await self._http.post(f"{self._address}{path}", data=form)
            answer: object = response.json()
        except (httpx.HTTPError, UnsafeUrl, ValueError) as error:
            _log.warning("vk_id.away", error=type(error).__name__)
            raise Unavailable(retry_after=_RETRY_SECONDS) from error
        if isinstance(answer, dict) and "error" in answer:
            raise WrongSignIn
        try:
            return kind.model_validate(answer)
        except ValidationError as error:
            _log.warning("vk_id.not_understood", path=path, status=response.status_code)
            raise Unavailable(retry_after=_RETRY_SECONDS) from error


def open_vk_id(runtime: GatewayRuntime, settings: GatewaySettings) -> VkId | None:
    """The stand-in's where there are stand-ins; None without a client id."""
    if settings.vk_client_id is None:
        return None
    address = settings.vk_id_url if settings.sandbox_url is None else f"{settings.sandbox_url.rstrip('/')}/vk_id"
    return HttpVkId(runtime.outbound, address, settings.vk_client_id)
