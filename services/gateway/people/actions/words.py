"""The words by which people are found: kept beside the name, changed with it."""

from sqlalchemy import delete, insert

from services.gateway.people.rules import display_name
from services.gateway.people.rules.names import name_key
from services.gateway.people.tables import Person, person_word
from shared.context import Context
from shared.words import words_of


async def keep_words(context: Context, person: Person) -> None:
    """After a name was given or changed."""
    name = display_name(person.family_name, person.given_name, person.additional_name)
    person.name_key = name_key(name)
    await forget_words(context, person)
    words = words_of(name)
    if words:
        rows = [{"tenant_id": context.tenant_id, "person_id": person.id, "word": word} for word in words]
        await context.store.execute(insert(person_word), rows)


async def forget_words(context: Context, person: Person) -> None:
    """So that a search finds them no more."""
    await context.store.flush()
    await context.store.execute(
        delete(person_word).where(person_word.c.tenant_id == context.tenant_id, person_word.c.person_id == person.id)
    )
