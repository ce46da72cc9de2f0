"""Who calls VK: a community by its own token, or a person, who may manage communities."""

import re
from dataclasses import dataclass

from deploy.sandbox.limits import Rate
from deploy.sandbox.networks.vk.errors import ACCESS, GROUP_AUTHORIZATION, PARAMETER, TOO_MANY, VkError
from deploy.sandbox.networks.vk.views import NETWORK
from deploy.sandbox.records import Community, Credential, CredentialKind, Person
from deploy.sandbox.sandbox import Sandbox
from deploy.sandbox.world import World

PER_USER = Rate(per_second=3, burst=3)
PER_COMMUNITY = Rate(per_second=20, burst=20)


@dataclass(frozen=True)
class Caller:
    sandbox: Sandbox
    credential: Credential

    @property
    def world(self) -> World:
        return self.sandbox.world

    @property
    def is_community(self) -> bool:
        return self.credential.kind is CredentialKind.COMMUNITY

    def hold_to_limits(self) -> None:
        rate = PER_COMMUNITY if self.is_community else PER_USER
        if self.sandbox.limits.take(f"vk:{self.credential.token}", rate) is not None:
            raise VkError(TOO_MANY)

    def person(self) -> Person:
        """The person whose token it is. Raises 27 for a community's token."""
        if self.is_community:
            raise VkError(GROUP_AUTHORIZATION)
        found = self.world.people.get(NETWORK, self.credential.subject_id)
        if found is None:
            raise VkError(ACCESS)
        return found

    def own_community(self) -> Community:
        """The community whose token it is. Raises 15 for a person's token."""
        if not self.is_community:
            raise VkError(ACCESS, "method is available with community token only")
        return self.community(self.credential.subject_id)

    def community(self, group_id: int) -> Community:
        found = self.world.communities.get(NETWORK, group_id)
        if found is None:
            raise VkError(PARAMETER, "group_id is invalid")
        return found

    def community_named(self, name: str) -> Community:
        """By id, by short name, or by the short name that every community has: club<id>."""
        numbered = re.fullmatch(r"(?:club|public)?(\d+)", name)
        if numbered is not None:
            return self.community(int(numbered.group(1)))
        found = self.world.community_by_handle(NETWORK, name)
        if found is None:
            raise VkError(PARAMETER, "group_id is invalid")
        return found

    def manages(self, community: Community) -> bool:
        if self.is_community:
            return self.credential.subject_id == community.id
        return self.credential.subject_id == community.manager_id

    def managed(self, group_id: int, code: int = ACCESS) -> Community:
        """The community, if the caller may act for it. Raises `code` if not."""
        community = self.community(group_id)
        if not self.manages(community):
            raise VkError(code)
        return community
