"""Plans whose day draws near."""

from services.publisher.plans.actions.occurrences import make_occurrence
from shared.consumers import Consumer, consumes
from shared.contracts.publisher import PlanDue


def consumers() -> list[Consumer]:
    return [consumes(PlanDue, make_occurrence)]
