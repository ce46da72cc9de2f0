"""What the people room hears: codes that bots were sent, what networks say of invitations; and its long work, imports."""

from services.gateway.people.actions import take_link_code
from services.gateway.people.actions.importing import IMPORT_KIND, ImportChunks
from services.gateway.people.actions.joining import keep_community_link, note_community_joined
from shared.consumers import Consumer, consumes
from shared.contracts.publisher import CommunityInvitationMade, CommunityJoined, LinkCodeReceived
from shared.jobs import Chunk


def consumers() -> list[Consumer]:
    return [
        consumes(LinkCodeReceived, take_link_code),
        consumes(CommunityInvitationMade, keep_community_link),
        consumes(CommunityJoined, note_community_joined),
    ]


def job_kinds() -> dict[str, Chunk]:
    return {IMPORT_KIND: ImportChunks()}
