"""One service's door at the gateway: a service that does not answer is left alone for a moment, and holds nobody up.

After so many failures in a row it is closed for a few seconds; then one request at a time may try whether it is well
again. And however slow it is, only so many requests wait for it at once: the others are told so at once.
"""

import math
from typing import Final

from services.gateway.routing.rules import ServiceUnavailable
from shared.contracts import ServiceName

FAILURES: Final = 5
REST_SECONDS: Final = 3.0
MOST_WAITING: Final = 100
MOST_UPLOADING: Final = 30  # counted apart: clients that send slowly keep nobody else out


class Door:
    """Times are seconds of one monotonic clock."""

    def __init__(
        self, service: ServiceName, *, most_waiting: int = MOST_WAITING, most_uploading: int = MOST_UPLOADING
    ) -> None:
        self._service = service
        self._room = {False: most_waiting, True: most_uploading}
        self._failures = 0
        self._closed_until = 0.0
        self._trying = False

    def enter(self, now: float, *, uploading: bool = False) -> "Visit":
        """Raises ServiceUnavailable, at once. Every visit is to be ended by `leave`."""
        if self._room[uploading] <= 0:
            raise unavailable(self._service, 1)
        is_try = self._failures >= FAILURES
        if is_try and (self._trying or now < self._closed_until):
            raise unavailable(self._service, max(1, math.ceil(self._closed_until - now)))
        self._trying = is_try
        self._room[uploading] -= 1
        return Visit(self, uploading=uploading, is_try=is_try)

    def answered(self) -> None:
        """It is well, whatever it says."""
        self._failures = 0

    def failed(self, now: float) -> None:
        """No connection, or no answer in time."""
        self._failures += 1
        if self._failures >= FAILURES:
            self._closed_until = now + REST_SECONDS

    def left(self, *, uploading: bool, was_try: bool) -> None:
        self._room[uploading] += 1
        if was_try:
            self._trying = False


class Visit:
    """One request that was let through."""

    def __init__(self, door: Door, *, uploading: bool, is_try: bool) -> None:
        self._door = door
        self._uploading = uploading
        self._is_try = is_try

    def leave(self) -> None:
        self._door.left(uploading=self._uploading, was_try=self._is_try)


def unavailable(service: ServiceName, retry_after: int) -> ServiceUnavailable:
    """It says which service: the others may be well."""
    detail = {
        "ru": f"Служба {service} сейчас не отвечает, остальные работают: повторите запрос позже",
        "en": f"The service {service} does not answer now, the others work: repeat the request later",
    }
    return ServiceUnavailable(detail, retry_after=retry_after)
