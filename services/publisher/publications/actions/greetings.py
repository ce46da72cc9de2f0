"""Publications that occasions ask for: drafted with their card, and planned for the day if that was approved."""

from dataclasses import replace
from datetime import datetime

from services.publisher.cards.actions.greetings import ReadyGreeting, note_publication, ready_greeting
from services.publisher.publications.actions.drafting import create_publication
from services.publisher.publications.actions.publishing import publish_now, schedule_publication
from services.publisher.publications.rules.states import PublicationKind
from services.publisher.publications.schemas.publications import NewPublication, Plan
from services.publisher.publications.tables import Publication
from shared.context import Context
from shared.contracts.publisher import GreetingDrawn
from shared.errors import Problem
from shared.identity import Grant
from shared.local_time import LocalTimeDoesNotExist, moment_of, zone_named
from shared.permissions import Role


async def draft_greeting(context: Context, drawn: GreetingDrawn) -> None:
    """A greeting that was approved goes out on its day; one that cannot stays a draft, and its state says so."""
    greeting = await ready_greeting(context, drawn.greeting_id)
    if greeting is None:
        return
    acting = _acting(context, greeting)
    body = NewPublication(
        organization_id=greeting.organization_id,
        kind=PublicationKind.GREETING,
        title=greeting.title,
        text=greeting.text,
        media_ids=list(greeting.media_ids),
        channel_ids=list(greeting.channel_ids),
    )
    publication, _ = await create_publication(acting, body)
    await note_publication(context, drawn.greeting_id, publication.id)
    await context.store.flush()
    if greeting.occasion.approved_by is not None:
        await _let_go(acting, publication, greeting)


async def _let_go(context: Context, publication: Publication, greeting: ReadyGreeting) -> None:
    """On its day at its hour, or at once when that has passed. What keeps it is shown by the preview of the draft."""
    local_time = datetime.combine(greeting.on_day, greeting.occasion.publish_time)
    trial = await context.store.session.begin_nested()
    try:
        if _is_past(context, local_time, greeting.timezone):
            await publish_now(context, publication.id, None)
        else:
            plan = Plan(local_time=local_time, timezone=greeting.timezone)
            await schedule_publication(context, publication.id, plan, None)
        await context.store.flush()
    except Problem:
        await trial.rollback()
    else:
        await trial.commit()


def _is_past(context: Context, local_time: datetime, timezone: str) -> bool:
    try:
        return moment_of(local_time, zone_named(timezone), "/publish_time") <= context.now
    except LocalTimeDoesNotExist:
        return False


def _acting(context: Context, greeting: ReadyGreeting) -> Context:
    """In the name of the organizations that the occasion was let publish for when it was written down."""
    grants = tuple(Grant(Role.INFORMATION_OFFICER, organization) for organization in sorted(greeting.acting_for))
    return replace(context, caller=replace(context.caller, grants=grants))
