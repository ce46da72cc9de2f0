"""The app of the stand-ins: each network and VK ID under its own prefix, `/control`, the public page at `/`, and mail."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from deploy.sandbox.control import accounts, faulting, inbound, mails, seen
from deploy.sandbox.development import open_development_accounts
from deploy.sandbox.inbound import NothingThereError
from deploy.sandbox.mail.catcher import MailCatcher
from deploy.sandbox.networks.registry import NETWORKS
from deploy.sandbox.page import routes as page
from deploy.sandbox.sandbox import Sandbox
from deploy.sandbox.settings import SandboxSettings
from deploy.sandbox.vk_id import routes as vk_id
from deploy.sandbox.vk_id.flow import VkId
from deploy.sandbox.wire import ABORT

DESCRIPTION = """
Orders for the stand-in networks: accounts, faults, what people write, and what the stand-ins saw.
The networks themselves answer under `/telegram/bot<token>/<method>`, `/vk/method/<method>` and `/max/...`, VK ID under
`/vk_id`; mail is caught by SMTP.
"""


class SandboxApp(FastAPI):
    """Lends its endpoints the means to cut the caller's connection, which ASGI does not have."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # uvicorn's `send` is a method of the object that holds the connection; uvloop's transports are no asyncio ones
        abort = getattr(getattr(getattr(send, "__self__", None), "transport", None), "abort", None)
        if scope["type"] == "http" and callable(abort):
            scope.setdefault("extensions", {})[ABORT] = abort
        await super().__call__(scope, receive, send)


def create_app(settings: SandboxSettings | None = None) -> SandboxApp:
    sandbox = Sandbox(settings or SandboxSettings())
    for stand_in in NETWORKS:
        network = stand_in(sandbox)
        sandbox.networks[network.name] = network

    catcher = MailCatcher(sandbox)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
        await sandbox.hooks.start()
        await catcher.start()
        for network in sandbox.networks.values():
            await network.start()
        yield
        for network in sandbox.networks.values():
            await network.stop()
        await catcher.stop()
        sandbox.faults.clear()
        await sandbox.hooks.stop()
        sandbox.world.close()

    app = SandboxApp(
        title="Stand-in networks",
        version="1",
        description=DESCRIPTION,
        lifespan=lifespan,
        openapi_url="/control/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    app.state.sandbox = sandbox
    app.state.catcher = catcher
    for module in (accounts, faulting, inbound, mails, seen):
        app.include_router(module.router, prefix="/control")
    for network in sandbox.networks.values():
        app.router.routes.extend(network.routes())
    app.router.routes.extend(vk_id.routes(VkId(sandbox.world, lambda: sandbox.settings.vk_client_id)))
    app.router.routes.extend(page.routes(sandbox))
    app.add_exception_handler(NothingThereError, _nothing_there)
    if sandbox.settings.development_accounts:
        open_development_accounts(sandbox)
    return app


async def _nothing_there(_: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"detail": str(error)}, 404)
