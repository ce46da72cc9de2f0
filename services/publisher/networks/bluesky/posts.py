"""Posts as records of the account's repository: uploaded for, put under their own keys, looked up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO

from PIL import Image as Picture
from PIL import UnidentifiedImageError
from pydantic import BaseModel, ConfigDict, JsonValue

from services.publisher.networks.accounts import Account
from services.publisher.networks.bluesky.calls import RefusedByName, Xrpc
from services.publisher.networks.bluesky.errors import GONE, IN_THE_WAY
from services.publisher.networks.bluesky.records import (
    POST,
    REPOST,
    Address,
    address_in,
    address_of_page,
    facets_of,
    key_for,
    mentioned_handles,
)
from services.publisher.networks.contents import CommentReply, Image, Post, PostFormat
from services.publisher.networks.outcomes import Rejected, Sent, Unknown
from services.publisher.networks.reasons import reason
from services.publisher.networks.transport import Budget, Effect, Refused

LARGEST_QUESTION = 25  # posts that one `getPosts` is asked for


class _Wire(BaseModel):
    model_config = ConfigDict(extra="ignore")


class Nothing(_Wire):
    pass


class Ref(_Wire):
    uri: str
    cid: str


class _ReplyRefs(_Wire):
    root: Ref


class _Record(_Wire):
    reply: _ReplyRefs | None = None


class PostView(_Wire):
    uri: str
    cid: str
    record: _Record
    likeCount: int | None = None  # noqa: N815 - here and below: the network's names
    replyCount: int | None = None  # noqa: N815
    repostCount: int | None = None  # noqa: N815
    quoteCount: int | None = None  # noqa: N815

    @property
    def ref(self) -> dict[str, object]:
        return {"uri": self.uri, "cid": self.cid}


class _Posts(_Wire):
    posts: tuple[PostView, ...]


class _Blob(_Wire):
    blob: dict[str, JsonValue]


class _Found(_Wire):
    did: str


class _Kept(_Wire):
    uri: str


class _Value(_Wire):
    value: dict[str, JsonValue]


class _Picture(_Wire):
    alt: str = ""


class _Pictures(_Wire):
    images: tuple[_Picture, ...] = ()


class _Embed(_Pictures):
    media: _Pictures | None = None  # beside the post that is quoted


class _Shown(_Wire):
    text: str = ""
    embed: _Embed | None = None


class Posts:
    def __init__(self, api: Xrpc) -> None:
        self._api = api

    async def put(self, account: Account, post: Post, budget: Budget) -> Sent:
        """Raises Refused."""
        async with budget.preparation():
            collection, record = await self._record(account, post)
            did = (await self._api.session(account)).did
        async with budget.effect():
            return await self._keep(account, Address(did, collection, key_for(post.delivery_id)), record)

    async def answer(self, account: Account, answer: CommentReply, budget: Budget) -> Sent:
        """Raises Refused; Rejected when the comment is gone."""
        if address_in(answer.comment_id) is None:
            raise Refused(Rejected(reason("post_gone")))
        async with budget.preparation():
            found = {view.uri: view for view in await self.look_up(account, [answer.comment_id])}
            comment = found.get(answer.comment_id)
            if comment is None:
                raise Refused(Rejected(reason("post_gone")))
            root = comment.ref if comment.record.reply is None else comment.record.reply.root.model_dump()
            record = await self._words(account, answer.text)
            record["reply"] = {"root": root, "parent": comment.ref}
            did = (await self._api.session(account)).did
        async with budget.effect():
            return await self._keep(account, Address(did, POST, key_for(answer.reference_id)), record)

    async def find(self, account: Account, post: Post) -> Sent | None:
        """What stands under the key of this delivery, if it shows that post. Raises Refused."""
        did = (await self._api.session(account)).did
        alt_texts = tuple(image.alt_text for image in post.images)
        looks = [_Look(text, alt_texts) for text in (post.text, f"{post.text}\n\n{post.source_url}".strip())]
        for collection in (POST, REPOST):
            address = Address(did, collection, key_for(post.delivery_id))
            if await self._look_at(account, address) in looks:
                return _sent(address)
        return None

    async def take_down(self, account: Account, external_id: str) -> None:
        """Raises Refused. What is gone already is no failure: the server only makes sure of it."""
        address = address_in(external_id)
        if address is None:
            raise Refused(Rejected(reason("post_gone")))
        body: dict[str, object] = {"repo": address.repo, "collection": address.collection, "rkey": address.key}
        await self._api.procedure(account, "com.atproto.repo.deleteRecord", Nothing, body, Effect.KEYED)

    async def look_up(self, account: Account, uris: Sequence[str]) -> list[PostView]:
        """Those of the posts that are there. Raises Refused."""
        found: list[PostView] = []
        for start in range(0, len(uris), LARGEST_QUESTION):
            query = {"uris": list(uris[start : start + LARGEST_QUESTION])}
            found += (await self._api.query(account, "app.bsky.feed.getPosts", _Posts, query)).posts
        return found

    async def _record(self, account: Account, post: Post) -> tuple[str, dict[str, object]]:
        """The collection it belongs to, and the record."""
        text, embed = post.text, await self._pictures(account, post.images)
        if post.format is PostFormat.REPOST and post.source_url is not None:
            source = await self._source(account, post.source_url)
            if source is None:  # of another network
                text = f"{text}\n\n{post.source_url}".strip()
            elif text or embed:
                embed = _quoting(source, embed)
            else:
                return REPOST, {"$type": REPOST, "subject": source, "createdAt": _now()}
        record = await self._words(account, text)
        return POST, record if embed is None else {**record, "embed": embed}

    async def _words(self, account: Account, text: str) -> dict[str, object]:
        facets = facets_of(text, await self._dids(account, mentioned_handles(text)))
        record: dict[str, object] = {"$type": POST, "text": text, "createdAt": _now()}
        return {**record, "facets": facets} if facets else record

    async def _dids(self, account: Account, handles: Sequence[str]) -> Mapping[str, str]:
        """Of those who are there: others are named in the text all the same."""
        dids: dict[str, str] = {}
        for handle in handles:
            try:
                dids[handle] = await self._did_of(account, handle)
            except RefusedByName as refused:
                if not isinstance(refused.outcome, Rejected):
                    raise
        return dids

    async def _did_of(self, account: Account, handle: str) -> str:
        method = "com.atproto.identity.resolveHandle"
        return (await self._api.query(account, method, _Found, {"handle": handle})).did

    async def _source(self, account: Account, url: str) -> dict[str, object] | None:
        """What is seen at a page of this network; None for any other page. Raises Refused."""
        address = address_of_page(url)
        if address is None:
            return None
        if not address.repo.startswith("did:"):
            address = Address(await self._did_of(account, address.repo), address.collection, address.key)
        found = await self.look_up(account, [address.uri])
        if not found:
            raise Refused(Rejected(reason("post_gone")))
        return found[0].ref

    async def _pictures(self, account: Account, images: Sequence[Image]) -> dict[str, object] | None:
        if not images:
            return None
        shown: list[dict[str, object]] = []
        for image in images:
            blob = (await self._api.upload(account, image.content, image.content_type, _Blob)).blob
            shown.append({"image": blob, "alt": image.alt_text, **_shape_of(image)})
        return {"$type": "app.bsky.embed.images", "images": shown}

    async def _keep(self, account: Account, address: Address, record: Mapping[str, object]) -> Sent:
        """A repeat finds what it kept before under this key. Keys have bits of chance: what is there is looked at."""
        body = {
            "repo": address.repo,
            "collection": address.collection,
            "rkey": address.key,
            "record": record,
            "swapRecord": None,
        }
        try:
            kept = await self._api.procedure(account, "com.atproto.repo.putRecord", _Kept, body, Effect.KEYED)
        except RefusedByName as refused:
            if refused.name != IN_THE_WAY:
                raise
            if await self._look_at(account, address) != _look_of(record):
                raise Refused(Unknown(reason("key_taken", refused.name))) from refused
            return _sent(address)
        return _sent(address_in(kept.uri) or address)

    async def _look_at(self, account: Account, address: Address) -> "_Look | None":
        """How the record there looks; None when there is none. Raises Refused."""
        query = {"repo": address.repo, "collection": address.collection, "rkey": address.key}
        try:
            found = await self._api.query(account, "com.atproto.repo.getRecord", _Value, query)
        except RefusedByName as refused:
            if refused.name != GONE:
                raise
            return None
        return _look_of(found.value)


@dataclass(frozen=True)
class _Look:
    """What makes two records the same post: the time of the call and the marks of its rich text do not."""

    text: str
    alt_texts: tuple[str, ...]


def _look_of(record: Mapping[str, object]) -> _Look:
    """Of a repost without words: empty."""
    shown = _Shown.model_validate(record)
    pictures = None if shown.embed is None else shown.embed.media or shown.embed
    return _Look(shown.text, tuple(image.alt for image in pictures.images) if pictures else ())


def _quoting(source: Mapping[str, object], pictures: Mapping[str, object] | None) -> dict[str, object]:
    quoted: dict[str, object] = {"$type": "app.bsky.embed.record", "record": source}
    if pictures is None:
        return quoted
    return {"$type": "app.bsky.embed.recordWithMedia", "record": quoted, "media": pictures}


def _shape_of(image: Image) -> dict[str, object]:
    """The sides of the image, by its header: the network crops what does not tell them."""
    try:
        with Picture.open(BytesIO(image.content)) as picture:
            width, height = picture.size
    except (UnidentifiedImageError, OSError):  # the server will refuse it in its own words
        return {}
    return {"aspectRatio": {"width": width, "height": height}}


def _sent(address: Address) -> Sent:
    return Sent(address.uri, address.page if address.collection == POST else None)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
