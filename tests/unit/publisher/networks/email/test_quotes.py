"""Quotations as mail programs write them are left out of the text; nothing that somebody wrote is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.publisher.networks.email.quotes import without_quotes
from services.publisher.networks.email.texts import tidied, words_of_html

OWN = "Добрый день! Да, премию заплатили.\n\nС уважением,\nАнна Серова"

MAIL_RU = f"""{OWN}


Понедельник, 23 ноября 2026, 10:15 +03:00 от Профсоюз <press@union.example>:

>Здравствуйте, Анна!
>
>Мы написали в бухгалтерию.
> """
YANDEX = f"""{OWN}

23.11.2026, 10:15, "Профсоюз" <press@union.example>:
> Здравствуйте, Анна!
>
> Мы написали в бухгалтерию."""
YANDEX_WITH_HEADERS = f"""{OWN}

----------------
Кому: Анна Серова (anna@yandex.example);
Тема: Заявление;
23.11.2026, 10:15, "Профсоюз" <press@union.example>:
Здравствуйте, Анна!

Мы написали в бухгалтерию."""
OUTLOOK = f"""{OWN}

________________________________
От: Профсоюз <press@union.example>
Отправлено: 23 ноября 2026 г. 10:15
Кому: Серова Анна
Тема: RE: Заявление

Здравствуйте, Анна!

Мы написали в бухгалтерию."""
OUTLOOK_ON_A_DESK = f"""{OWN}

From: Профсоюз [mailto:press@union.example]
Sent: Monday, November 23, 2026 10:15 AM
To: Серова Анна
Cc: Отдел кадров
Subject: RE: Заявление

Здравствуйте, Анна!"""
OUTLOOK_OF_OLD = f"""{OWN}

-----Исходное сообщение-----
От: Профсоюз
Здравствуйте, Анна!"""
GMAIL = f"""{OWN}

пн, 23 нояб. 2026 г. в 10:15, Профсоюз <press@union.example>:

> Здравствуйте, Анна!
>
> Мы написали в бухгалтерию.
>"""
GMAIL_BROKEN_IN_TWO = f"""{OWN}

пн, 23 нояб. 2026 г. в 10:15, Профессиональный союз работников завода
<press@union.example>:

> Здравствуйте, Анна!"""
GMAIL_IN_ENGLISH = f"""{OWN}

On Mon, Nov 23, 2026 at 10:15 AM Union <press@union.example> wrote:
> Здравствуйте, Анна!"""
APPLE = f"""{OWN}

> 23 нояб. 2026 г., в 10:15, Профсоюз <press@union.example> написал(а):
>
> Здравствуйте, Анна!"""
THUNDERBIRD = f"""{OWN}

23.11.2026 10:15, Профсоюз пишет:
> Здравствуйте, Анна!"""
LETTERS = {
    "mail.ru": MAIL_RU,
    "yandex": YANDEX,
    "yandex with headers": YANDEX_WITH_HEADERS,
    "outlook": OUTLOOK,
    "outlook on a desk": OUTLOOK_ON_A_DESK,
    "outlook of old": OUTLOOK_OF_OLD,
    "gmail": GMAIL,
    "gmail broken in two": GMAIL_BROKEN_IN_TWO,
    "gmail in English": GMAIL_IN_ENGLISH,
    "apple": APPLE,
    "thunderbird": THUNDERBIRD,
}


@pytest.mark.parametrize("program", LETTERS)
def test_each_programs_quotation_goes_and_the_answer_stays(program: str) -> None:
    assert without_quotes(LETTERS[program]) == OWN


@pytest.mark.parametrize("program", LETTERS)
def test_a_letter_of_nothing_but_a_quotation_stays_whole(program: str) -> None:
    quotation = LETTERS[program].removeprefix(OWN).strip()
    assert without_quotes(quotation) == quotation


def test_an_answer_below_and_between_stays() -> None:
    letter = """23.11.2026, 10:15, "Профсоюз" <press@union.example>:
> Вы были на собрании?

Была.

> А на втором?

Нет, болела."""
    assert without_quotes(letter) == "Была.\n\n\nНет, болела."


@pytest.mark.parametrize(
    "letter",
    [
        "Собрание 23.11.2026 в 10:15, вопросы на press@union.example:\n1. Премия\n2. Отпуск",
        "От: меня\nКому: вам\nпросьба разобраться",
        "В приказе сказано:\n> Премию не платить\nЭто законно?",
        "Тема: отпуск\n____________\nНе дают отпуск",
        "Обращались 12 марта 2026, ответа нет\n> никакого",
    ],
)
def test_what_only_looks_like_a_quotation_stays(letter: str) -> None:
    assert without_quotes(letter) == letter


HTML = {
    "mail.ru": """<html><body><p>Премию заплатили.</p><br><blockquote style="border-left:1px solid #0857A6">
Понедельник, 23 ноября 2026, 10:15 +03:00 от Профсоюз &lt;press@union.example&gt;:<br>&nbsp;
<div><p>Здравствуйте, Анна!</p></div></blockquote></body></html>""",
    "yandex": """<div>Премию заплатили.</div><div>&nbsp;</div><div>23.11.2026, 10:15, "Профсоюз"
&lt;<a href="mailto:press@union.example">press@union.example</a>&gt;:</div><blockquote><p>Здравствуйте!</p></blockquote>""",
    "outlook": """<html><head><style>p.MsoNormal {margin:0}</style></head><body><p class="MsoNormal">Премию заплатили.</p>
<div style="border-top:solid #E1E1E1 1.0pt"><p class="MsoNormal"><b>От:</b> Профсоюз &lt;press@union.example&gt;<br>
<b>Отправлено:</b> 23 ноября 2026 г. 10:15<br><b>Кому:</b> Серова Анна<br><b>Тема:</b> RE: Заявление</p></div>
<p class="MsoNormal">Здравствуйте, Анна!</p></body></html>""",
    "gmail": """<div dir="ltr">Премию заплатили.</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">
пн, 23 нояб. 2026 г. в 10:15, Профсоюз &lt;<a href="mailto:press@union.example">press@union.example</a>&gt;:<br></div>
<blockquote class="gmail_quote"><div>Здравствуйте, Анна!</div></blockquote></div>""",
}


@pytest.mark.parametrize("program", HTML)
def test_the_same_in_html(program: str) -> None:
    assert without_quotes(tidied(words_of_html(HTML[program]))) == "Премию заплатили."


LINES = st.lists(
    st.sampled_from(
        [
            *OWN.split("\n"),
            "> цитата",
            "",
            "________________________________",
            '23.11.2026, 10:15, "Профсоюз" <press@union.example>:',
            "От: Профсоюз <press@union.example>",
            "Отправлено: 23 ноября 2026 г. 10:15",
            "Кому: Анна",
            "> Понедельник, 23 ноября 2026, 10:15 +03:00 от Профсоюз <press@union.example>:",
        ]
    ),
    max_size=12,
)


@given(st.one_of(LINES.map("\n".join), st.text(max_size=400)))
def test_what_stays_was_there_in_this_order_and_never_nothing(text: str) -> None:
    own = without_quotes(text)
    lines = iter(text.split("\n"))
    assert own == text or all(any(line.strip() == there.strip() for there in lines) for line in own.split("\n"))
    assert bool(own.strip()) == bool(text.strip())


@given(st.text(alphabet=st.characters(exclude_characters=">:@-_"), max_size=400))
def test_a_text_without_any_sign_of_a_quotation_is_as_it_was(text: str) -> None:
    assert without_quotes(text) == text


def test_an_endless_line_is_no_trap() -> None:
    line = "23.11.2026, 10:15, " + "a" * 300_000
    assert without_quotes(f"{line}\n{line}") == f"{line}\n{line}"
