"""OK: topics in groups, by the token of somebody who administers the group.

What OK's documentation tells is here, and no more. It knows no key against doubles and no list of a group's topics by
which a lost answer could be looked up; no story; no way to change a topic; and no notice of comments. Messages need the group's own token, and have no buttons.
"""

import hmac
from collections.abc import Mapping, Sequence

import httpx
from pydantic import BaseModel, ConfigDict, RootModel

from services.publisher.networks.accounts import Ability, Account, Missing, Network, Probe
from services.publisher.networks.connector import Connector
from services.publisher.networks.contents import DirectMessage, Image, Post
from services.publisher.networks.inbound import ADDRESS_SECRET, Hook, HookAnswer, Update
from services.publisher.networks.measures import Measured, PostMeasures
from services.publisher.networks.ok.attachments import attachment_of
from services.publisher.networks.ok.calls import RestApi, group_of, topic_of
from services.publisher.networks.ok.errors import is_gone
from services.publisher.networks.ok.graph import GraphApi
from services.publisher.networks.ok.updates import updates_in
from services.publisher.networks.outcomes import Change, Done, Outcome, Rejected, Sent, Unsupported
from services.publisher.networks.reasons import reason
from services.publisher.networks.transport import Budget, Effect, FormFile, Refused, Timeouts, of_recipient, why_not

STAFF = frozenset({"ADMIN", "MODERATOR"})
FIGURES = ("renderings", "reach", "likes", "comments", "reshares")


class _Wire(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _User(_Wire):
    uid: str


class _Person(_Wire):
    name: str | None = None


class _People(RootModel[tuple[_Person, ...]]):
    pass


class _Group(_Wire):
    name: str | None = None
    members_count: int | None = None


class _Groups(RootModel[tuple[_Group, ...]]):
    pass


class _Membership(_Wire):
    status: str = ""


class _Memberships(RootModel[tuple[_Membership, ...]]):
    pass


class _UploadAddress(_Wire):
    photo_ids: tuple[str, ...]
    upload_url: str


class _PhotoToken(_Wire):
    token: str


class _Uploaded(_Wire):
    photos: dict[str, _PhotoToken]


class _TopicId(RootModel[str]):
    pass


class _Success(_Wire):
    success: bool


class _Statistics(_Wire):
    renderings: int | None = None
    reach: int | None = None
    likes: int | None = None
    comments: int | None = None
    reshares: int | None = None


class OkConnector(Connector):
    network = Network.OK

    def __init__(self, client: httpx.AsyncClient, base_url: str, timeouts: Timeouts) -> None:
        self._api = RestApi(client, base_url, timeouts)
        self._graph = GraphApi(client, base_url, timeouts)
        self._timeouts = timeouts

    async def probe(self, account: Account) -> Probe:
        try:
            gid = group_of(account)
            user = await self._api.call(account, "users.getCurrentUser", _User, {"fields": "uid"})
            asked = {"uids": gid, "fields": "name,members_count"}
            groups = (await self._api.call(account, "group.getInfo", _Groups, asked)).root
            asked = {"group_id": gid, "uids": user.uid}
            memberships = (await self._api.call(account, "group.getUserGroupsByIds", _Memberships, asked)).root
        except Refused as refused:
            return Probe(missing=(Missing(Ability.PUBLISH, why_not(refused.outcome)),))
        if not groups:
            return Probe(missing=(Missing(Ability.PUBLISH, reason("chat_not_found")),))
        may_write = any(membership.status in STAFF for membership in memberships)
        missing = () if may_write else (Missing(Ability.PUBLISH, reason("no_rights")),)
        return Probe(
            mailbox=gid,
            mailbox_url=f"https://ok.ru/group/{gid}",
            title=groups[0].name,
            url=f"https://ok.ru/group/{gid}",
            follower_count=groups[0].members_count,
            missing=(*missing, *await self._missing_in_private(account, gid)),
        )

    async def _missing_in_private(self, account: Account, gid: str) -> tuple[Missing, ...]:
        """What the group cannot do in private chats. Raises Unreachable."""
        if "group_token" not in account.secrets:
            why = reason("group_token_needed")
        else:
            try:
                await self._graph.check(account, gid)
            except Refused as refused:
                why = why_not(refused.outcome)
            else:
                return ()
        return Missing(Ability.DIRECT_MESSAGES, why), Missing(Ability.UPDATES, why)

    async def publish(self, account: Account, post: Post) -> Outcome:
        try:
            gid = group_of(account)
            budget = Budget(self._timeouts)
            async with budget.preparation():
                tokens = await self._upload(account, gid, post.images) if post.images else ()
            topic = {"type": "GROUP_THEME", "gid": gid, "attachment": attachment_of(post.text, tokens, post.poll)}
            async with budget.effect():
                made = await self._api.call(account, "mediatopic.post", _TopicId, topic, effect=Effect.ONCE)
            return Sent(made.root, f"https://ok.ru/group/{gid}/topic/{made.root}")
        except Refused as refused:
            return refused.outcome

    async def _upload(self, account: Account, gid: str, images: Sequence[Image]) -> tuple[str, ...]:
        """All images at once, in the order of the ids that OK gave them."""
        asked = {"gid": gid, "count": str(len(images))}
        address = await self._api.call(account, "photosV2.getUploadUrl", _UploadAddress, asked)
        files = [_file(number, image) for number, image in enumerate(images, start=1)]
        photos = (await self._api.upload(address.upload_url, files, _Uploaded)).photos
        if len(address.photo_ids) != len(images) or not photos.keys() >= set(address.photo_ids):
            raise Refused(Rejected(reason("image_refused")))
        return tuple(photos[photo_id].token for photo_id in address.photo_ids)

    async def withdraw(self, account: Account, external_id: str, images: int = 0) -> Change:  # noqa: ARG002 one topic
        try:
            named = {"gid": group_of(account), "topic_id": topic_of(external_id)}
            gone = await self._api.call(account, "mediatopic.deleteTopic", _Success, named, effect=Effect.KEYED)
        except Refused as refused:
            return Done() if is_gone(refused.outcome) else refused.outcome
        return Done() if gone.success else Rejected(reason("refused"))

    async def measure(self, account: Account, external_id: str) -> PostMeasures | Unsupported:
        try:
            asked = {"topic_id": topic_of(external_id), "fields": ",".join(name.upper() for name in FIGURES)}
            told = await self._api.call(account, "group.getStatTopic", _Statistics, asked)
        except Refused as refused:
            return Unsupported(why_not(refused.outcome))
        return PostMeasures(
            views=_measured(told.renderings),
            reach=_measured(told.reach),
            reactions=_measured(told.likes),
            comments=_measured(told.comments),
            reposts=_measured(told.reshares),
        )

    async def send_direct(self, account: Account, message: DirectMessage) -> Outcome:
        """The choices stand below the text. OK tells no id of a message to one user: the reference is its name."""
        choices = " / ".join(button.label for button in message.buttons)
        try:
            async with Budget(self._timeouts).effect():
                text = f"{message.text}\n{choices}" if choices else message.text
                taken = await self._graph.write(account, message.recipient, text)
        except Refused as refused:
            return of_recipient(refused.outcome)
        return Sent(str(message.reference_id)) if taken else Rejected(reason("recipient_blocked"))

    async def name_of(self, account: Account, external_user_id: str) -> str | None:
        try:
            asked = {"uids": external_user_id, "fields": "name"}
            people = (await self._api.call(account, "users.getInfo", _People, asked)).root
        except Refused as refused:
            why_not(refused.outcome)
            return None
        return people[0].name if people else None

    async def register_hook(self, account: Account, hook: Hook) -> Missing | None:
        if "group_token" not in account.secrets:
            return Missing(Ability.UPDATES, reason("group_token_needed"))
        try:
            done = await self._graph.subscribe(account, hook)
        except Refused as refused:
            return Missing(Ability.UPDATES, why_not(refused.outcome))
        return None if done else Missing(Ability.UPDATES, reason("refused"))

    def verify_hook(self, headers: Mapping[str, str], body: bytes, secret: str) -> bool:  # noqa: ARG002 by the address
        return hmac.compare_digest(headers.get(ADDRESS_SECRET, "").encode(), secret.encode())

    def answer_to_hook(self, account: Account, body: bytes) -> HookAnswer:  # noqa: ARG002 the same for every update
        return HookAnswer(b"{}", "application/json")

    def parse_updates(self, body: bytes) -> list[Update]:
        return updates_in(body)


def _measured(figure: int | None) -> Measured:
    return Measured.untold(reason("cannot_measure")) if figure is None else Measured(figure)


def _file(number: int, image: Image) -> FormFile:
    extension = "png" if image.content_type == "image/png" else "jpg"
    return f"pic{number}", (f"image{number}.{extension}", image.content, image.content_type)
