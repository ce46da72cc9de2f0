"""What VK ID remembers between its three steps, and what it refuses.

A code is good once, for ten minutes, for the app, the address, the device and the verifier that it was asked with.
"""

import base64
import hashlib
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from deploy.sandbox.records import Person
from deploy.sandbox.world import World

NETWORK: Final = "vk"
_CODE_LIFETIME: Final = timedelta(minutes=10)
_TOKEN_LIFETIME: Final = timedelta(hours=1)
_STATE: Final = re.compile(r"[A-Za-z0-9_-]{32,512}")
_CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_VERIFIER: Final = re.compile(r"[A-Za-z0-9_-]{43,128}")


class VkIdError(Exception):
    """VK ID says no: `error` and `error_description`, as OAuth has them."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(error)
        self.body = {"error": error, "error_description": description}


@dataclass(frozen=True)
class Asked:
    """The query of the page to which an app sends people."""

    client_id: str
    redirect_uri: str
    state: str
    code_challenge: str
    code_challenge_method: str
    response_type: str


@dataclass(frozen=True)
class Approval:
    code: str
    device_id: str
    asked: Asked
    person_id: int
    until: datetime


class VkId:
    def __init__(self, world: World, client_id: Callable[[], str]) -> None:
        self._world = world
        self._client_id = client_id
        self._approvals: dict[str, Approval] = {}
        self._tokens: dict[str, tuple[int, datetime]] = {}

    def check(self, asked: Asked) -> None:
        """Raises VkIdError."""
        if asked.client_id != self._client_id():
            raise VkIdError("invalid_client", "client_id is unknown")
        if asked.response_type != "code":
            raise VkIdError("unsupported_response_type", "response_type must be code")
        if not _STATE.fullmatch(asked.state):
            raise VkIdError("invalid_request", "state must have at least 32 characters of a-z, A-Z, 0-9, _, -")
        if asked.code_challenge_method.upper() != "S256" or not _CHALLENGE.fullmatch(asked.code_challenge):
            raise VkIdError("invalid_request", "code_challenge is missing or is not S256")
        if not asked.redirect_uri.startswith(("http://", "https://")):
            raise VkIdError("invalid_request", "redirect_uri is invalid")

    def people(self) -> list[Person]:
        return [person for person in self._world.people if person.network == NETWORK]

    def approve(self, asked: Asked, person_id: int) -> Approval:
        """A person says yes. Raises VkIdError."""
        self.check(asked)
        if self._world.people.get(NETWORK, person_id) is None:
            raise VkIdError("access_denied", "there is no such person")
        code, device_id = f"vk2.a.{secrets.token_urlsafe(48)}", secrets.token_urlsafe(24)
        approval = Approval(code, device_id, asked, person_id, self._world.now() + _CODE_LIFETIME)
        self._approvals[code] = approval
        return approval

    def exchange(self, form: dict[str, str]) -> dict[str, object]:
        """The app's server redeems a code. Raises VkIdError."""
        if form.get("grant_type") != "authorization_code":
            raise VkIdError("unsupported_grant_type", "grant_type must be authorization_code")
        if form.get("client_id") != self._client_id():
            raise VkIdError("invalid_client", "client_id is unknown")
        approval = self._approvals.pop(form.get("code", ""), None)
        if approval is None or approval.until < self._world.now():
            raise VkIdError("invalid_grant", "code is invalid or expired")
        if form.get("redirect_uri") != approval.asked.redirect_uri:
            raise VkIdError("invalid_request", "redirect_uri is not that of the code")
        if form.get("device_id") != approval.device_id:
            raise VkIdError("invalid_grant", "device_id is invalid")
        verifier = form.get("code_verifier", "")
        if not _VERIFIER.fullmatch(verifier) or _challenge(verifier) != approval.asked.code_challenge:
            raise VkIdError("invalid_grant", "code_verifier is invalid")
        token = f"vk2.a.{secrets.token_urlsafe(64)}"
        self._tokens[token] = (approval.person_id, self._world.now() + _TOKEN_LIFETIME)
        return {
            "access_token": token,
            "refresh_token": f"vk2.a.{secrets.token_urlsafe(64)}",
            "id_token": secrets.token_urlsafe(64),
            "token_type": "Bearer",
            "expires_in": int(_TOKEN_LIFETIME.total_seconds()),
            "user_id": approval.person_id,
            "state": form.get("state", ""),
            "scope": "vkid.personal_info",
        }

    def user_info(self, form: dict[str, str]) -> dict[str, object]:
        """Whose token it is. Raises VkIdError."""
        if form.get("client_id") != self._client_id():
            raise VkIdError("invalid_client", "client_id is unknown")
        person_id, until = self._tokens.get(form.get("access_token", ""), (0, self._world.now()))
        person = self._world.people.get(NETWORK, person_id)
        if person is None or until <= self._world.now():
            raise VkIdError("invalid_token", "access_token is invalid or expired")
        return {
            "user": {
                "user_id": str(person.id),
                "first_name": person.first_name,
                "last_name": person.last_name,
                "avatar": "",
                "sex": 0,
                "verified": False,
                "birthday": "",
            }
        }


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
