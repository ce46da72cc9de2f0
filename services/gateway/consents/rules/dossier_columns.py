"""What a column of a person's file is: its heading, and how its values are written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

from services.gateway.consents.rules.dossier_values import Values


class Form(Enum):
    """How a value is written."""

    PLAIN = auto()
    MOMENT = auto()
    DAY = auto()
    DAY_OF_YEAR = auto()  # 05-20
    CLOCK = auto()  # 22:00:00
    NAME = auto()  # of the row whose id it is
    OPERATION = auto()


@dataclass(frozen=True)
class Column:
    """`values` has the words for what stands in it, also inside of lists and mappings."""

    heading: str
    form: Form = Form.PLAIN
    values: Values = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class Kind:
    title: str
    columns: Mapping[str, Column]
