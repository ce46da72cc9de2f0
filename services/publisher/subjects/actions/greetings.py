"""The greetings made for a person: their occasion, their cards, the pictures, the publications that show them.

Names that somebody typed without saying whose they are cannot be found by anybody's id.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import and_, text
from sqlmodel import col, select

from services.publisher.cards.tables import Card, CardPicture, Greeting, Occasion
from services.publisher.directory.tables import Person
from services.publisher.media.tables import Media
from services.publisher.publications.tables import (
    Delivery,
    Publication,
    PublicationMedia,
    PublicationVariant,
    PublicationVariantMedia,
)
from services.publisher.subjects.rules.naming import tells_of
from shared.context import Context
from shared.contracts.states import Subject
from shared.subjects import Holding

_COPIES: Final = text(
    """
    WITH RECURSIVE made AS (
        SELECT id FROM unnest(CAST(:ids AS uuid[])) AS origin (id)
        UNION
        SELECT copy.id FROM made CROSS JOIN LATERAL (
            SELECT id FROM publisher.publication WHERE tenant_id = :tenant_id AND copied_from_id = made.id
            UNION ALL
            SELECT relay.publication_id FROM publisher.campaign_publication AS attached
                JOIN publisher.campaign_relay AS relay
                    ON relay.tenant_id = attached.tenant_id AND relay.attached_id = attached.id
            WHERE attached.tenant_id = :tenant_id AND attached.publication_id = made.id
                AND relay.publication_id IS NOT NULL) AS copy
    )
    SELECT id FROM made
    """
)
_WORDS: Final = text(
    """
    WITH these AS (SELECT id FROM unnest(CAST(:ids AS uuid[])) AS one (id))
    SELECT id, unnest(ARRAY[title, text]) AS words FROM publisher.publication
        WHERE tenant_id = :tenant_id AND id IN (SELECT id FROM these)
    UNION ALL SELECT publication_id, text FROM publisher.publication_variant
        WHERE tenant_id = :tenant_id AND text IS NOT NULL AND publication_id IN (SELECT id FROM these)
    UNION ALL SELECT publication_id, own_text FROM publisher.delivery
        WHERE tenant_id = :tenant_id AND own_text IS NOT NULL AND publication_id IN (SELECT id FROM these)
    """
)


async def made_for(context: Context, subject: Subject) -> tuple[list[Media], list[UUID]]:
    """Pictures of their cards, and publications that show one, in some network alone too, or were drafted for their day.

    And copies of these that name them: others have become something else. Campaigns' subscribers are given no picture that
    names somebody.
    """
    cards = await _pictures_of(context, subject)
    about = {*await _showing(context, cards), *await _drafted_for(context, subject)}
    copies = set((await context.store.execute(_COPIES, _of(context, about))).scalars()) - about
    if not copies:
        return cards, sorted(about)
    words, names = await _words_of(context, copies), await _names_of(context, subject)
    telling = {one for one in copies if tells_of(words[one], names)}
    return cards, sorted(about | telling)


async def _pictures_of(context: Context, subject: Subject) -> list[Media]:
    """Of the cards that name them."""
    cards = select(Card.id).where(col(Card.tenant_id) == context.tenant_id, col(Card.person_id).in_(subject.person_ids))
    pictures = select(CardPicture.media_id).where(
        col(CardPicture.tenant_id) == context.tenant_id, col(CardPicture.card_id).in_(cards)
    )
    return await context.store.all(select(Media).where(col(Media.id).in_(pictures)))


async def _showing(context: Context, pictures: Sequence[Media]) -> set[UUID]:
    media_ids = [picture.id for picture in pictures]
    everywhere = select(PublicationMedia.publication_id).where(
        col(PublicationMedia.tenant_id) == context.tenant_id, col(PublicationMedia.media_id).in_(media_ids)
    )
    instead = select(PublicationVariantMedia.variant_id).where(
        col(PublicationVariantMedia.tenant_id) == context.tenant_id,
        col(PublicationVariantMedia.media_id).in_(media_ids),
    )
    somewhere = select(PublicationVariant.publication_id).where(
        col(PublicationVariant.tenant_id) == context.tenant_id, col(PublicationVariant.id).in_(instead)
    )
    return {*await context.store.all(everywhere), *await context.store.all(somewhere)}


async def _drafted_for(context: Context, subject: Subject) -> set[UUID]:
    """Whatever pictures they still show."""
    theirs = select(Occasion.id).where(
        col(Occasion.tenant_id) == context.tenant_id, col(Occasion.person_id).in_(subject.person_ids)
    )
    drafted = await context.store.all(select(Greeting).where(col(Greeting.occasion_id).in_(theirs)))
    return {greeting.publication_id for greeting in drafted if greeting.publication_id is not None}


async def _words_of(context: Context, publication_ids: Collection[UUID]) -> Mapping[UUID, Sequence[str]]:
    rows = (await context.store.execute(_WORDS, _of(context, publication_ids))).all()
    words: defaultdict[UUID, list[str]] = defaultdict(list)
    for row in rows:
        words[row.id].append(row.words)
    return words


async def _names_of(context: Context, subject: Subject) -> list[str]:
    """As the cards have them, and the directory while it knows them."""
    cards = select(Card.person).where(
        col(Card.tenant_id) == context.tenant_id, col(Card.person_id).in_(subject.person_ids)
    )
    people = select(Person.display_name).where(
        col(Person.tenant_id) == context.tenant_id, col(Person.id).in_(subject.person_ids)
    )
    return [*await context.store.all(cards), *await context.store.all(people)]


def _of(context: Context, publication_ids: Collection[UUID]) -> dict[str, object]:
    return {"tenant_id": context.tenant_id, "ids": list(publication_ids)}


def greetings_of(subject: Subject, pictures: list[Media], shown_in: Sequence[UUID]) -> list[Holding]:
    """The rows stay, for figures and because publications point at them; no name and no picture does."""
    media_ids = [picture.id for picture in pictures]
    return [
        Holding.of(
            "occasions",
            Occasion,
            col(Occasion.person_id).in_(subject.person_ids),
            ("id", "title", "greeting", "text", "next_on", "created_at"),
            {"title": "", "greeting": "", "text": "", "enterprise": "", "heading": "", "next_on": None, "paused": True},
        ),
        Holding.of(
            "publications_about",
            Publication,
            col(Publication.id).in_(shown_in),
            ("id", "title", "text", "published_at"),
            {"title": "", "text": "", "version": col(Publication.version) + 1},  # a worker may remember the other words
        ),
        Holding.of(
            "publication_variants_about",
            PublicationVariant,
            and_(col(PublicationVariant.text).is_not(None), col(PublicationVariant.publication_id).in_(shown_in)),
            ("id", "text"),
            {"text": ""},
        ),
        Holding.of(
            "publication_own_words_about",
            Delivery,
            and_(col(Delivery.own_text).is_not(None), col(Delivery.publication_id).in_(shown_in)),
            ("id", "own_text"),
            {"own_text": ""},
        ),
        Holding.of(
            "card_pictures",
            Media,
            col(Media.id).in_(media_ids),
            ("id", "alt_text", "created_at"),
            {"alt_text": "", "storage_key": ""},
        ),
        Holding.of(
            "cards",
            Card,
            col(Card.person_id).in_(subject.person_ids),
            ("id", "person", "enterprise", "greeting", "created_at"),
            {"person": "", "enterprise": "", "greeting": "", "heading": ""},
        ),
    ]
