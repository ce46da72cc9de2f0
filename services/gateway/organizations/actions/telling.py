"""Telling the services whole states of organizations, one at a time or hundreds at once."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlmodel import col, select

from services.gateway.organizations.actions.positions import next_position
from services.gateway.organizations.rules import Setting
from services.gateway.organizations.rules.settings import BRANDING, value_of
from services.gateway.organizations.tables import Organization, OrganizationReach
from shared.context import Context
from shared.contracts.events import OrganizationEvent, occurred
from shared.contracts.gateway import ChannelsWanted, OrganizationChanged, OrganizationsChanged
from shared.contracts.states import OrganizationState

BATCH: Final = 500  # states in one message
_PATHS: Final = text(
    "SELECT organization_id, array_agg(ancestor_id ORDER BY depth DESC) AS path FROM gateway.organization_reach "
    "WHERE tenant_id = :tenant_id AND organization_id = ANY(:ids) GROUP BY organization_id"
)


async def path_of(context: Context, organization_id: UUID) -> tuple[UUID, ...]:
    """From the root to the organization itself."""
    query = (
        select(OrganizationReach.ancestor_id)
        .where(OrganizationReach.organization_id == organization_id)
        .order_by(col(OrganizationReach.depth).desc())
    )
    return tuple(await context.store.all(query))


async def tell_organization(context: Context, organization: Organization, path: tuple[UUID, ...]) -> None:
    state = _state(organization, path)
    await context.emit(OrganizationChanged(position=await next_position(context), **dict(state)))
    await tell_event(context, organization)


async def tell_event(context: Context, organization: Organization) -> None:
    """To webhooks and streams."""
    told = OrganizationEvent(organization_id=organization.id, version=organization.entity_version)
    await context.emit(occurred("organization.changed", organization.id, told, context.now))


async def tell_organizations(context: Context, ids: Sequence[UUID]) -> None:
    """In batches that take one position each; what changed must have been flushed."""
    for start in range(0, len(ids), BATCH):
        part = list(ids[start : start + BATCH])
        found = await context.store.execute(_PATHS, {"tenant_id": context.tenant_id, "ids": part})
        paths: dict[UUID, tuple[UUID, ...]] = {row.organization_id: tuple(row.path) for row in found}
        query = select(Organization).where(col(Organization.id).in_(part)).execution_options(populate_existing=True)
        states = [_state(row, paths[row.id]) for row in await context.store.all(query)]
        message = OrganizationsChanged(position=await next_position(context), organizations=tuple(states))
        await context.emit(message)


async def retell_organizations(context: Context) -> None:
    """Tell the whole tree as it is: a read model that was lost is made of it."""
    await tell_organizations(context, await context.store.all(select(Organization.id).order_by(col(Organization.id))))


async def end_retelling(context: Context) -> None:
    """After everything was told anew: what was lost before is no longer waited for. The channels are asked for."""
    await context.emit(OrganizationsChanged(position=await next_position(context), organizations=(), whole=True))
    await context.emit(ChannelsWanted())


def _state(organization: Organization, path: tuple[UUID, ...]) -> OrganizationState:
    settings = organization.in_force
    calendar_id = value_of(settings, Setting.CALENDAR)
    return OrganizationState(
        organization_id=organization.id,
        entity_version=organization.entity_version,
        kind=organization.kind,
        name=organization.name,
        parent_id=organization.parent_id,
        path=path,
        timezone=organization.timezone,
        closed=organization.closed,
        calendar_id=UUID(str(calendar_id)) if calendar_id is not None else None,
        least_numbers=int(str(value_of(settings, Setting.LEAST_NUMBERS))),
        least_texts=int(str(value_of(settings, Setting.LEAST_TEXTS))),
        branding={name: str(value) for name in BRANDING if (value := value_of(settings, name)) is not None},
    )
