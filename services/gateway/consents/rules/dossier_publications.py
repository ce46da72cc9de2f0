"""What a person's file calls their part in what the union published."""

from collections.abc import Mapping
from typing import Final

from services.gateway.consents.rules import dossier_values as values
from services.gateway.consents.rules.dossier_columns import Column, Form, Kind

PUBLISHED: Final[Mapping[str, Kind]] = {
    "publications_authored": Kind(
        "Публикации от вашего имени",
        {
            "published_at": Column("Вышла", Form.MOMENT),
            "kind": Column("Вид", values=values.PUBLICATION_KINDS),
            "title": Column("Заголовок"),
            "text": Column("Текст"),
        },
    ),
    "publications_reviewed": Kind(
        "Публикации, которые вы согласовывали",
        {
            "created_at": Column("Когда", Form.MOMENT),
            "verdict": Column("Что сделано", values=values.REVIEWS),
            "comment": Column("Замечание"),
        },
    ),
    "acknowledgements": Kind("С чем вы ознакомились", {"acknowledged_at": Column("Когда", Form.MOMENT)}),
}
