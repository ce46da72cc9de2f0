"""What the networks told of the world's answers."""

from services.publisher.mentions.actions.hearing import hear_answer
from shared.consumers import Consumer, consumes
from shared.contracts.publisher import AnswerHeard


def consumers() -> list[Consumer]:
    return [consumes(AnswerHeard, hear_answer)]
