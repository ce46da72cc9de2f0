"""When a call may be made: so many in so many seconds, whoever makes them. Moments are seconds of the epoch."""

from collections.abc import Collection, Sequence

from services.publisher.networks.capabilities import Allowance

SOON = 1.5  # seconds that a worker waits for a moment with the call in its hands; the relay looks each second
AHEAD = 1.2  # seconds before its moment at which a line is looked at again: up to a second later, for the same reason
APART = 0.03  # seconds by which our spans are longer than the network's own: calls are not equally long on their way
APART_OF_LONG = 0.01  # of a long span this part: clocks and queues drift


def slot_after(taken: Collection[float], allowances: Sequence[Allowance], now: float) -> float:
    """The earliest moment, from `now` on, at which one call more keeps every allowance in every span of its length.

    `taken` are moments of other calls, also of those to come.
    """
    latest = sorted(taken)
    return max([now, *(latest[-each.calls] + each.seconds for each in allowances if len(latest) >= each.calls)])


def worth_keeping(taken: Collection[float], allowances: Sequence[Allowance]) -> list[float]:
    """Of `taken`, what a later slot depends on."""
    most = max((each.calls for each in allowances), default=0)
    return sorted(taken)[-most:] if most else []


def kept_to(allowances: Sequence[Allowance], pace: float) -> tuple[Allowance, ...]:
    """What we keep to: `pace` times as fast as the network says, or no limit at all for 0."""
    if not pace:
        return ()
    spans = [(each.calls, each.seconds / pace) for each in allowances]
    return tuple(Allowance(calls, seconds + max(APART, seconds * APART_OF_LONG)) for calls, seconds in spans)
