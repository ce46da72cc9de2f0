"""The stand-in networks' control API, as the demo, the tour and the tests use it: what the outside world does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Self

import httpx

from deploy.sandbox.networks.bluesky import names as bluesky
from deploy.sandbox.networks.email import names as mail
from deploy.sandbox.networks.mastodon import views as mastodon
from deploy.sandbox.networks.ok.signing import APPLICATION_KEY, session_secret_key

NETWORKS: Final = ("telegram", "vk", "max", "ok", "bluesky", "mastodon", "instagram", "email")
TITLES: Final[Mapping[str, str]] = {
    "telegram": "Telegram",
    "vk": "VK",
    "max": "MAX",
    "ok": "OK",
    "bluesky": "Bluesky",
    "mastodon": "Mastodon",
    "instagram": "Instagram",
    "email": "E-mail",
}


@dataclass(frozen=True)
class Community:
    """A channel or community on a stand-in, with what its owner needs to connect it."""

    network: str
    id: int
    title: str
    account_id: int  # whom members write to: the channel's bot, or the VK community itself
    credentials: Mapping[str, str]
    external_id: str  # by which the channel is connected: most networks know a community by its number


class StandIns:
    def __init__(self, address: str) -> None:
        self.address = address
        self._http = httpx.AsyncClient(base_url=f"{address}/control", timeout=30, trust_env=False)

    async def community(
        self, network: str, title: str, handle: str, *, followers: int = 0, bot_id: int | None = None
    ) -> Community:
        """Open a community; the same handle again is the same community. Without `bot_id` a bot is made for it."""
        order = {"network": network, "title": title, "handle": handle, "followers": followers, "bot_id": bot_id}
        made = await self._post("/communities", order)
        tokens = {token["kind"]: token["token"] for token in made["tokens"]}
        if made["bot"] is None:
            target = _target(network, made)
            return Community(network, made["id"], title, made["id"], _credentials(network, made["id"], tokens), target)
        bot = made["bot"]
        credentials = {"token": bot["tokens"][0]["token"]}
        if network == "instagram":  # an account with a token of its own, and the app that hears of it
            credentials = {
                "token": tokens["community"],
                "app_id": str(bot["id"]),
                "app_secret": credentials["token"],
            }
        return Community(network, made["id"], title, bot["id"], credentials, _target(network, made))

    async def person(self, network: str, first_name: str, last_name: str, username: str) -> int:
        """Open a person's account; the same username again is the same person. Returns its id."""
        order = {"network": network, "first_name": first_name, "last_name": last_name, "username": username}
        return (await self._post("/people", order))["id"]

    async def write(self, community: Community, person_id: int, text: str) -> None:
        """A person writes a direct message."""
        await self._post("/inbound/messages", {**_to(community, person_id), "text": text})

    async def press(self, community: Community, person_id: int, button: str) -> None:
        """A person presses the newest button with this label."""
        await self._post("/inbound/presses", {**_to(community, person_id), "button": button})

    async def comment(self, community: Community, person_id: int, text: str) -> None:
        """A person comments on the newest post."""
        await self._post("/inbound/comments", {**_at(community, person_id), "text": text})

    async def repost(self, community: Community, person_id: int, text: str = "") -> None:
        """A person carries the newest post further."""
        await self._post("/inbound/reposts", {**_at(community, person_id), "text": text})

    async def mention(self, community: Community, person_id: int, text: str) -> None:
        """A person names the community in a post of their own."""
        await self._post("/inbound/mentions", {**_at(community, person_id), "text": text})

    async def join(self, community: Community, person_id: int, invite_link: str | None = None) -> None:
        """A person becomes a member, perhaps by an invite link."""
        await self._post("/inbound/joins", {**_at(community, person_id), "invite_link": invite_link})

    async def vote(self, community: Community, person_id: int, options: Sequence[int]) -> None:
        """A person votes in the newest post's poll, or votes anew."""
        await self._post("/inbound/votes", {**_at(community, person_id), "options": options})

    async def polls(self, community: Community) -> list[dict[str, Any]]:
        """The community's polls, oldest first, with who voted."""
        found = await self._get("/polls", {"network": community.network})
        return [poll for poll in found if poll["owner_id"] == community.id]

    async def dialog(self, community: Community, person_id: int) -> list[dict[str, Any]]:
        """What the two wrote to each other, oldest first; `outgoing` is the union's."""
        query = {"network": community.network, "account_id": community.account_id, "person_id": person_id}
        return await self._get("/messages", query)

    async def posts(self, community: Community, text: str = "") -> list[dict[str, Any]]:
        """What stands on the community's wall, oldest first; `text` narrows to posts that contain it."""
        return await self._get("/posts", {"network": community.network, "community_id": community.id, "text": text})

    async def hook_attempts(self, community: Community) -> list[dict[str, Any]]:
        """Every update that was sent to the hooks of a community, oldest first, and how it was answered."""
        attempts = await self._get("/hooks/attempts", {"network": community.network})
        return [attempt for attempt in attempts if _is_hook_of(attempt["hook"], community)]

    async def waiting(self, community: Community) -> list[dict[str, Any]]:
        """Updates that no hook of the community has taken yet."""
        waiting = await self._get("/hooks/waiting", {})
        return [update for update in waiting if _is_hook_of(update["hook"], community)]

    async def mails(self, to: str) -> list[dict[str, Any]]:
        """What came for an address, oldest first."""
        return await self._get("/mails", {"to": to})

    async def fault(self, kind: str, community: Community, **more: str | float | bool) -> int:
        """Let something go wrong with one community until it is cleared. Returns the fault's number."""
        order = {"kind": kind, "network": community.network, "account_id": community.id, **more}
        return (await self._post("/faults", order))["id"]

    async def clear(self, fault_id: int) -> None:
        """End a fault; whatever hangs in it is released."""
        (await self._http.delete(f"/faults/{fault_id}")).raise_for_status()

    async def _get(self, path: str, query: Mapping[str, Any]) -> Any:
        return (await self._http.get(path, params=query)).raise_for_status().json()

    async def _post(self, path: str, body: Mapping[str, Any]) -> Any:
        return (await self._http.post(path, json=body)).raise_for_status().json()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()


def _credentials(network: str, number: int, tokens: Mapping[str, str]) -> dict[str, str]:
    """What a community is connected with that answers for itself."""
    if network == "ok":
        return {
            "application_key": APPLICATION_KEY,
            "session_secret_key": session_secret_key(tokens["user"]),
            "access_token": tokens["user"],
            "group_token": tokens["community"],
        }
    if network == "bluesky":
        return {"app_password": tokens["community"]}
    if network == "mastodon":
        return {"token": tokens["community"]}
    if network == "email":
        return mail.credentials(number, tokens["community"])
    return {"community_token": tokens["community"], "user_token": tokens["user"]}


def _target(network: str, made: Mapping[str, Any]) -> str:
    match network:
        case "bluesky":
            return f"{made['handle'].replace('_', '-').lower()}.{bluesky.DOMAIN}"
        case "mastodon":
            return f"{made['handle']}@{mastodon.DOMAIN}"
        case "email":
            return mail.list_of(made["handle"])
        case _:
            return str(made["id"])


def _to(community: Community, person_id: int) -> dict[str, Any]:
    return {"network": community.network, "person_id": person_id, "account_id": community.account_id}


def _at(community: Community, person_id: int) -> dict[str, Any]:
    return {"network": community.network, "person_id": person_id, "community_id": community.id}


def _is_hook_of(name: str, community: Community) -> bool:
    return name.startswith(f"{community.network}:{community.account_id}:")
