"""What a person's file calls the greetings that the union made for them."""

from collections.abc import Mapping
from typing import Final

from services.gateway.consents.rules.dossier_columns import Column, Form, Kind

GREETED: Final[Mapping[str, Kind]] = {
    "occasions": Kind(
        "Ваш день среди поводов для поздравлений",
        {
            "title": Column("Повод"),
            "greeting": Column("Слова на открытке"),
            "text": Column("Текст"),
            "next_on": Column("Следующий раз", Form.DAY),
            "created_at": Column("Внесено", Form.MOMENT),
        },
    ),
    "cards": Kind(
        "Открытки вам",
        {
            "created_at": Column("Когда", Form.MOMENT),
            "person": Column("Имя на открытке"),
            "enterprise": Column("Место работы на открытке"),
            "greeting": Column("Слова"),
        },
    ),
    "card_pictures": Kind("Их картинки", {"created_at": Column("Когда", Form.MOMENT), "alt_text": Column("Описание")}),
    "publications_about": Kind(
        "Публикации с этими открытками",
        {
            "published_at": Column("Вышла", Form.MOMENT),
            "title": Column("Заголовок"),
            "text": Column("Текст"),
        },
    ),
    "publication_variants_about": Kind("Их слова для отдельных сетей", {"text": Column("Текст")}),
    "publication_own_words_about": Kind("Их слова от тех, чей это канал", {"own_text": Column("Текст")}),
}
