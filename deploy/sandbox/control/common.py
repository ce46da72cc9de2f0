"""What the control API's routes share."""

from typing import Annotated, Literal

from fastapi import Depends, Request
from pydantic import BaseModel, ConfigDict

from deploy.sandbox.sandbox import Sandbox

NetworkName = Literal["telegram", "vk", "max", "ok", "bluesky", "mastodon", "instagram", "email"]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _sandbox(request: Request) -> Sandbox:
    sandbox = request.app.state.sandbox
    if not isinstance(sandbox, Sandbox):
        raise TypeError("the app was not made by create_app")
    return sandbox


Here = Annotated[Sandbox, Depends(_sandbox)]
