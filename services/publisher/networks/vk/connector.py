"""VK: posts and stories of a community, its messages and comments.

Text goes out by the community's token. By VK's schema wall photos, polls, reposts, changes, and reading the wall back,
want a user's token: a channel may hold one as well, and says what is missing when it does not.
"""

import hmac
from collections.abc import Collection, Coroutine, Mapping
from datetime import UTC, datetime

import httpx

from services.publisher.networks.accounts import Ability, Account, Missing, Network, Probe
from services.publisher.networks.connector import Connector
from services.publisher.networks.contents import (
    CommentReply,
    DirectMessage,
    Post,
    PostFormat,
    button_rows,
    payload_of,
)
from services.publisher.networks.inbound import Hook, HookAnswer, MalformedUpdate, Update
from services.publisher.networks.measures import PollTotals, PostMeasures
from services.publisher.networks.outcomes import Change, Done, NoProof, Outcome, Reconciliation, Sent, Unsupported
from services.publisher.networks.reasons import reason
from services.publisher.networks.transport import Budget, Effect, Refused, Timeouts, of_recipient, why_not
from services.publisher.networks.vk.calls import VERSION, Parameter, VkApi, group_of, token_of
from services.publisher.networks.vk.figures import count_votes, measure_post
from services.publisher.networks.vk.probing import CONFIRMATION_SECRET, probe_community
from services.publisher.networks.vk.stories import STORY, put_story, take_down_story
from services.publisher.networks.vk.updates import CONFIRMATION, KINDS, button_payload, event_in, updates_in
from services.publisher.networks.vk.wall import Wall, number_of
from services.publisher.networks.vk.wire import Created, Wire

RANDOM_BITS = 63  # VK takes `random_id` as a signed 64-bit integer


class _CallbackServer(Wire):
    id: int
    url: str
    secret_key: str
    status: str


class _CallbackServers(Wire):
    items: tuple[_CallbackServer, ...]


class _AddedServer(Wire):
    server_id: int


class _User(Wire):
    first_name: str = ""
    last_name: str = ""


class VkConnector(Connector):
    network = Network.VK

    def __init__(self, client: httpx.AsyncClient, base_url: str, timeouts: Timeouts) -> None:
        self._api = VkApi(client, base_url, timeouts)
        self._wall = Wall(self._api)
        self._timeouts = timeouts

    async def probe(self, account: Account) -> Probe:
        return await probe_community(self._api, account)

    async def publish(self, account: Account, post: Post) -> Outcome:
        budget = Budget(self._timeouts)
        try:
            if post.format is PostFormat.STORY:
                return await put_story(self._api, account, post, budget)
            return await self._wall.put(account, post, budget)
        except Refused as refused:
            return refused.outcome

    async def reconcile(
        self, account: Account, post: Post, since: datetime, others: Collection[str] = ()
    ) -> Reconciliation:
        if post.format is PostFormat.STORY:
            return Unsupported(reason("cannot_look"))
        try:
            return await self._wall.find(account, post, since, others) or NoProof()
        except Refused as refused:
            return Unsupported(why_not(refused.outcome))

    async def edit(self, account: Account, external_id: str, post: Post) -> Change:
        if post.format is PostFormat.STORY:
            return Unsupported(reason("cannot_edit"))
        return await self._changed(self._wall.change(account, external_id, post))

    async def withdraw(self, account: Account, external_id: str, images: int = 0) -> Change:  # noqa: ARG002 one post
        story = STORY.fullmatch(external_id)
        if story is not None:
            return await self._changed(take_down_story(self._api, account, int(story.group(1))))
        return await self._changed(self._wall.take_down(account, external_id))

    async def _changed(self, change: Coroutine[None, None, None]) -> Change:
        try:
            async with Budget(self._timeouts).effect():
                await change
        except Refused as refused:
            return refused.outcome
        return Done()

    async def reply(self, account: Account, answer: CommentReply) -> Outcome | Unsupported:
        try:
            group_id = group_of(account)
            parameters: dict[str, Parameter] = {
                "owner_id": -group_id,
                "post_id": number_of(answer.post_id),
                "from_group": group_id,
                "message": answer.text,
                "reply_to_comment": number_of(answer.comment_id),
                "guid": str(answer.reference_id),
            }
            token = token_of(account, "community_token")
            async with Budget(self._timeouts).effect():
                made = await self._api.call(token, "wall.createComment", Created, parameters, effect=Effect.KEYED)
        except Refused as refused:
            return refused.outcome
        return Sent(str(made.comment_id))

    async def measure(self, account: Account, external_id: str) -> PostMeasures | Unsupported:
        if STORY.fullmatch(external_id) is not None:
            return Unsupported(reason("cannot_measure"))
        return await measure_post(self._api, self._wall, account, external_id)

    async def poll_totals(self, account: Account, poll_id: str) -> PollTotals | Unsupported:
        return await count_votes(self._api, account, poll_id)

    async def send_direct(self, account: Account, message: DirectMessage) -> Outcome:
        parameters: dict[str, Parameter] = {
            "peer_id": message.recipient,
            "random_id": random_id_of(message),
            "message": message.text,
        }
        if message.buttons or message.menu:
            parameters["keyboard"] = _keyboard(message)
        try:
            token = token_of(account, "community_token")
            async with Budget(self._timeouts).effect():
                number = await self._api.call(token, "messages.send", int, parameters, effect=Effect.KEYED)
        except Refused as refused:
            return of_recipient(refused.outcome)
        return Sent(str(number))

    async def name_of(self, account: Account, external_user_id: str) -> str | None:
        try:
            token = token_of(account, "community_token")
            users = await self._api.call(token, "users.get", tuple[_User, ...], {"user_ids": [external_user_id]})
        except Refused as refused:
            why_not(refused.outcome)
            return None
        name = f"{users[0].first_name} {users[0].last_name}".strip() if users else ""
        return name or None

    async def register_hook(self, account: Account, hook: Hook) -> Missing | None:
        try:
            group: dict[str, Parameter] = {"group_id": group_of(account)}
            token = token_of(account, "community_token")
            number = await self._callback_server(token, group, hook)
            wanted: dict[str, Parameter] = {"server_id": number, "api_version": VERSION, **dict.fromkeys(KINDS, True)}
            await self._api.call(token, "groups.setCallbackSettings", int, {**group, **wanted})
        except Refused as refused:
            return Missing(Ability.UPDATES, why_not(refused.outcome))
        return None

    async def _callback_server(self, token: str, group: Mapping[str, Parameter], hook: Hook) -> int:
        """The server at the hook's address: the one that works, or a new one, which VK asks to confirm itself."""
        servers = await self._api.call(token, "groups.getCallbackServers", _CallbackServers, group)
        for known in servers.items:
            if known.url != hook.url:
                continue
            if known.status == "ok" and known.secret_key == hook.secret:
                return known.id
            await self._api.call(token, "groups.deleteCallbackServer", int, {**group, "server_id": known.id})
        server: dict[str, Parameter] = {"url": hook.url, "title": "Vmeste", "secret_key": hook.secret}
        added = await self._api.call(token, "groups.addCallbackServer", _AddedServer, {**group, **server})
        return added.server_id

    def verify_hook(self, headers: Mapping[str, str], body: bytes, secret: str) -> bool:  # noqa: ARG002 in the body
        try:
            said = event_in(body).secret
        except MalformedUpdate:
            return False
        return hmac.compare_digest(said.encode(), secret.encode())

    def answer_to_hook(self, account: Account, body: bytes) -> HookAnswer:
        if event_in(body).type == CONFIRMATION:
            return HookAnswer(account.secrets.get(CONFIRMATION_SECRET, "").encode())
        return HookAnswer(b"ok")

    def parse_updates(self, body: bytes) -> list[Update]:
        return updates_in(body, datetime.now(UTC))


def random_id_of(message: DirectMessage) -> int:
    """The same for the same message on every attempt; never 0, which VK takes for "no key"."""
    return (message.reference_id.int & (2**RANDOM_BITS - 1)) or 1


def _keyboard(message: DirectMessage) -> dict[str, object]:
    """Buttons under the message; without them, the menu below the whole chat.

    Each button writes its label into the chat: the quiet kind wants an answer at once.
    """
    if not message.buttons:
        menu: list[list[dict[str, object]]] = [[_button(item.label, payload_of(item.action))] for item in message.menu]
        return {"one_time": False, "inline": False, "buttons": menu}
    rows = [[_button(button.label, button.payload) for button in row] for row in button_rows(message.buttons)]
    return {"one_time": False, "inline": True, "buttons": rows}


def _button(label: str, payload: str) -> dict[str, object]:
    return {"action": {"type": "text", "label": label, "payload": button_payload(payload)}}
