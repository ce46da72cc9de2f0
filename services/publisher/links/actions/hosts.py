"""The hosts that are an organization's own: registered, listed, taken away; and which of them count for whom."""

from uuid import UUID

from sqlalchemy import ColumnElement, and_, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from services.publisher.directory.tables import DIRECTORY, OrganizationReach
from services.publisher.links.rules.targets import normal_host, own_hosts_of
from services.publisher.links.schemas import LinkHostFilter, NewLinkHost
from services.publisher.links.tables import Link, LinkHost
from services.publisher.runtime import publisher_of
from services.publisher.settings import PublisherSettings
from shared.app import paginate
from shared.clock import new_id
from shared.context import Context
from shared.db import table_of
from shared.permissions import Permission


async def register_host(context: Context, body: NewLinkHost) -> LinkHost:
    """Once for an organization, however often it is asked for. Raises NotFound, Forbidden, NotAHost."""
    await DIRECTORY.reachable(context, body.organization_id, Permission.MANAGE_CHANNELS)
    host = normal_host(body.host)
    statement = insert(LinkHost).values(
        tenant_id=context.tenant_id,
        id=new_id(),
        organization_id=body.organization_id,
        host=host,
        created_at=context.now,
    )
    await context.store.execute(statement.on_conflict_do_nothing())
    query = select(LinkHost).where(LinkHost.organization_id == body.organization_id, LinkHost.host == host)
    return (await context.store.execute(query)).scalar_one()


async def list_hosts(context: Context, page: LinkHostFilter) -> tuple[list[LinkHost], str | None]:
    """Newest first. Raises NotFound, Forbidden for the organization that is asked for."""
    query = select(LinkHost).where(
        DIRECTORY.reach_filter(context, LinkHost.organization_id, Permission.SEE_PUBLICATIONS)
    )
    if page.organization_id is not None:
        await DIRECTORY.reachable(context, page.organization_id, Permission.SEE_PUBLICATIONS)
        query = query.where(DIRECTORY.under(context, LinkHost.organization_id, page.organization_id))
    return await paginate(context, query, LinkHost.id, page)


async def host_for(context: Context, host_id: UUID) -> LinkHost:
    """Raises NotFound, Forbidden."""
    return await DIRECTORY.get(context, LinkHost, host_id, Permission.SEE_PUBLICATIONS)


async def remove_host(context: Context, host_id: UUID) -> None:
    """Links that lead there end, unless another registration still stands for them. Raises NotFound, Forbidden."""
    await DIRECTORY.get(context, LinkHost, host_id, Permission.MANAGE_CHANNELS)
    removed = await context.store.lock(LinkHost, host_id)
    await context.store.delete(removed)
    await context.store.flush()
    if removed.host in _of_the_installation(context):
        return
    left = (
        select(LinkHost.id)
        .join(OrganizationReach, _stands_above())
        .where(
            col(LinkHost.tenant_id) == context.tenant_id,
            col(LinkHost.host) == removed.host,
            col(OrganizationReach.organization_id) == col(Link.organization_id),
        )
    )
    await context.store.execute(
        update(Link)
        .where(
            col(Link.tenant_id) == context.tenant_id,
            col(Link.ended_at).is_(None),
            col(Link.target).startswith(f"https://{removed.host}/", autoescape=True),
            DIRECTORY.under(context, Link.organization_id, removed.organization_id),
            ~left.exists(),
        )
        .values(ended_at=context.now, version=table_of(Link).c.version + 1)
        .execution_options(synchronize_session=False)
    )


async def own_hosts(context: Context, organization_id: UUID) -> frozenset[str]:
    """Where links of an organization may lead: the installation's hosts, its own and those of all above it."""
    query = (
        select(LinkHost.host)
        .join(OrganizationReach, _stands_above())
        .where(col(LinkHost.tenant_id) == context.tenant_id, col(OrganizationReach.organization_id) == organization_id)
    )
    return _of_the_installation(context) | set(await context.store.all(query))


def _of_the_installation(context: Context) -> frozenset[str]:
    settings = publisher_of(context.runtime).settings
    named = settings.link_hosts if isinstance(settings, PublisherSettings) else frozenset[str]()
    return own_hosts_of(settings.public_url, named)


def _stands_above() -> ColumnElement[bool]:
    return and_(
        col(OrganizationReach.tenant_id) == col(LinkHost.tenant_id),
        col(OrganizationReach.ancestor_id) == col(LinkHost.organization_id),
    )
