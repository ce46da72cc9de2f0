"""How a person wants to be told, as they set it themselves."""

from datetime import time
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import select

from services.gateway.notifications.actions.readers import Reader, chosen_in, readers_among, zone_of
from services.gateway.notifications.rules.kinds import KINDS, check_kinds
from services.gateway.notifications.schemas import KindView, SettingsChange, SettingsView, Words
from services.gateway.notifications.tables import NotificationSettings
from shared.app import check_match
from shared.clock import new_id
from shared.context import Context
from shared.db import table_of
from shared.errors import NotFound


async def own_reader(context: Context) -> Reader:
    """The caller. Raises NotFound."""
    person_id = context.caller.person_id
    readers = [] if person_id is None else await readers_among(context, [person_id])
    if not readers:
        raise NotFound
    return readers[0]


async def change_settings(context: Context, change: SettingsChange, if_match: str | None) -> Reader:
    """Raises Stale, UnknownKind."""
    person_id = (await own_reader(context)).person_id
    settings = await locked_settings(context, person_id)
    check_match(if_match, settings.version)
    if change.ways is not None:
        check_kinds(change.ways.keys())
        asked = {kind: None if ways is None else sorted(set(ways)) for kind, ways in change.ways.items()}
        merged = {**chosen_in(settings), **asked}
        settings.ways = {kind: list(ways) for kind, ways in merged.items() if ways is not None}
    if change.quiet_from is not None:
        settings.quiet_from = time.fromisoformat(change.quiet_from)
    if change.quiet_until is not None:
        settings.quiet_until = time.fromisoformat(change.quiet_until)
    if change.most_a_day is not None:
        settings.most_a_day = change.most_a_day
    if change.language is not None:
        settings.language = change.language
    settings.version += 1
    return await own_reader(context)


async def locked_settings(context: Context, person_id: UUID) -> NotificationSettings:
    """The person's row, made when it is the first time."""
    usual = NotificationSettings(tenant_id=context.tenant_id, id=new_id(), person_id=person_id)
    statement = insert(table_of(NotificationSettings)).values(usual.model_dump()).on_conflict_do_nothing()
    await context.store.execute(statement)
    query = select(NotificationSettings).where(NotificationSettings.person_id == person_id).with_for_update()
    return (await context.store.execute(query.execution_options(populate_existing=True))).scalar_one()


async def settings_view(context: Context, reader: Reader) -> SettingsView:
    settings, chosen = reader.settings, reader.chosen
    return SettingsView(
        kinds=[
            KindView(
                kind=kind.name,
                title=Words.of(kind.title),
                ways=sorted(reader.ways(kind)),
                for_members=kind.for_members,
                chosen=kind.name in chosen,
            )
            for kind in KINDS.values()
        ],
        quiet_from=settings.quiet_from.isoformat("minutes"),
        quiet_until=settings.quiet_until.isoformat("minutes"),
        timezone=str(await zone_of(context, reader.person_id)),
        most_a_day=settings.most_a_day,
        language=settings.language,
        version=settings.version,
    )
