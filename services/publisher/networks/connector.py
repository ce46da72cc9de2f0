"""What every connector can do. Pure: no I/O, nothing of any one network.

Only `probe` and `publish` are every network's. Whatever else a network has not got, its connector does not mention:
the answer is `Unsupported`, with the reason that people are shown.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from services.publisher.networks.accounts import Account, Missing, Network, Probe
from services.publisher.networks.contents import CommentReply, DirectMessage, Invitation, Invited, MenuItem, Post
from services.publisher.networks.inbound import Fetched, Hook, HookAnswer, Mentioned, MentionNoticed, Update
from services.publisher.networks.measures import PollTotals, PostMeasures
from services.publisher.networks.outcomes import Change, Outcome, Reconciliation, Refusal, Rejected, Unsupported
from services.publisher.networks.reasons import reason


class Connector(ABC):
    """One network. Knows no tenant and keeps no state but its pooled connections."""

    network: Network

    @abstractmethod
    async def probe(self, account: Account) -> Probe:
        """What this account is and cannot do. Raises Unreachable."""

    @abstractmethod
    async def publish(self, account: Account, post: Post) -> Outcome:
        """Put `post` out once. Never raises for what the network or the way to it did."""

    async def reconcile(
        self,
        account: Account,  # noqa: ARG002 - here and below: this network has no such thing
        post: Post,  # noqa: ARG002
        since: datetime,  # noqa: ARG002
        others: Collection[str] = (),  # noqa: ARG002
    ) -> Reconciliation:
        """Look for `post`, whose first attempt began at `since`. `others` are ids of posts known to be something else.

        Raises Unreachable.
        """
        return Unsupported(reason("cannot_look"))

    async def edit(self, account: Account, external_id: str, post: Post) -> Change:  # noqa: ARG002
        """Let what is out show `post`. Never raises for what the network or the way to it did."""
        return Unsupported(reason("cannot_edit"))

    async def withdraw(self, account: Account, external_id: str, images: int = 0) -> Change:  # noqa: ARG002
        """Take down what is out, with as many `images`: some networks make a message of each.

        Done when it is gone already. Never raises for what the network did.
        """
        return Unsupported(reason("cannot_withdraw"))

    async def reply(self, account: Account, answer: CommentReply) -> Outcome | Unsupported:  # noqa: ARG002
        """Answer a comment under the account's post. Never raises for what the network or the way to it did."""
        return Unsupported(reason("cannot_reply"))

    async def measure(self, account: Account, external_id: str) -> PostMeasures | Unsupported:  # noqa: ARG002
        """What the network counts of a post. Raises Unreachable."""
        return Unsupported(reason("cannot_measure"))

    async def poll_totals(self, account: Account, poll_id: str) -> PollTotals | Unsupported:  # noqa: ARG002
        """How a poll stands. Raises Unreachable."""
        return Unsupported(reason("cannot_measure"))

    async def send_direct(self, account: Account, message: DirectMessage) -> Outcome:  # noqa: ARG002
        """Write to one user. Never raises for what the network or the way to it did."""
        return Rejected(reason("cannot_write"))

    async def invite(self, account: Account, invitation: Invitation) -> Invited | Unsupported | Refusal:  # noqa: ARG002
        """Make a link. A repeat makes another one, and the first is never used: `Unknown` is not an answer.

        Never raises for what the network or the way to it did.
        """
        return Unsupported(reason("cannot_invite"))

    async def set_menu(self, account: Account, items: Sequence[MenuItem]) -> Change:  # noqa: ARG002
        """Let everybody who writes to the account choose among `items`; again replaces them, none takes them away.

        What is chosen comes back as a press of `payload_of` the item. Never raises for what the network did.
        """
        return Unsupported(reason("cannot_set_menu"))

    async def name_of(self, account: Account, external_user_id: str) -> str | None:  # noqa: ARG002
        """The user's name, where updates come without it; None when the network does not tell. Raises Unreachable."""
        return None

    async def register_hook(self, account: Account, hook: Hook) -> Missing | None:  # noqa: ARG002
        """Ask for updates at `hook`; again with the same URL changes its secret. None when done. Raises Unreachable.

        The network may call the hook while this runs: what `probe` learned must be stored before. A network that is
        asked for its updates (`fetch_updates`) has nothing to register.
        """
        return None

    async def fetch_updates(self, account: Account, cursor: str | None) -> Fetched | None:  # noqa: ARG002
        """What came since `cursor`, oldest first, where the network calls no hook: else None.

        Raises Unreachable, UpdatesRefused. Without a cursor, on the first time, nothing of what came before is told: only the cursor of now.
        """
        return None

    async def acknowledge(self, account: Account, press_id: str) -> None:  # noqa: B027 - most networks wait for nothing
        """Tell a person that their press of a button has arrived, where `answer_to_hook` cannot. Raises Unreachable."""

    async def look_up(self, account: Account, noticed: MentionNoticed) -> Mentioned | None:  # noqa: ARG002
        """What somebody said who named the account, where updates come without it; None when it is gone.

        Raises Unreachable.
        """
        return None

    def hook_secret(self, account: Account, kept: str) -> str:  # noqa: ARG002
        """What `verify_hook` is given: the secret that the network was handed, or one that account and network share."""
        return kept

    def answer_to_confirmation(self, query: Mapping[str, str], secret: str) -> HookAnswer | None:  # noqa: ARG002
        """What a network hears that asks by GET whether a hook is wanted; None for a wrong `secret`, which it was handed."""
        return None

    def verify_hook(self, headers: Mapping[str, str], body: bytes, secret: str) -> bool:  # noqa: ARG002
        """Whether the network sent this: its secret is compared in constant time. Header names in lower case."""
        return False

    def answer_to_hook(self, account: Account, body: bytes) -> HookAnswer:  # noqa: ARG002
        """What to answer once the updates are stored."""
        return HookAnswer(b"")

    def is_own(self, account: Account, update: Update) -> bool:  # noqa: ARG002
        """Whether the account itself said this, and it comes back: that is no news."""
        return False

    def parse_updates(self, body: bytes) -> list[Update]:  # noqa: ARG002
        """The updates in a verified `body` that we know what to do with. Raises MalformedUpdate."""
        return []
