"""Settings of the gateway, read from `VMESTE_GATEWAY_*` beside the platform's own."""

from typing import Self

from pydantic import AliasChoices, Field, FilePath, SecretStr, model_validator

from shared.contracts import ServiceName
from shared.settings import Environment, PlatformSettings


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

    sandbox_url: str | None = Field(
        default=None, description="where the stand-ins of VK ID and of mail are; never in production"
    )
    outbound_ca_file: FilePath | None = Field(
        default=None, description="root certificates (PEM) to believe beside the usual ones"
    )
    outbound_seconds: float = Field(
        15.0,
        gt=0,
        le=20.0,
        validation_alias=AliasChoices("VMESTE_GATEWAY_OUTBOUND_SECONDS", "outbound_seconds"),
        description="how long a partner's webhook may stay silent",
    )
    smtp_url: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("VMESTE_GATEWAY_SMTP_URL", "smtp_url"),
        description="smtp://, smtp+starttls:// or smtps://user:password@host:port; without it no mail is sent",
    )
    mail_from: str = Field(
        "Vmeste <no-reply@localhost>",
        validation_alias=AliasChoices("VMESTE_GATEWAY_MAIL_FROM", "mail_from"),
        description="the sender of codes and notifications",
    )

    @model_validator(mode="after")
    def _real_counterparts_in_production(self) -> Self:
        if self.sandbox_url is not None and self.environment is Environment.PRODUCTION:
            raise ValueError("the stand-ins are for development and tests")
        return self

    def service_urls(self) -> dict[ServiceName, str]:
        return {
            ServiceName.PUBLISHER: self.publisher_url,
            ServiceName.REQUESTS: self.requests_url,
            ServiceName.SURVEYS: self.surveys_url,
        }
