"""Settings that every service has, read from `VMESTE_*` in the environment; nothing is read at import."""

from enum import StrEnum

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Environment(StrEnum):
    DEVELOPMENT = "development"
    TEST = "test"
    PRODUCTION = "production"


class PlatformSettings(BaseSettings):
    """What the services share. A service adds its own `database_url` and whatever else it needs."""

    model_config = SettingsConfigDict(
        env_prefix="VMESTE_",
        extra="ignore",
        validate_by_name=True,
        hide_input_in_errors=True,  # keys and URLs with passwords: a wrong setting must not put them into a log
    )

    environment: Environment = Environment.PRODUCTION
    redis_url: str = Field(description="redis://, rediss:// or unix:// of a Redis 6.2 or later")
    media_url: str = Field(description="file:///folder or s3://bucket; where images are kept")
    identity_public_keys: str = Field(
        description="Ed25519 public keys (raw, base64url, comma separated) that sign identities inside the house"
    )
    encryption_keys: SecretStr = Field(
        description="Fernet keys (comma separated, newest first) for credentials and confidential texts at rest"
    )
    public_url: str = Field(default="http://127.0.0.1:8000", description="where the outside reaches the gateway")
    database_pool: int = Field(default=5, ge=1, le=50, description="connections of one process")
    max_body_bytes: int = Field(default=1_000_000, description="the largest JSON body; uploads have their own limit")
    request_seconds: float = Field(default=30.0, description="a request that takes longer is answered 503")
    max_jobs: int = Field(default=10, description="messages that one worker process handles at once")
