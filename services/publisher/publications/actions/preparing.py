"""What is to be sent next, made ready while the network is called with what goes before it."""

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import Final

import structlog

from services.publisher.channels.actions.calls import Verdict
from services.publisher.channels.rules.attempts import AttemptOutcome
from services.publisher.channels.tables import Channel
from services.publisher.links.rules.texts import may_have_addresses
from services.publisher.networks.contents import Post
from services.publisher.networks.outcomes import Reason
from services.publisher.publications.actions.composing import compose
from services.publisher.publications.actions.contents import Contents, contents_of
from services.publisher.publications.actions.drafts import Draft, counting_clicks
from services.publisher.publications.actions.lines import Head
from services.publisher.publications.rules.failover import OWN_DEFECT
from services.publisher.publications.tables import Publication
from services.publisher.runtime import publisher_of
from shared.consumers import Work
from shared.db import is_away

_log = structlog.get_logger()

LIMIT: Final = 12.0  # seconds, well within a job's time: pictures may have to be made smaller first

IMAGE_LOST: Final = Verdict(
    AttemptOutcome.REJECTED,
    Reason(
        "delivery.image_lost",
        {
            "ru": "Хранилище потеряло изображение: загрузите его заново в копию публикации",
            "en": "The storage has lost an image: upload it anew into a copy of the publication",
        },
    ),
)
NOT_PREPARED: Final = Verdict(
    AttemptOutcome.NOT_SENT,
    Reason(
        OWN_DEFECT,
        {
            "ru": "Не удалось подготовить публикацию: неполадка на нашей стороне, попробуем ещё раз",
            "en": "The post could not be prepared: something is wrong on our side, it is tried again",
        },
    ),
)


@dataclass(frozen=True)
class _Known:
    """A publication as it was at one version. Without images: those may be erased, and their words changed."""

    publication: Publication
    contents: Contents


@dataclass(frozen=True)
class Ready:
    """The head of the line, and what is to be sent; or what is wrong instead."""

    head: Head
    post: Post | Verdict


async def prepared(work: Work, channel: Channel, head: Head) -> Ready:
    """Never raises but when the database is away: a defect of ours or of the storage is a verdict, nothing was sent."""
    try:
        async with asyncio.timeout(LIMIT):
            return Ready(head, await _post(work, channel, head) or IMAGE_LOST)
    except Exception as error:
        if is_away(error):
            raise
        _log.exception("delivery.not_prepared")
        return Ready(head, NOT_PREPARED)


async def _post(work: Work, channel: Channel, head: Head) -> Post | None:
    """None when the storage has lost an image."""
    known = await _known(work, head)
    made = compose(known.publication, known.contents, channel.network, own_text=head.own_text, format_=head.format)
    draft = Draft(head.id, channel.network, made, channel.limits())
    if may_have_addresses(made.text):
        async with work.transaction() as context:
            draft = await counting_clicks(context, draft, known.publication, channel)
    return await draft.post(work)


async def _known(work: Work, head: Head) -> _Known:
    """Read once for all the lines that come to it."""
    recent, key = publisher_of(work.runtime).recent, (work.tenant_id, head.publication_id, head.publication_version)
    found = recent.get(key) or await recent.once(key, partial(_read, work, head))
    if not isinstance(found, _Known):
        raise TypeError(type(found))
    if not found.contents.all_media:
        recent.put(key, found)
    return found


async def _read(work: Work, head: Head) -> _Known:
    async with work.transaction() as context:
        publication = await context.store.get(Publication, head.publication_id)
        return _Known(publication, await contents_of(context, publication.id))
