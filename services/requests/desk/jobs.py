"""The desk's consumers."""

from services.requests.desk.actions.delivery import record_delivery
from services.requests.desk.actions.notifying import remind_of_first_answer
from shared.consumers import Consumer, consumes
from shared.contracts.publisher import DirectMessageDelivery
from shared.contracts.requests import FirstAnswerDue


def consumers() -> list[Consumer]:
    return [consumes(DirectMessageDelivery, record_delivery), consumes(FirstAnswerDue, remind_of_first_answer)]
