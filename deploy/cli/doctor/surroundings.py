"""What stands around the database: Redis, the services and their workers, mail, disks."""

import asyncio
import shutil
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
from redis.asyncio import Redis

from deploy.cli.doctor.findings import Finding, notice, trouble, well
from services.gateway.settings import GatewaySettings
from shared.clock import SystemClock
from shared.contracts import ServiceName
from shared.mail import Mailer
from shared.queue import ArqQueue, QueueAway

_SECONDS: Final = 5.0
_ROOM: Final = 2 * 2**30  # bytes below which a disk is nearly full
_NEARLY_FULL: Final = 0.05
_OLDEST_REDIS: Final = (6, 2)
_OK: Final = 200


async def look_at_redis(url: str) -> list[Finding]:
    redis: Any = Redis.from_url(url, socket_timeout=_SECONDS, socket_connect_timeout=_SECONDS)  # pyright: ignore[reportUnknownMemberType] - the client's keywords are untyped
    try:
        about: dict[str, Any] = await redis.info("server") | await redis.info("persistence")
        policy: str = (await redis.info("memory"))["maxmemory_policy"]
    except QueueAway as error:
        return [trouble("redis", f"does not answer ({type(error).__name__})", "Start it; check VMESTE_REDIS_URL.")]
    finally:
        await redis.aclose()
    findings = [_redis_version(str(about["redis_version"]))]
    if policy != "noeviction":
        findings.append(
            trouble(
                "redis memory",
                f"maxmemory-policy {policy}",
                "CONFIG SET maxmemory-policy noeviction: it drops wake-ups.",
            )
        )
    if not about["aof_enabled"]:
        findings.append(
            notice("redis file", "no append-only file", "appendonly yes: else a restart of Redis delays what waits.")
        )
    return findings


def _redis_version(version: str) -> Finding:
    told = f"Redis {version}"
    known = tuple(int(part) for part in version.split(".")[:2])
    return well("redis", told) if known >= _OLDEST_REDIS else trouble("redis", told, "Use Redis 6.2 or later.")


async def look_at_services(settings: GatewaySettings) -> list[Finding]:
    urls = {ServiceName.GATEWAY: settings.public_url, **settings.service_urls()}
    async with httpx.AsyncClient(timeout=_SECONDS, trust_env=False) as client:
        return list(await asyncio.gather(*(_service(client, name, url) for name, url in urls.items())))


async def _service(client: httpx.AsyncClient, name: ServiceName, url: str) -> Finding:
    start = f"Start it, and look into its log. It should be at {url}."
    try:
        answer = await client.get(f"{url.rstrip('/')}/health/ready")
    except httpx.HTTPError as error:
        return trouble(name, f"does not answer ({type(error).__name__})", start)
    if answer.status_code != _OK:
        return trouble(name, f"not ready ({answer.status_code})", "It cannot reach its database: its log says why.")
    if answer.json().get("status") != "ready":
        return notice(name, "works without Redis", "Start Redis: until then nothing is sent on.")
    return well(name, "ready")


async def look_at_workers(redis_url: str) -> list[Finding]:
    queue = ArqQueue(redis_url)
    findings: list[Finding] = []
    try:
        for service in ServiceName:
            waiting = await queue.waiting(service)
            what = f"{service} worker"
            if waiting is None:
                findings.append(trouble(what, "does not work", "Start it: its messages wait until then."))
            else:
                findings.append(well(what, f"works, {waiting} in its queue"))
    except QueueAway:
        return []  # said of Redis already
    finally:
        await queue.close()
    return findings


async def look_at_mail(settings: GatewaySettings) -> Finding:
    if settings.smtp_url is None:
        return notice(
            "mail", "not set up", "Set VMESTE_GATEWAY_SMTP_URL: without it nobody gets a code or a notification."
        )
    mailer = Mailer(settings.smtp_url.get_secret_value(), settings.mail_from, SystemClock(), seconds=_SECONDS)
    if await mailer.reaches_server():
        return well("mail", "the server answers")
    return trouble(
        "mail", "the server does not answer", "Check VMESTE_GATEWAY_SMTP_URL and that the server lets us in."
    )


def look_at_disks(media_url: str) -> list[Finding]:
    """The disks of this machine that files and this process write to."""
    parts = urlsplit(media_url)
    folders = {"disk": Path.cwd()} | ({"media disk": Path(parts.path)} if parts.scheme == "file" else {})
    return [_disk(what, folder) for what, folder in folders.items()]


def _disk(what: str, folder: Path) -> Finding:
    try:
        usage = shutil.disk_usage(folder)
    except OSError as error:
        return trouble(what, f"{folder}: {error.strerror}", "Is it mounted, and may this user read it?")
    told = f"{usage.free / 2**30:.1f} GB free of {usage.total / 2**30:.0f}"
    if usage.free > max(_ROOM, _NEARLY_FULL * usage.total):
        return well(what, told)
    return notice(what, told, "Make room: a full disk stops the database.")
