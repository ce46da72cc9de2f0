"""Settings of the stand-ins, read from `VMESTE_SANDBOX_*`."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class SandboxSettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="VMESTE_SANDBOX_", extra="ignore", validate_by_name=True)

    state: Path | None = Field(default=None, description="SQLite file that keeps everything over a restart")
    public_url: str = Field(default="http://127.0.0.1:8090", description="where the stand-ins are served")
    rate_limits: bool = Field(default=True, description="whether the networks' own limits on the rate of calls hold")
    upload_processing_seconds: float = Field(
        default=0.5, ge=0, description="how long an image uploaded to MAX is `attachment.not.ready`"
    )
    hook_first_retry_seconds: float = Field(default=0.5, gt=0, description="pause after the first failed hook")
    hook_longest_retry_seconds: float = Field(default=5.0, gt=0, description="the pause doubles up to this")
    hook_give_up_seconds: float = Field(default=8 * 3600.0, gt=0, description="after this an update is dropped")
    hook_timeout_seconds: float = Field(default=10.0, gt=0, description="how long a hook may take to answer")
    smtp_host: str = Field(default="127.0.0.1", description="where the mail catcher listens")
    smtp_port: int | None = Field(default=None, ge=0, description="its port, 0 for any; without it no mail is caught")
    vk_client_id: str = Field(default="51000001", description="the one app that the stand-in of VK ID knows")
    development_accounts: bool = Field(default=True, description="whether the known accounts exist from the start")
