"""An organization's public feed, as a network: our own pages, which are read from the deliveries themselves.

So nothing is called and nothing can be lost on the way: what is recorded as sent is what the feed shows, in the words
that the publication has by now.
"""

import httpx

from services.publisher.networks.accounts import Ability, Account, Missing, Network, Probe
from services.publisher.networks.connector import Connector
from services.publisher.networks.contents import Post
from services.publisher.networks.inbound import Hook
from services.publisher.networks.outcomes import Change, Done, Outcome, Sent
from services.publisher.networks.reasons import reason
from services.publisher.networks.transport import Timeouts


class FeedConnector(Connector):
    network = Network.FEED

    def __init__(self, client: httpx.AsyncClient, base_url: str, timeouts: Timeouts) -> None:
        """`base_url` is where the outside reaches this installation; nobody is called."""
        del client, timeouts
        self._base_url = base_url.rstrip("/")

    async def probe(self, account: Account) -> Probe:
        return Probe(title="RSS, JSON Feed", url=self._address(account))

    async def publish(self, account: Account, post: Post) -> Outcome:
        return Sent(str(post.delivery_id), f"{self._address(account)}#{post.delivery_id}")

    async def edit(self, account: Account, external_id: str, post: Post) -> Change:
        del account, external_id, post
        return Done()

    async def withdraw(self, account: Account, external_id: str, images: int = 0) -> Change:
        del account, external_id, images
        return Done()

    async def register_hook(self, account: Account, hook: Hook) -> Missing | None:
        del account, hook
        return Missing(Ability.UPDATES, reason("cannot_hear"))

    def _address(self, account: Account) -> str:
        return f"{self._base_url}/feeds/{account.target}.rss"
