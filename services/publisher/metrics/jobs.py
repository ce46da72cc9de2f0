"""What the networks count, asked once a day, and what they tell between."""

from services.publisher.metrics.actions.hearing import hear_membership, hear_reactions
from services.publisher.metrics.actions.measuring import measure_channel
from services.publisher.metrics.actions.polls import ask_poll, hear_vote
from shared.consumers import Consumer, consumes, performs
from shared.contracts.publisher import (
    ChannelMeasureDue,
    MembershipHeard,
    PollAskDue,
    PollVoteHeard,
    ReactionsHeard,
)


def consumers() -> list[Consumer]:
    return [
        performs(ChannelMeasureDue, measure_channel),
        consumes(MembershipHeard, hear_membership),
        consumes(ReactionsHeard, hear_reactions),
        consumes(PollVoteHeard, hear_vote),
        performs(PollAskDue, ask_poll),
    ]
