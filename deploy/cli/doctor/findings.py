"""What a check says: how it stands, in a few words, and what to do."""

from dataclasses import dataclass
from enum import StrEnum


class Health(StrEnum):
    WELL = "well"
    NOTICE = "notice"  # works, and somebody should look at it
    TROUBLE = "trouble"


@dataclass(frozen=True)
class Finding:
    what: str
    health: Health
    told: str
    advice: str = ""


def well(what: str, told: str) -> Finding:
    return Finding(what, Health.WELL, told)


def notice(what: str, told: str, advice: str) -> Finding:
    return Finding(what, Health.NOTICE, told, advice)


def trouble(what: str, told: str, advice: str) -> Finding:
    return Finding(what, Health.TROUBLE, told, advice)
