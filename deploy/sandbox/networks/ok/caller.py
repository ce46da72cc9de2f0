"""Who calls OK: a person, who may administer groups."""

from dataclasses import dataclass

from deploy.sandbox.networks.ok.errors import NOT_ADMIN, NOT_FOUND, PARAM_GROUP_ID, OkError
from deploy.sandbox.records import Community, Message, MessageKind, Person
from deploy.sandbox.sandbox import Sandbox
from deploy.sandbox.world import World

NETWORK = "ok"


@dataclass(frozen=True)
class Caller:
    sandbox: Sandbox
    person: Person

    @property
    def world(self) -> World:
        return self.sandbox.world

    def group(self, gid: int) -> Community:
        found = self.world.communities.get(NETWORK, gid)
        if found is None:
            raise OkError(PARAM_GROUP_ID)
        return found

    def administered(self, gid: int) -> Community:
        """Raises 50 for a group of somebody else's."""
        group = self.group(gid)
        if group.manager_id != self.person.id:
            raise OkError(NOT_ADMIN)
        return group

    def topic(self, topic_id: str) -> Message:
        """A topic of a group that the caller administers, if it is still there."""
        posts = (m for m in self.world.messages if m.network == NETWORK and m.kind is MessageKind.POST)
        found = next((m for m in posts if m.key == topic_id and not m.deleted), None)
        if found is None:
            raise OkError(NOT_FOUND)
        self.administered(found.owner_id)
        return found
