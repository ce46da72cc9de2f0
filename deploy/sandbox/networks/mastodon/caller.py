"""Who calls, and what was made before under a key."""

from dataclasses import dataclass

from deploy.sandbox.networks.mastodon.views import NETWORK, comment_status, post_status
from deploy.sandbox.records import Community, MessageKind
from deploy.sandbox.sandbox import Sandbox
from deploy.sandbox.wire import JsonObject
from deploy.sandbox.world import World

FIRST_STATUS = 115_000_000_000_000_001


@dataclass(frozen=True)
class Caller:
    sandbox: Sandbox
    community: Community

    @property
    def world(self) -> World:
        return self.sandbox.world

    def next_status(self) -> tuple[int, str]:
        number = self.world.next_number(f"{NETWORK}:status", first=FIRST_STATUS)
        return number, str(number)

    def kept(self, repeat_key: str | None) -> JsonObject | None:
        """What was made under this key before, as long as it is there."""
        if repeat_key is None:
            return None
        for kind in MessageKind:
            message = self.world.repeated(NETWORK, kind, self.community.id, repeat_key)
            if message is not None and not message.deleted:
                return post_status(self.world, message)
        own = (c for c in self.world.comments if c.network == NETWORK and c.community_id == self.community.id)
        comment = next((c for c in own if c.repeat_key == repeat_key and not c.deleted), None)
        return None if comment is None else comment_status(self.world, comment)
