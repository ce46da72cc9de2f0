"""What the networks told of the world's answers, and feeds of others that are asked."""

from services.publisher.mentions.actions.asking import ask_feed
from services.publisher.mentions.actions.hearing import hear_answer
from shared.consumers import Consumer, consumes, performs
from shared.contracts.publisher import AnswerHeard, WatchedFeedDue


def consumers() -> list[Consumer]:
    return [consumes(AnswerHeard, hear_answer), performs(WatchedFeedDue, ask_feed)]
