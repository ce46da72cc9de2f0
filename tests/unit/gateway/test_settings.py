"""What the gateway does not start with."""

import pytest
from cryptography.fernet import Fernet
from pydantic import ValidationError

from services.gateway.settings import GatewaySettings
from shared.identity import encode_public, private_key
from shared.settings import Environment

KEY = "A" * 43 + "="


def settings(environment: Environment, **more: str) -> GatewaySettings:
    return GatewaySettings.model_validate(
        {
            "environment": environment,
            "database_url": "postgresql://nobody@127.0.0.1/nowhere",
            "redis_url": "redis://127.0.0.1:1",
            "media_url": "file:///nowhere",
            "identity_public_keys": encode_public(private_key(KEY).public_key()),
            "encryption_keys": Fernet.generate_key().decode(),
            "signing_keys": KEY,
            **more,
        }
    )


@pytest.mark.parametrize("more", [{"trusted_urls": "http://127.0.0.1:8099"}, {"sandbox_url": "http://127.0.0.1:8090"}])
def test_production_does_not_start_with_addresses_that_are_trusted(more: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="for development and tests"):
        settings(Environment.PRODUCTION, **more)
    assert settings(Environment.TEST, **more).trusted_origins() == [*more.values()]


def test_production_starts_with_none() -> None:
    assert settings(Environment.PRODUCTION, trusted_urls=" , ").trusted_origins() == []
