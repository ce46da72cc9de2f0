"""Sessions: an access token for two hours, a refresh token for one use. They end with the process."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from deploy.sandbox.records import Community

LIFETIME = timedelta(hours=2)


@dataclass(frozen=True)
class Tokens:
    access: str
    refresh: str


class Sessions:
    def __init__(self) -> None:
        self._access: dict[str, tuple[int, datetime]] = {}
        self._refresh: dict[str, int] = {}
        self._used: set[str] = set()
        self._made = 0

    def open(self, community: Community, now: datetime) -> Tokens:
        self._made += 1
        tokens = Tokens(*(self._token(kind, community, now) for kind in ("access", "refresh")))
        self._access[tokens.access] = (community.id, now + LIFETIME)
        self._refresh[tokens.refresh] = community.id
        return tokens

    def owner(self, access: str, now: datetime) -> int | None:
        """Whose session it is. Raises TimeoutError when it is over."""
        community_id, until = self._access.get(access, (None, now + LIFETIME))
        if until <= now:
            raise TimeoutError
        return community_id

    def used_up(self, refresh: str) -> bool:
        return refresh in self._used

    def spend(self, refresh: str) -> int | None:
        """Whose refresh token it was: it is good once."""
        community_id = self._refresh.pop(refresh, None)
        if community_id is not None:
            self._used.add(refresh)
        return community_id

    def _token(self, kind: str, community: Community, now: datetime) -> str:
        seed = f"{kind} {community.id} {now.isoformat()} {self._made}"
        return f"eyJ0eXAi.{kind}.{hashlib.sha256(seed.encode()).hexdigest()}"
