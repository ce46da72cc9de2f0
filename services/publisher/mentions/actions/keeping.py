"""A mention that was found or entered: kept once for each address. Where it takes up a release, that is noted too."""

from sqlalchemy.dialects.postgresql import insert

from services.publisher.enterprises.rules.relationship import AuthorType
from services.publisher.mentions.tables import Mention
from services.publisher.releases.actions.pickups import note_taken_up
from shared.context import Context
from shared.db import table_of


async def keep_mention(context: Context, mention: Mention) -> bool:
    """False when it is known at this address. What a person says in passing is no pickup: nobody is an outlet."""
    statement = insert(table_of(Mention)).values(mention.model_dump()).on_conflict_do_nothing()
    if await context.store.changed(statement) == 0:
        return False
    if not mention.about and mention.source_type is not AuthorType.PERSON:
        await note_taken_up(
            context,
            f"{mention.title}\n{mention.text}",
            url=mention.url,
            outlet=mention.source_name,
            published_at=mention.published_at,
        )
    return True
