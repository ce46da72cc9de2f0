"""The process table: every process of the house, how it is run, where it listens and what its environment is."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

from sqlalchemy.engine import make_url

from deploy.local.failures import CannotStart
from deploy.local.keys import Keys
from deploy.local.places import Places
from shared.contracts import ServiceName
from shared.db.security import RELAY_ROLE, role_password, service_role


class Stage(IntEnum):
    """The order of stopping: first nothing new comes in, then what is under way is finished."""

    EDGE = 0
    SERVICE = 1
    RELAY = 2
    WORKER = 3


@dataclass(frozen=True)
class Process:
    """`target` is "module:function": with a port it makes an ASGI application, without it runs until SIGTERM.

    It is given an object of `settings` ("module:Class", read from the environment) if that is named.
    """

    name: str
    target: str
    settings: str | None
    stage: Stage
    port: int | None = None
    ready_path: str = "/health/ready"
    further_ports: Mapping[str, int] = field(default_factory=dict[str, int])  # by name; it listens there by itself


@dataclass(frozen=True)
class Task:
    """Something that is run once and ends."""

    name: str
    target: str
    settings: str | None = None


def _settings_of(service: ServiceName) -> str:
    return f"services.{service}.settings:{service.capitalize()}Settings"


def _application(service: ServiceName, port: int, stage: Stage = Stage.SERVICE) -> Process:
    return Process(service.value, f"services.{service}.main:create_app", _settings_of(service), stage, port)


def _worker(service: ServiceName) -> Process:
    """The consumer of a service's queue."""
    return Process(f"{service}-worker", f"services.{service}.worker:run", _settings_of(service), Stage.WORKER)


DEVELOPERS_RECEIVER: Final = "http://127.0.0.1:8099"  # where whoever tries webhooks on this machine may listen
PROCESSES: Final = (
    _application(ServiceName.GATEWAY, 8000, Stage.EDGE),
    Process(
        "sandbox",
        "deploy.sandbox.main:create_app",
        None,
        Stage.EDGE,
        8090,
        ready_path="/",
        further_ports={"mail": 8025},  # of the mail catcher
    ),
    _application(ServiceName.PUBLISHER, 8101),
    _application(ServiceName.REQUESTS, 8102),
    _application(ServiceName.SURVEYS, 8103),
    Process("relay", "shared.relay:run", "shared.relay:RelaySettings", Stage.RELAY),
    _worker(ServiceName.GATEWAY),
    _worker(ServiceName.PUBLISHER),
    _worker(ServiceName.REQUESTS),
    _worker(ServiceName.SURVEYS),
)
VK_CLIENT_ID: Final = "51000001"  # known to the stand-in of VK ID
MIGRATION: Final = Task("migrate", "deploy.migrate:migrate", "deploy.migrate:MigrationSettings")
DEMO: Final = Task("demo", "deploy.demo.load:load")
TOUR: Final = Task("tour", "deploy.demo.tour:play")


@dataclass(frozen=True)
class Stack:
    """What one running installation is made of: its databases' URLs, keys, folders and ports."""

    places: Places
    keys: Keys
    owner_url: str
    redis_url: str
    ports: Mapping[str, int]


def chosen_ports(environment: Mapping[str, str], processes: tuple[Process, ...] = PROCESSES) -> dict[str, int]:
    """The ports of all processes by name; `VMESTE_<NAME>_PORT` chooses another. Raises CannotStart."""
    usual = {name: port for process in processes for name, port in _ports_of(process).items()}
    chosen = {name: chosen_port(environment, name, port) for name, port in usual.items()}
    return {name: port for name, port in chosen.items() if port is not None}


def _ports_of(process: Process) -> dict[str, int]:
    own = {} if process.port is None else {process.name: process.port}
    return own | dict(process.further_ports)


def chosen_port(environment: Mapping[str, str], name: str, otherwise: int | None) -> int | None:
    """Raises CannotStart when the environment names something that is no port."""
    chosen = environment.get(port_variable(name)) if otherwise or name == "postgres" else None
    if not chosen:
        return otherwise
    if not chosen.isdecimal() or not 0 < int(chosen) < 65536:  # noqa: PLR2004 - 16 bits
        raise CannotStart(f"{port_variable(name)} is {chosen!r}, which is no port.")
    return int(chosen)


def port_variable(name: str) -> str:
    return f"VMESTE_{name.upper()}_PORT"


def environment_of(name: str, stack: Stack) -> dict[str, str]:
    """The settings of the process called `name`, and the secrets that it alone may know."""
    environment = {"VMESTE_ENVIRONMENT": "development", "PYTHONSAFEPATH": "1", "PYTHONUNBUFFERED": "1"}
    service = name.removesuffix("-worker")
    if service in set(ServiceName):
        environment |= _platform_environment(stack)
        environment[f"VMESTE_{service.upper()}_DATABASE_URL"] = role_url(stack, service_role(service))
    if service == ServiceName.GATEWAY:
        environment |= _gateway_environment(stack)
        environment["VMESTE_SANDBOX_URL"] = address_of("sandbox", stack)
        environment["VMESTE_GATEWAY_TRUSTED_URLS"] = os.environ.get("VMESTE_GATEWAY_TRUSTED_URLS", DEVELOPERS_RECEIVER)
    elif service == ServiceName.PUBLISHER:
        environment["VMESTE_SANDBOX_URL"] = address_of("sandbox", stack)
        environment["VMESTE_ASK_SECONDS"] = "5"  # the stand-ins: whoever tries them does not wait a minute
        environment["VMESTE_PUBLISHER_SMTP_URL"] = f"smtp://127.0.0.1:{stack.ports['mail']}"
    elif name == "relay":
        urls = {service.value: role_url(stack, RELAY_ROLE) for service in ServiceName}
        environment["VMESTE_REDIS_URL"] = stack.redis_url
        environment["VMESTE_RELAY_DATABASE_URLS"] = json.dumps(urls)
    elif name == "sandbox":
        environment["VMESTE_SANDBOX_STATE"] = str(stack.places.sandbox_state)
        environment["VMESTE_SANDBOX_PUBLIC_URL"] = address_of("sandbox", stack)
        environment["VMESTE_SANDBOX_SMTP_HOST"] = "127.0.0.1"
        environment["VMESTE_SANDBOX_SMTP_PORT"] = str(stack.ports["mail"])
    elif name == MIGRATION.name:
        environment["VMESTE_DATABASE_URL"] = stack.owner_url
        environment["VMESTE_ROLE_SECRET"] = stack.keys.role_secret
    elif name in {DEMO.name, TOUR.name}:  # the first administrator is made as the operator makes one
        environment |= _platform_environment(stack) | _gateway_environment(stack)
        environment["VMESTE_GATEWAY_DATABASE_URL"] = role_url(stack, service_role(ServiceName.GATEWAY))
        environment["VMESTE_SANDBOX_URL"] = address_of("sandbox", stack)
    return environment


def address_of(name: str, stack: Stack) -> str:
    return f"http://127.0.0.1:{stack.ports[name]}"


def role_url(stack: Stack, role: str) -> str:
    """The database as `role` sees it."""
    password = role_password(stack.keys.role_secret, role)
    return make_url(stack.owner_url).set(username=role, password=password).render_as_string(hide_password=False)


def _platform_environment(stack: Stack) -> dict[str, str]:
    return {
        "VMESTE_REDIS_URL": stack.redis_url,
        "VMESTE_MEDIA_URL": stack.places.media.as_uri(),
        "VMESTE_IDENTITY_PUBLIC_KEYS": stack.keys.public_keys,
        "VMESTE_ENCRYPTION_KEYS": stack.keys.encryption_key,
        "VMESTE_PUBLIC_URL": address_of(ServiceName.GATEWAY, stack),
    }


def _gateway_environment(stack: Stack) -> dict[str, str]:
    targets = (ServiceName.PUBLISHER, ServiceName.REQUESTS, ServiceName.SURVEYS)
    urls = {f"VMESTE_GATEWAY_{target.upper()}_URL": address_of(target, stack) for target in targets}
    tries = {"VMESTE_GATEWAY_TRIES_PER_ADDRESS": "10000"}  # the whole demo union signs in from this machine
    return {
        "VMESTE_GATEWAY_SIGNING_KEYS": stack.keys.signing_keys,
        "VMESTE_GATEWAY_SMTP_URL": f"smtp://127.0.0.1:{stack.ports['mail']}",
        "VMESTE_GATEWAY_VK_CLIENT_ID": VK_CLIENT_ID,
        "VMESTE_GATEWAY_VK_REDIRECT_URIS": f"{address_of('sandbox', stack)}/vk_id/returned",
        **tries,
        **urls,
    }
