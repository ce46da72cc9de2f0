"""Personal invitations: into membership, or into a network's community; each good for one person."""

import hashlib
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from shared.errors import Conflict, Gone, Invalid

GOOD_FOR: Final = timedelta(days=30)
TELLING: Final = frozenset({"telegram"})
"""Networks that say by which link somebody joined (docs of `chat_member`: `invite_link`)."""


class InvitationKind(StrEnum):
    """What somebody is invited into.

    `membership`: the union; `community`: its community in a network.
    """

    MEMBERSHIP = "membership"
    COMMUNITY = "community"


class InvitationState(StrEnum):
    """How far an invitation came.

    `sent`: handed over; `opened`: its link was opened; `joined`: they turned to the union, or came into the
    community; `expired`: its time is over; `revoked`: somebody took it back.
    """

    SENT = "sent"
    OPENED = "opened"
    JOINED = "joined"
    EXPIRED = "expired"
    REVOKED = "revoked"


class InvitationOver(Gone):
    code = "invitation.over"
    title = {
        "ru": "Приглашение уже использовано, отозвано или истекло",
        "en": "The invitation is used, revoked or over",
    }


class ConsentNeeded(Invalid):
    code = "invitation.consent_needed"
    title = {"ru": "Без согласия на обработку данных вступить нельзя", "en": "Nobody is taken in without consent"}


class ChannelNeeded(Invalid):
    code = "invitation.channel_needed"
    title = {"ru": "Укажите канал сообщества", "en": "Name the channel of the community"}


class NotForJoining(Conflict):
    code = "invitation.not_for_joining"
    title = {"ru": "В сообщество вступают в самой сети, по ссылке", "en": "A community is joined in the network itself"}


def state_of(
    now: datetime,
    *,
    expires_at: datetime,
    opened_at: datetime | None,
    joined_at: datetime | None,
    revoked_at: datetime | None,
) -> InvitationState:
    if joined_at is not None:
        return InvitationState.JOINED
    if revoked_at is not None:
        return InvitationState.REVOKED
    if now >= expires_at:
        return InvitationState.EXPIRED
    return InvitationState.SENT if opened_at is None else InvitationState.OPENED


def untold_by(network: str) -> str | None:
    """Why a network leaves it open who joined; None for those that tell."""
    return None if network in TELLING else "network_does_not_tell"


def secret_hash(secret: UUID) -> bytes:
    """What is kept of a link: 128 random bits need no slow hash."""
    return hashlib.sha256(secret.bytes).digest()
