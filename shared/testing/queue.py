"""The queue's twin in memory: what is sent is consumed at once, and its answer comes back at once."""

from collections.abc import Awaitable, Callable, Sequence

from shared.consumers import Consumers
from shared.contracts import Envelope, ServiceName
from shared.queue import Answer


class ImmediateQueue:
    """Collects what the relay sends; `run` lets the consumers have it and hands their answers to the relay."""

    def __init__(self) -> None:
        self._sent: list[Envelope] = []

    async def waiting(self, destination: ServiceName) -> int:
        return sum(envelope.destination == destination for envelope in self._sent)

    async def send(self, wakeups: Sequence[tuple[Envelope, str]]) -> None:
        self._sent.extend(envelope for envelope, _ in wakeups)

    async def answer(self, source: ServiceName, answers: Sequence[Answer]) -> None:
        raise AssertionError((source, answers))  # consumers answer through `run` here

    async def run(
        self,
        consumers: dict[ServiceName, Consumers],
        answered: Callable[[ServiceName, Sequence[Answer]], Awaitable[None]],
    ) -> list[Answer]:
        """Handle all that was sent. Messages to services that are not there are dropped as done."""
        sent, self._sent = self._sent, []
        answers: list[Answer] = []
        for envelope in sent:
            there = consumers.get(envelope.destination)
            answer = await there.handle(envelope) if there else Answer(envelope.id, envelope.destination)
            await answered(envelope.source, [answer])
            answers.append(answer)
        return answers
