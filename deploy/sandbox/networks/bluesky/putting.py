"""Records that are put into a repository: posts, answers, quotes and reposts."""

from collections.abc import Mapping

from pydantic import ValidationError

from deploy.sandbox.limits import Rate
from deploy.sandbox.networks.bluesky.errors import invalid, refusal, too_many
from deploy.sandbox.networks.bluesky.methods import Act, Caller, method, own_repo
from deploy.sandbox.networks.bluesky.models import (
    RECORDS,
    Images,
    Picture,
    PostRecord,
    PutRecord,
    Quote,
    QuoteWithImages,
    Ref,
    RepostRecord,
)
from deploy.sandbox.networks.bluesky.names import NETWORK, address, blob_cid, comment_at, post_at
from deploy.sandbox.networks.bluesky.views import ref
from deploy.sandbox.records import Comment, Message, MessageKind, PostFormat, Span
from deploy.sandbox.wire import JsonObject, Refusal

CREATED = Rate(per_second=5000 / 3 / 3600, burst=1666)  # 5000 points an hour, a creation costs 3
LARGEST_IMAGE = 2_000_000


def _put(caller: Caller, order: PutRecord) -> JsonObject:
    own_repo(caller, order.repo)
    wait = caller.sandbox.limits.take(f"{NETWORK}:{caller.community.id}", CREATED)
    if wait is not None:
        raise Refusal(too_many(caller.world.now(), wait))
    uri = address(caller.did, order.collection, order.rkey)
    record = _checked(order)
    if order.swapRecord is None and (post_at(caller.world, uri) or comment_at(caller.world, uri)):
        raise refusal("InvalidSwap", "Record was at another version")
    if isinstance(record, PostRecord) and record.reply is not None:
        _answer(caller, record, order.rkey)
    else:
        _keep(caller, uri, record)
    return {**ref(uri), "validationStatus": "valid"}


def _checked(order: PutRecord) -> PostRecord | RepostRecord:
    try:
        return RECORDS[order.collection].validate_python(order.record)
    except ValidationError as error:
        first = error.errors()[0]
        where = "/".join(str(part) for part in first["loc"])
        said = first["msg"].removeprefix("Value error, ")
        raise invalid(f"Invalid {order.collection} record: Record/{where} {said}") from error


def _keep(caller: Caller, uri: str, record: PostRecord | RepostRecord) -> None:
    world, community = caller.world, caller.community
    pictures = [_picture(caller, shown) for shown in _images(record)]
    source = _source(record)
    world.keep_message(
        Message(
            network=NETWORK,
            kind=MessageKind.POST,
            owner_id=community.id,
            chat_id=community.id,
            number=world.next_number(f"{NETWORK}:post"),
            key=uri,
            author_id=None,
            outgoing=True,
            text=record.text if isinstance(record, PostRecord) else "",
            spans=_spans(record),
            pictures=tuple(pictures),
            at=world.now(),
            format=PostFormat.POST if source is None else PostFormat.REPOST,
            source_url=None if source is None else source.uri,
            source_text="" if source is None else _said(caller, source),
        )
    )


def _answer(caller: Caller, record: PostRecord, key: str) -> None:
    """An answer below one of the account's own posts; what it would write elsewhere is not modelled."""
    world = caller.world
    refs = record.reply
    root = None if refs is None else post_at(world, refs.root.uri)
    if refs is None or root is None or root.owner_id != caller.community.id:
        raise invalid("reply is modelled below own posts only")
    parent = comment_at(world, refs.parent.uri)
    if parent is None and refs.parent != refs.root:
        raise invalid("reply/parent is not there")
    world.comments.put(
        Comment(
            network=NETWORK,
            community_id=caller.community.id,
            post_number=root.number,
            number=world.next_number(f"{NETWORK}:comment:{caller.community.id}"),
            person_id=None,
            text=record.text,
            at=world.now(),
            reply_to=None if parent is None else parent.number,
            repeat_key=key,
        )
    )


def _images(record: PostRecord | RepostRecord) -> tuple[Picture, ...]:
    embed = record.embed if isinstance(record, PostRecord) else None
    match embed:
        case Images():
            return embed.images
        case QuoteWithImages():
            return embed.media.images
        case _:
            return ()


def _source(record: PostRecord | RepostRecord) -> Ref | None:
    if isinstance(record, RepostRecord):
        return record.subject
    match record.embed:
        case Quote():
            return record.embed.record
        case QuoteWithImages():
            return record.embed.record.record
        case _:
            return None


def _said(caller: Caller, source: Ref) -> str:
    found = post_at(caller.world, source.uri) or comment_at(caller.world, source.uri)
    if found is None:
        raise invalid("the record that is carried further is not there")
    return found.text


def _picture(caller: Caller, shown: Picture) -> str:
    if not shown.image.mimeType.startswith("image/"):
        said = f"Wrong mimetype of image: it is {shown.image.mimeType} but it must match image/*"
        raise refusal("InvalidMimeType", said)
    pictures = (p for p in caller.world.pictures if p.network == NETWORK)
    picture = next((p for p in pictures if blob_cid(p.id) == shown.image.ref.link), None)
    if picture is None:
        raise refusal("BlobNotFound", f"Could not find blob: {shown.image.ref.link}")
    if len(picture.content) > LARGEST_IMAGE:
        raise refusal("BlobTooLarge", f"This file is too large. It is {len(picture.content)} but the maximum is 2MB")
    caller.world.pictures.put(picture.model_copy(update={"caption": shown.alt}))
    return picture.id


def _spans(record: PostRecord | RepostRecord) -> tuple[Span, ...]:
    """Links of the text, in UTF-16 units as the public page counts them."""
    if not isinstance(record, PostRecord):
        return ()
    text = record.text.encode()
    spans: list[Span] = []
    for facet in record.facets:
        start, end = (
            len(text[:offset].decode().encode("utf-16-le")) // 2
            for offset in (facet.index.byteStart, facet.index.byteEnd)
        )
        for feature in facet.features:
            url = feature.uri if feature.type == "app.bsky.richtext.facet#link" else None
            if url is not None:
                spans.append(Span(kind="link", offset=start, length=end - start, url=url))
    return tuple(spans)


PUTTING: Mapping[str, Act] = {"com.atproto.repo.putRecord": method(PutRecord, _put)}
