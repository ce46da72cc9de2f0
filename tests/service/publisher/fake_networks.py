"""Networks in memory: they say what a test tells them to say, and remember what they were sent."""

import hmac
import json
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from services.publisher.networks.accounts import Account, Missing, Network, Probe
from services.publisher.networks.capabilities import CAPABILITIES
from services.publisher.networks.connector import Connector
from services.publisher.networks.contents import DirectMessage, Invitation, Invited, MenuItem, Post
from services.publisher.networks.inbound import (
    ADDRESS_SECRET,
    ButtonPressed,
    CommentReceived,
    ConversationStarted,
    Fetched,
    Hook,
    HookAnswer,
    MalformedUpdate,
    MemberJoined,
    MemberLeft,
    Mentioned,
    MessageReceived,
    PollVoted,
    ReactionsCounted,
    Reposted,
    Sender,
    Update,
)
from services.publisher.networks.measures import PollTotals, PostMeasures
from services.publisher.networks.outcomes import (
    Change,
    Done,
    NoProof,
    Outcome,
    Reconciliation,
    Refusal,
    Sent,
    Unreachable,
    Unsupported,
)
from services.publisher.networks.reasons import reason

Meanwhile = Callable[[], Awaitable[Outcome]]


@dataclass
class FakeNetwork(Connector):
    """One network. What is not scripted succeeds."""

    network: Network
    probed: Probe | None = field(default_factory=lambda: Probe(title="Профсоюз", follower_count=120))  # None: away
    outcomes: deque[Outcome | Exception | Meanwhile] = field(default_factory=deque[Outcome | Exception | Meanwhile])
    found: Reconciliation | None = field(default_factory=NoProof)  # None: away
    hook_missing: Missing | None = None
    name: str | None = "Анна Котова"
    posts: list[Post] = field(default_factory=list[Post])
    messages: list[DirectMessage] = field(default_factory=list[DirectMessage])
    looks: list[tuple[Post, datetime, list[str]]] = field(default_factory=list[tuple[Post, datetime, list[str]]])
    hooks: list[Hook] = field(default_factory=list[Hook])
    accounts: list[Account] = field(default_factory=list[Account])
    acknowledged: list[str] = field(default_factory=list[str])
    names_asked: int = 0
    menu_changes: deque[Change] = field(default_factory=deque[Change])
    measures: PostMeasures | Unsupported = field(default_factory=lambda: Unsupported(reason("cannot_measure")))
    totals: PollTotals | Unsupported | None = None  # None: away
    fetched: deque[Fetched | Exception] = field(default_factory=deque[Fetched | Exception])
    meanwhile: Callable[[], Awaitable[None]] | None = None  # what happens while it is asked for its updates
    polls_asked: list[str] = field(default_factory=list[str])
    cursors: list[str | None] = field(default_factory=list[str | None])  # with which it was asked for its updates
    changes: deque[Change | Exception] = field(
        default_factory=deque[Change | Exception]
    )  # what is not scripted is done
    edited: list[tuple[str, Post]] = field(default_factory=list[tuple[str, Post]])
    taken_down: list[str] = field(default_factory=list[str])
    menus: list[tuple[MenuItem, ...]] = field(default_factory=list[tuple[MenuItem, ...]])
    invitations: list[Invitation] = field(default_factory=list[Invitation])
    invited: deque[Invited | Unsupported | Refusal] = field(default_factory=deque[Invited | Unsupported | Refusal])

    async def probe(self, account: Account) -> Probe:
        self.accounts.append(account)
        if self.probed is None:
            raise Unreachable
        return self.probed

    async def publish(self, account: Account, post: Post) -> Outcome:
        self.accounts.append(account)
        self.posts.append(post)
        return await self._outcome(Sent(str(len(self.posts)), f"https://{self.network}.test/{len(self.posts)}"))

    async def reconcile(
        self, account: Account, post: Post, since: datetime, others: Collection[str] = ()
    ) -> Reconciliation:
        self.accounts.append(account)
        self.looks.append((post, since, sorted(others)))
        if self.found is None:
            raise Unreachable
        return self.found

    async def edit(self, account: Account, external_id: str, post: Post) -> Change:
        self.accounts.append(account)
        self.edited.append((external_id, post))
        return self._change()

    async def withdraw(self, account: Account, external_id: str, images: int = 0) -> Change:  # noqa: ARG002
        self.accounts.append(account)
        self.taken_down.append(external_id)
        return self._change()

    async def set_menu(self, account: Account, items: Sequence[MenuItem]) -> Change:  # noqa: ARG002
        self.menus.append(tuple(items))
        return self.menu_changes.popleft() if self.menu_changes else Done()

    async def send_direct(self, account: Account, message: DirectMessage) -> Outcome:
        self.accounts.append(account)
        self.messages.append(message)
        return await self._outcome(Sent(str(len(self.messages))))

    async def measure(self, account: Account, external_id: str) -> PostMeasures | Unsupported:
        assert account.secrets or not CAPABILITIES[self.network].secrets
        assert external_id
        return self.measures

    async def poll_totals(self, account: Account, poll_id: str) -> PollTotals | Unsupported:
        self.accounts.append(account)
        self.polls_asked.append(poll_id)
        if self.totals is None:
            raise Unreachable
        return self.totals

    async def invite(self, account: Account, invitation: Invitation) -> Invited | Unsupported | Refusal:
        self.accounts.append(account)
        self.invitations.append(invitation)
        return self.invited.popleft() if self.invited else Invited(f"https://{self.network}.test/+{invitation.name}")

    async def name_of(self, account: Account, external_user_id: str) -> str | None:
        assert account.secrets or not CAPABILITIES[self.network].secrets
        assert external_user_id
        self.names_asked += 1
        return self.name

    async def register_hook(self, account: Account, hook: Hook) -> Missing | None:
        self.accounts.append(account)
        self.hooks.append(hook)
        return self.hook_missing

    async def fetch_updates(self, account: Account, cursor: str | None) -> Fetched | None:
        self.accounts.append(account)
        self.cursors.append(cursor)
        if CAPABILITIES[self.network].calls_hooks:
            return None
        if self.meanwhile is not None:
            await self.meanwhile()
        scripted = self.fetched.popleft() if self.fetched else Fetched((), cursor or "the beginning")
        if isinstance(scripted, Exception):
            raise scripted
        return scripted

    async def acknowledge(self, account: Account, press_id: str) -> None:
        assert account.secrets or not CAPABILITIES[self.network].secrets
        self.acknowledged.append(press_id)

    def verify_hook(self, headers: Mapping[str, str], body: bytes, secret: str) -> bool:
        assert body
        return hmac.compare_digest(headers.get("x-secret", headers.get(ADDRESS_SECRET, "")), secret)

    def answer_to_hook(self, account: Account, body: bytes) -> HookAnswer:
        return HookAnswer(f"{account.target} heard {len(json.loads(body))}".encode())

    def parse_updates(self, body: bytes) -> list[Update]:
        try:
            return [_update(entry) for entry in json.loads(body)]
        except ValueError as error:
            raise MalformedUpdate from error

    def _change(self) -> Change:
        scripted = self.changes.popleft() if self.changes else Done()
        if isinstance(scripted, Exception):
            raise scripted
        return scripted

    async def _outcome(self, otherwise: Outcome) -> Outcome:
        scripted = self.outcomes.popleft() if self.outcomes else otherwise
        if isinstance(scripted, Exception):
            raise scripted
        return await scripted() if callable(scripted) else scripted


class FakeNetworks:
    """All of them, as the registry of connectors."""

    def __init__(self) -> None:
        self._networks: dict[Network, FakeNetwork] = {}
        self.reset()

    def reset(self) -> None:
        self._networks = {network: FakeNetwork(network) for network in Network}

    def __getitem__(self, network: Network, /) -> FakeNetwork:
        return self._networks[network]

    async def aclose(self) -> None:
        self.reset()


def _update(entry: dict[str, str]) -> Update:
    sender = Sender(entry["user"], entry.get("name"))
    at = datetime.fromisoformat(entry.get("at", "2031-03-03T08:59:00+00:00"))
    match entry["kind"]:
        case "button":
            return ButtonPressed(entry["id"], sender, entry["payload"], at, entry.get("press"))
        case "start":
            return ConversationStarted(entry["id"], sender, entry.get("payload"), at)
        case "leave" | "reactions" | "vote":
            return _counted(entry, sender, at)
        case "join":
            return MemberJoined(entry["id"], sender, tuple(entry["places"].split()), entry.get("invitation"), at)
        case "comment" | "repost" | "mention":
            return _in_public(entry, sender, at)
        case _:
            return MessageReceived(entry["id"], sender, entry["text"], at, tuple(entry.get("attachments", "").split()))


def _counted(entry: dict[str, str], sender: Sender, at: datetime) -> Update:
    places = tuple(entry.get("places", "").split())
    match entry["kind"]:
        case "leave":
            return MemberLeft(entry["id"], sender, places, at)
        case "reactions":
            return ReactionsCounted(entry["id"], entry["post"], int(entry["count"]), at, places)
        case _:
            votes = tuple(int(each) for each in entry["votes"].split()) if "votes" in entry else None
            return PollVoted(entry["id"], entry["poll"], None if votes is None else PollTotals(votes, sum(votes)), at)


def _in_public(entry: dict[str, str], sender: Sender, at: datetime) -> Update:
    match entry["kind"]:
        case "comment":
            post, comment = entry.get("post", "1"), entry.get("comment", "2")
            removed = "removed" in entry
            return CommentReceived(entry["id"], sender, post, comment, entry["text"], at, is_removed=removed)
        case "repost":
            return Reposted(entry["id"], sender, entry["post"], entry["url"], entry["text"], at)
        case _:
            return Mentioned(entry["id"], sender, entry["url"], entry["text"], at)
