"""The service that the storm is let loose on: each message wants one row, and takes a moment over it."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import text
from sqlalchemy.orm import registry

from shared.consumers import Consumer, Work, consumes
from shared.context import Context
from shared.contracts import Message, ServiceName
from shared.db import TenantRow, add_platform_tables, moment, service_metadata
from shared.settings import PlatformSettings

metadata = service_metadata("surveys")
add_platform_tables(metadata)

TAKES_SECONDS = 0.04  # inside the transaction: long enough to be killed in


class Tenant(TenantRow, registry=registry(metadata=metadata)):
    """A row of one tenant of the service in the storm."""


class Effect(Tenant, table=True):
    """What a message did. Nothing here stops a second one: that is what is measured."""

    number: int
    started_at: datetime = moment()


class EffectWanted(Message):
    type: ClassVar[str] = "surveys.effect_wanted"
    destinations: ClassVar[tuple[ServiceName, ...]] = (ServiceName.SURVEYS,)

    number: int


class EffectsSettings(PlatformSettings):
    database_url: str


async def have_effect(context: Context, message: EffectWanted) -> None:
    started_at = context.now
    await context.store.execute(text("SELECT pg_sleep(:seconds)"), {"seconds": TAKES_SECONDS})
    await context.store.insert(Effect(number=message.number, started_at=started_at))


def consumer_without_inbox() -> Consumer:
    """The control: it does not ask whether it was here before."""

    async def run(work: Work) -> None:
        async with work.transaction() as context:
            await have_effect(context, EffectWanted.model_validate(work.envelope.payload))

    return Consumer(EffectWanted, run)


def consumers(*, inbox: bool) -> list[Consumer]:
    return [consumes(EffectWanted, have_effect) if inbox else consumer_without_inbox()]
