"""Where commands take their settings from: the environment, or else the stack that `make up` started on this machine."""

import os
from typing import Final, TypeVar

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from deploy.cli.failures import Failed
from deploy.migrate import MigrationSettings
from services.gateway.settings import GatewaySettings
from shared.relay import RelaySettings

S = TypeVar("S", bound=BaseSettings)

_OWNER: Final = "VMESTE_DATABASE_URL"
_GATEWAY: Final = "VMESTE_GATEWAY_DATABASE_URL"
_RELAY: Final = "VMESTE_RELAY_DATABASE_URLS"
_AT_REST: Final = "VMESTE_ENCRYPTION_KEYS"
_ADDRESS: Final = "VMESTE_PUBLIC_URL"
_USUAL_ADDRESS: Final = "http://127.0.0.1:8000"


class AtRestSettings(BaseSettings):
    """What is kept beside the database: files, and the keys without which a part of the rows says nothing."""

    model_config = SettingsConfigDict(env_prefix="VMESTE_", extra="ignore", validate_by_name=True)

    media_url: str
    encryption_keys: SecretStr = Field(description="Fernet keys, comma separated, newest first")


def owner_settings() -> MigrationSettings:
    """The database's owner: migrations, backups, re-encryption."""
    return _settings(MigrationSettings, _OWNER, "migrate")


def gateway_settings() -> GatewaySettings:
    return _settings(GatewaySettings, _GATEWAY, "gateway")


def relay_settings() -> RelaySettings:
    return _settings(RelaySettings, _RELAY, "relay")


def at_rest_settings() -> AtRestSettings:
    return _settings(AtRestSettings, _AT_REST, "gateway")


def api_address() -> str:
    """Where the gateway is: as the environment says, or the local stack, or else at its usual place."""
    address = os.environ.get(_ADDRESS) or _of_local_stack("gateway").get(_ADDRESS, _USUAL_ADDRESS)
    return address.rstrip("/")


def _settings(kind: type[S], needed: str, process: str) -> S:
    """`process` is the one of the local stack that has such settings. Raises Failed."""
    if needed not in os.environ:
        _borrow(process, needed)
    try:
        return kind()
    except ValidationError as error:
        wrong = sorted({str(part["loc"][0]) for part in error.errors() if part["loc"]} or {"VMESTE_*"})
        raise Failed(f"Settings are missing or wrong: {', '.join(wrong)}. They are read from VMESTE_*.") from None


def _borrow(process: str, needed: str) -> None:
    """Let the environment say what the local stack would say; what the user set stays."""
    borrowed = _of_local_stack(process)
    if not borrowed:
        raise Failed(f"{needed} is not set, and there is no stack of `make up` here: set it, or start the stack.")
    for name, value in borrowed.items():
        os.environ.setdefault(name, value)


def _of_local_stack(process: str) -> dict[str, str]:
    """The settings that the process has in the local stack; none where there is no such stack. Raises Failed."""
    try:
        # the local stack needs packages that an image does not hold
        from deploy.local.failures import CannotStart  # noqa: PLC0415
        from deploy.local.places import Places  # noqa: PLC0415
        from deploy.local.processes import environment_of  # noqa: PLC0415
        from deploy.local.stack import stack_of  # noqa: PLC0415
    except ModuleNotFoundError:
        return {}
    places = Places.of_environment()
    if not places.keys.exists():
        return {}
    try:
        return environment_of(process, stack_of(places))
    except CannotStart as error:
        raise Failed(str(error)) from error
