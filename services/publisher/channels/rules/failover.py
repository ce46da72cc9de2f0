"""Which channel may stand in for another: of the same organization or below it, and never in a circle."""

from collections.abc import Sequence
from uuid import UUID

from shared.errors import Invalid

LONGEST_CHAIN = 5  # a channel, the one that stands in for it, the one that stands in for that one, ...


class FailoverRefused(Invalid):
    code = "channel.failover_refused"
    title = {
        "ru": "Этот канал не может заменить другой",
        "en": "This channel cannot stand in for the other",
    }


def check_failover(channel_id: UUID, chain: Sequence[UUID], *, is_below: bool) -> None:
    """Whether the first of `chain`, behind which stand those that stand in for it, may stand in for `channel_id`.

    `is_below`: its organization is the channel's, or stands below it, so that whoever may publish in the one may publish
    in the other. Raises FailoverRefused.
    """
    if channel_id in chain:
        raise FailoverRefused(
            {"ru": "Каналы заменяли бы друг друга по кругу", "en": "The channels would stand in for each other"}
        )
    if len(chain) >= LONGEST_CHAIN:
        raise FailoverRefused(
            {
                "ru": f"Друг за другом стоят не больше {LONGEST_CHAIN} каналов",
                "en": f"At most {LONGEST_CHAIN} channels stand behind each other",
            }
        )
    if not is_below:
        raise FailoverRefused(
            {
                "ru": "Заменить может канал той же организации или нижестоящей",
                "en": "It has to be a channel of the same organization, or of one below it",
            }
        )
