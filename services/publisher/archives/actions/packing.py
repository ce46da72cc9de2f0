"""One file of an archive: publications as a page to read, as JSON, and their images."""

import asyncio
import io
import json
import zipfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from pydantic import JsonValue
from sqlmodel import col, select

from services.publisher.archives.rules import FILE_BYTES, Entry, Picture, Place, page
from services.publisher.channels.tables import Channel
from services.publisher.directory.tables import Organization
from services.publisher.media.actions.keeping import content_of
from services.publisher.media.rules import ImageFormat
from services.publisher.media.tables import Media
from services.publisher.publications.actions.contents import parts_of
from services.publisher.publications.actions.variants import media_ids_in
from services.publisher.publications.schemas.publications import Parts, PublicationView
from services.publisher.publications.tables import Delivery, Publication
from shared.context import Context
from shared.errors import NotFound

_SUFFIX: Final = {ImageFormat.JPEG: "jpg", ImageFormat.PNG: "png"}
_LOST: Final = "lost"


@dataclass(frozen=True)
class _Surroundings:
    """What the publications of one file point at."""

    parts: Mapping[UUID, Parts]
    media: Mapping[UUID, Media]
    deliveries: Mapping[UUID, Sequence[Delivery]]
    channels: Mapping[UUID, Channel]

    def images_of(self, publication: Publication) -> list[Media]:
        part = self.parts[publication.id]
        ids = dict.fromkeys([*part.media_ids, *media_ids_in(part.variants)])
        return [self.media[media_id] for media_id in ids]


async def packed(context: Context, organization_id: UUID, publications: Sequence[Publication]) -> tuple[int, bytes]:
    """How many of `publications` lie in the file, at least one if there are any; and the file itself."""
    around = await _around(context, publications)
    taken = _as_many_as_fit(around, publications)
    chosen = publications[:taken]
    content = io.BytesIO()
    archive = zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED)  # not closed beneath a thread when this is broken off
    images = {media.id: media for each in chosen for media in around.images_of(each)}
    for media in images.values():
        try:
            image = await content_of(context, media)
        except NotFound:  # said in the file, for its row is all that is left; of whoever was erased not even words
            archive.writestr(f"{_name(media)}.{_LOST}.txt", media.alt_text)
        else:  # its format has packed it already
            await asyncio.to_thread(archive.writestr, _name(media), image, zipfile.ZIP_STORED)
    organization = await context.store.get(Organization, organization_id)
    entries, told = [_entry(around, each) for each in chosen], [_told(around, each) for each in chosen]
    await asyncio.to_thread(_finish, archive, organization.name, entries, told)
    return taken, content.getvalue()


def _finish(
    archive: zipfile.ZipFile, name: str, entries: Sequence[Entry], told: Sequence[Mapping[str, JsonValue]]
) -> None:
    """In a thread, as each image is: other work of this process goes on meanwhile."""
    archive.writestr("index.html", page(name, entries))
    archive.writestr("publications.json", json.dumps(told, ensure_ascii=False, indent=2))
    archive.close()


async def _around(context: Context, publications: Sequence[Publication]) -> _Surroundings:
    ids = [each.id for each in publications]
    parts = await parts_of(context, publications)
    wanted = {one for part in parts.values() for one in (*part.media_ids, *media_ids_in(part.variants))}
    deliveries: defaultdict[UUID, list[Delivery]] = defaultdict(list)
    query = select(Delivery).where(col(Delivery.publication_id).in_(ids)).order_by(col(Delivery.id))
    for delivery in await context.store.all(query):
        deliveries[delivery.publication_id].append(delivery)
    channel_ids = {delivery.channel_id for each in deliveries.values() for delivery in each}
    channels = await context.store.all(select(Channel).where(col(Channel.id).in_(channel_ids)))
    media = await context.store.all(select(Media).where(col(Media.id).in_(wanted)))
    return _Surroundings(
        parts, {one.id: one for one in media}, deliveries, {channel.id: channel for channel in channels}
    )


def _as_many_as_fit(around: _Surroundings, publications: Sequence[Publication]) -> int:
    size = 0
    for number, publication in enumerate(publications):
        size += sum(media.size for media in around.images_of(publication))
        if size > FILE_BYTES and number > 0:
            return number
    return len(publications)


def _entry(around: _Surroundings, publication: Publication) -> Entry:
    facts = {
        "Акт": publication.act,
        "Действует с": None if publication.in_force_on is None else publication.in_force_on.isoformat(),
        "Суть": publication.summary,
        "Источник": publication.source_url,
    }
    return Entry(
        published_at=_moment(publication),
        text=publication.text,
        pictures=[Picture(_name(media), media.alt_text) for media in around.images_of(publication)],
        places=[
            Place(channel.title, channel.network, each.state, each.url)
            for each in around.deliveries.get(publication.id, ())
            for channel in [around.channels[each.channel_id]]
        ],
        facts={name: value for name, value in facts.items() if value},
    )


def _told(around: _Surroundings, publication: Publication) -> dict[str, JsonValue]:
    view = PublicationView.of(publication, around.parts[publication.id])
    images: list[JsonValue] = [
        {"media_id": str(media.id), "file": _name(media), "alt_text": media.alt_text}
        for media in around.images_of(publication)
    ]
    deliveries: list[JsonValue] = [
        {
            "network": around.channels[each.channel_id].network.value,
            "channel": around.channels[each.channel_id].title,
            "state": each.state.value,
            "format": each.format.value,
            "text": each.own_text,
            "url": each.url,
            "sent_at": None if each.sent_at is None else each.sent_at.isoformat(),
        }
        for each in around.deliveries.get(publication.id, ())
    ]
    return {**view.model_dump(mode="json"), "images": images, "deliveries": deliveries}


def _moment(publication: Publication) -> datetime:
    return publication.published_at or publication.created_at


def _name(media: Media) -> str:
    return f"pictures/{media.id}.{_SUFFIX[ImageFormat(media.format)]}"
