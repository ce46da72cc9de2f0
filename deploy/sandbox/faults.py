"""Faults that tests and the demo order: what goes wrong, for whom, and for how long."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class FaultKind(StrEnum):
    REFUSE = "refuse"  # the network's own error for missing rights
    UNAUTHORIZED = "unauthorized"  # the token is no longer good
    FLOOD = "flood"  # too many calls: 429, VK's 9
    SERVER_ERROR = "server_error"  # HTTP 500
    CAPTCHA = "captcha"  # VK alone
    ERROR = "error"  # an error of the network, by its code (VK: HTTP 200)
    HANG = "hang"  # no answer for `seconds`, or until released
    DROP = "drop"  # the connection is cut without an answer
    DUPLICATE_HOOKS = "duplicate_hooks"  # each update is sent `copies` times at once
    REORDER_HOOKS = "reorder_hooks"  # updates are gathered and sent the wrong way round


HOOK_KINDS = frozenset({FaultKind.DUPLICATE_HOOKS, FaultKind.REORDER_HOOKS})


class FaultOrder(BaseModel):
    """What shall go wrong. Every narrowing that is left out matches everything."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: FaultKind
    network: str = Field(description="telegram, vk or max", examples=["telegram"])
    account_id: int | None = Field(default=None, description="a community, bot or person that the call concerns")
    method: str | None = Field(
        default=None, description="sendMessage, wall.post, `POST /messages`; an update's type for hooks"
    )
    times: int | None = Field(default=None, ge=1, description="how often; without it until cleared")
    for_seconds: float | None = Field(default=None, gt=0, description="how long it holds at most")
    retry_after: int = Field(default=5, ge=1, le=3600, description="flood: what the network asks to wait")
    seconds: float | None = Field(default=None, gt=0, description="hang: how long; without it until released")
    taken: bool | None = Field(
        default=None,
        description="hang and drop: whether the network does what it was asked; by default a hang does not, a drop does",
    )
    code: int | str | None = Field(default=None, description="error: the network's own code")
    message: str | None = Field(default=None, description="error: the network's own words")
    copies: int = Field(
        default=2, ge=2, le=100, description="duplicate_hooks: how often; reorder_hooks: how many are gathered"
    )


class Fault:
    """An order that is in force."""

    def __init__(self, number: int, order: FaultOrder, now: datetime) -> None:
        self.number = number
        self.order = order
        self.since = now
        self.hits = 0
        self.released = asyncio.Event()

    def holds(self, now: datetime) -> bool:
        order = self.order
        if order.times is not None and self.hits >= order.times:
            return False
        return order.for_seconds is None or now < self.since + timedelta(seconds=order.for_seconds)

    def concerns(self, network: str, method: str, accounts: frozenset[int]) -> bool:
        order = self.order
        return (
            order.network == network
            and (order.method is None or order.method.lower() == method.lower())
            and (order.account_id is None or order.account_id in accounts)
        )


class Faults:
    """All orders, oldest first. The first that matches a call takes it."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._faults: dict[int, Fault] = {}
        self._last = 0

    def order(self, order: FaultOrder) -> Fault:
        self._last += 1
        fault = Fault(self._last, order, self._now())
        self._faults[fault.number] = fault
        return fault

    def hit(self, network: str, method: str, accounts: frozenset[int]) -> Fault | None:
        """The fault that this call runs into; it is counted."""
        return self._hit(network, method, accounts, hooks=False)

    def hit_hook(self, network: str, event: str, owner_id: int) -> Fault | None:
        """The fault that this update runs into on its way to a hook; it is counted."""
        return self._hit(network, event, frozenset({owner_id}), hooks=True)

    def all(self) -> list[Fault]:
        return list(self._faults.values())

    def get(self, number: int) -> Fault | None:
        return self._faults.get(number)

    def clear(self, number: int | None = None) -> None:
        """End one fault or all; whatever hangs in them is released."""
        for fault in [f for f in self.all() if number is None or f.number == number]:
            fault.released.set()
            del self._faults[fault.number]

    def _hit(self, network: str, method: str, accounts: frozenset[int], *, hooks: bool) -> Fault | None:
        now = self._now()
        for fault in self._faults.values():
            fits = (fault.order.kind in HOOK_KINDS) is hooks
            if fits and fault.holds(now) and fault.concerns(network, method, accounts):
                fault.hits += 1
                return fault
        return None
