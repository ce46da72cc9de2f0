"""VK: posts on a community's wall, messages of the community.

Text goes out by the community's token. By VK's schema wall photos, and reading the wall back, want a user's token:
a channel may hold one as well, and says what is missing when it does not.
"""

import hmac
from collections.abc import Collection, Mapping
from datetime import UTC, datetime

import httpx
from pydantic import BaseModel, ConfigDict

from services.publisher.networks.accounts import Ability, Account, Missing, Network, Probe
from services.publisher.networks.connector import Connector
from services.publisher.networks.contents import DirectMessage, Post, button_rows
from services.publisher.networks.inbound import (
    Hook,
    HookAnswer,
    MalformedUpdate,
    Update,
)
from services.publisher.networks.outcomes import NoProof, Outcome, Reconciliation, Sent, Unsupported
from services.publisher.networks.reasons import reason
from services.publisher.networks.transport import Budget, Effect, Refused, Timeouts, of_recipient, why_not
from services.publisher.networks.vk.calls import VERSION, Parameter, VkApi, group_of, token_of
from services.publisher.networks.vk.updates import CONFIRMATION, KINDS, button_payload, event_in, updates_in
from services.publisher.networks.vk.wall import Wall

CONFIRMATION_SECRET = "confirmation"  # noqa: S105 the name of the secret that VK tells us, not its value
RANDOM_BITS = 63  # VK takes `random_id` as a signed 64-bit integer


class _Wire(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _Group(_Wire):
    id: int
    name: str
    screen_name: str | None = None


class _Groups(_Wire):
    groups: tuple[_Group, ...]


class _Members(_Wire):
    count: int


class _Permission(_Wire):
    name: str


class _Permissions(_Wire):
    permissions: tuple[_Permission, ...]


class _ConfirmationCode(_Wire):
    code: str


class _CallbackServer(_Wire):
    id: int
    url: str
    secret_key: str
    status: str


class _CallbackServers(_Wire):
    items: tuple[_CallbackServer, ...]


class _AddedServer(_Wire):
    server_id: int


class _User(_Wire):
    first_name: str = ""
    last_name: str = ""


class VkConnector(Connector):
    network = Network.VK

    def __init__(self, client: httpx.AsyncClient, base_url: str, timeouts: Timeouts) -> None:
        self._api = VkApi(client, base_url, timeouts)
        self._wall = Wall(self._api)
        self._timeouts = timeouts

    async def probe(self, account: Account) -> Probe:
        try:
            group_id = group_of(account)
            token = token_of(account, "community_token")
            found = await self._api.call(token, "groups.getById", _Groups, {"group_id": group_id})
            members = await self._api.call(token, "groups.getMembers", _Members, {"group_id": group_id, "count": 0})
            permissions = await self._api.call(token, "groups.getTokenPermissions", _Permissions, {})
            code = await self._api.call(
                token, "groups.getCallbackConfirmationCode", _ConfirmationCode, {"group_id": group_id}
            )
        except Refused as refused:
            return Probe(missing=(Missing(Ability.PUBLISH, why_not(refused.outcome)),))
        if not found.groups:
            return Probe(missing=(Missing(Ability.PUBLISH, reason("chat_not_found")),))
        group = found.groups[0]
        name = group.screen_name or f"club{group.id}"
        granted = {permission.name for permission in permissions.permissions}
        return Probe(
            mailbox=str(group.id),
            mailbox_url=f"https://vk.me/{name}",
            title=group.name,
            url=f"https://vk.com/{name}",
            follower_count=members.count,
            missing=(*_missing_permissions(granted), *await self._missing_user_token(account)),
            learned={CONFIRMATION_SECRET: code.code},
        )

    async def _missing_user_token(self, account: Account) -> list[Missing]:
        """What cannot be done without a user's token, or with the one that is there."""
        if "user_token" not in account.secrets:
            return [
                Missing(Ability.IMAGES, reason("user_token_needed")),
                Missing(Ability.RECONCILE, reason("user_token_to_reconcile")),
            ]
        try:
            token = token_of(account, "user_token")
            await self._api.call(
                token, "photos.getWallUploadServer", dict[str, object], {"group_id": group_of(account)}
            )
        except Refused as refused:
            why = why_not(refused.outcome)
            return [Missing(Ability.IMAGES, why), Missing(Ability.RECONCILE, why)]
        return []

    async def publish(self, account: Account, post: Post) -> Outcome:
        try:
            return await self._wall.put(account, post, Budget(self._timeouts))
        except Refused as refused:
            return refused.outcome

    async def reconcile(
        self, account: Account, post: Post, since: datetime, others: Collection[str] = ()
    ) -> Reconciliation:
        try:
            return await self._wall.find(account, post, since, others) or NoProof()
        except Refused as refused:
            return Unsupported(why_not(refused.outcome))

    async def send_direct(self, account: Account, message: DirectMessage) -> Outcome:
        parameters: dict[str, Parameter] = {
            "peer_id": message.recipient,
            "random_id": random_id_of(message),
            "message": message.text,
        }
        if message.buttons:
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


def _missing_permissions(granted: Collection[str]) -> list[Missing]:
    missing: list[Missing] = []
    if "messages" not in granted:
        missing.append(Missing(Ability.DIRECT_MESSAGES, reason("no_rights", "messages")))
    if "manage" not in granted:
        missing.append(Missing(Ability.UPDATES, reason("no_rights", "manage")))
    return missing


def _keyboard(message: DirectMessage) -> dict[str, object]:
    """Buttons under the message. Each writes its label into the chat: the quiet kind wants an answer at once."""
    rows = [
        [
            {"action": {"type": "text", "label": button.label, "payload": button_payload(button.payload)}}
            for button in row
        ]
        for row in button_rows(message.buttons)
    ]
    return {"one_time": False, "inline": True, "buttons": rows}
