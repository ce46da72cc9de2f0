"""What exactly was submitted and approved: a fingerprint of all that the public would see, kept with each step."""

from uuid import UUID

from services.publisher.publications.actions.contents import Contents
from services.publisher.publications.rules.reviews import Verdict, fingerprint
from services.publisher.publications.tables import Publication, Review
from shared.context import Context


def fingerprint_of(publication: Publication, contents: Contents) -> str:
    shown = publication.model_dump(
        mode="json",
        include={
            "kind",
            "text",
            "format",
            "poll",
            "repost_of",
            "act",
            "in_force_on",
            "summary",
            "source_url",
            "audiences",
            "author_id",
        },
    )
    return fingerprint(
        {
            **shown,
            "media": [str(media.id) for media in contents.media],
            "alt_texts": {str(media.id): media.alt_text for media in contents.all_media.values()},
            "channels": [str(channel.id) for channel in contents.channels],
            "variants": {
                network.value: variant.model_dump(mode="json") for network, variant in contents.variants.items()
            },
        }
    )


async def note_review(
    context: Context,
    publication: Publication,
    contents: Contents,
    verdict: Verdict,
    organization_id: UUID,
    comment: str = "",
) -> None:
    await context.store.insert(
        Review(
            publication_id=publication.id,
            verdict=verdict,
            organization_id=organization_id,
            person_id=context.caller.person_id,
            comment=comment,
            fingerprint=fingerprint_of(publication, contents),
            created_at=context.now,
        )
    )
