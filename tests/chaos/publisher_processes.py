"""A publisher's worker as a process to be killed, and a network whose memory outlives it."""

import os
from datetime import timedelta
from pathlib import Path

from services.publisher.networks.accounts import Account, Network, Probe
from services.publisher.networks.connector import Connector
from services.publisher.networks.contents import Post
from services.publisher.networks.outcomes import Outcome, Sent
from services.publisher.publications.actions import lines
from services.publisher.runtime import open_publisher
from services.publisher.settings import PublisherSettings
from services.publisher.worker import consumers
from shared.worker import run_worker
from tests.chaos.fail_points import FailPoint
from tests.chaos.processes import log_to

LEASE = timedelta(seconds=1)  # how soon an attempt is given up whose worker is gone; as long as a call takes, and more


class Remembering(Connector):
    """Telegram, for whoever needs a network against whose doubles there is no tool. A line for each post it took."""

    network = Network.TELEGRAM

    def __init__(self, memory: Path) -> None:
        self._memory = memory

    async def probe(self, account: Account) -> Probe:
        return Probe(title=account.target)

    async def publish(self, account: Account, post: Post) -> Outcome:
        file = os.open(self._memory, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(file, f"{post.delivery_id} {account.target}\n".encode())
        finally:
            os.close(file)
        return Sent(str(post.delivery_id))


class OneNetwork:
    """In place of the registry."""

    def __init__(self, memory: Path) -> None:
        self._only = Remembering(memory)

    def __getitem__(self, network: Network, /) -> Connector:
        if network is not self._only.network:
            raise KeyError(network)
        return self._only

    async def aclose(self) -> None:
        """Nothing is open."""


def be_publisher_worker(log: Path, settings: PublisherSettings, memory: Path, fail_point: FailPoint) -> None:
    log_to(log)
    lines.LEASE = LEASE
    fail_point.arm()
    run_worker(open_publisher(settings, connectors=OneNetwork(memory)), consumers())
