"""Settings of the gateway, read from `VMESTE_GATEWAY_*` beside the platform's own."""

from pydantic import AliasChoices, Field, SecretStr

from shared.contracts import ServiceName
from shared.settings import PlatformSettings


class GatewaySettings(PlatformSettings):
    database_url: str = Field(validation_alias=AliasChoices("VMESTE_GATEWAY_DATABASE_URL", "database_url"))
    signing_key: SecretStr = Field(
        validation_alias=AliasChoices("VMESTE_GATEWAY_SIGNING_KEY", "signing_key"),
        description="Ed25519 private key (32 raw bytes, base64url) for access tokens and identities",
    )
    publisher_url: str = Field(
        "http://127.0.0.1:8101", validation_alias=AliasChoices("VMESTE_GATEWAY_PUBLISHER_URL", "publisher_url")
    )
    requests_url: str = Field(
        "http://127.0.0.1:8102", validation_alias=AliasChoices("VMESTE_GATEWAY_REQUESTS_URL", "requests_url")
    )
    surveys_url: str = Field(
        "http://127.0.0.1:8103", validation_alias=AliasChoices("VMESTE_GATEWAY_SURVEYS_URL", "surveys_url")
    )
    answer_seconds: float = Field(
        35.0,
        validation_alias=AliasChoices("VMESTE_GATEWAY_ANSWER_SECONDS", "answer_seconds"),
        description="how long a service may stay silent; longer than its own request_seconds",
    )
    max_upload_bytes: int = Field(
        26_000_000,
        validation_alias=AliasChoices("VMESTE_GATEWAY_MAX_UPLOAD_BYTES", "max_upload_bytes"),
        description="the largest body that is passed on at all",
    )
    proxies: int = Field(
        0,
        ge=0,
        le=10,
        validation_alias=AliasChoices("VMESTE_GATEWAY_PROXIES", "proxies"),
        description="the operator's own proxies in front, each of which adds its caller to X-Forwarded-For",
    )
    metrics_token: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("VMESTE_GATEWAY_METRICS_TOKEN", "metrics_token"),
        description="what Prometheus sends as its bearer token; without it the gateway shows no figures",
    )
    tries_per_account: int = Field(
        10,
        ge=1,
        validation_alias=AliasChoices("VMESTE_GATEWAY_TRIES_PER_ACCOUNT", "tries_per_account"),
        description="failed sign-ins for one name within the window",
    )
    tries_per_address: int = Field(
        100,
        ge=1,
        validation_alias=AliasChoices("VMESTE_GATEWAY_TRIES_PER_ADDRESS", "tries_per_address"),
        description="sign-ins from one address within the window; an office may share one",
    )
    tries_window_seconds: int = Field(
        900, ge=1, validation_alias=AliasChoices("VMESTE_GATEWAY_TRIES_WINDOW_SECONDS", "tries_window_seconds")
    )

    def service_urls(self) -> dict[ServiceName, str]:
        return {
            ServiceName.PUBLISHER: self.publisher_url,
            ServiceName.REQUESTS: self.requests_url,
            ServiceName.SURVEYS: self.surveys_url,
        }
