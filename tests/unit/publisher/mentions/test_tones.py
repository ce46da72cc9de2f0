"""The list of words guesses; what it is sure of is plain, and it is never upset by the rest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.publisher.mentions.rules.tones import Tone, is_thanks, tone_of


@pytest.mark.parametrize(
    ("text", "tone"),
    [
        ("Спасибо профсоюзу, очень помогли!", Tone.POSITIVE),
        ("Поздравляем коллектив с юбилеем", Tone.POSITIVE),
        ("Позор! Обещали премию и обманули", Tone.NEGATIVE),
        ("Ничего хорошего: не помогли", Tone.NEUTRAL),
        ("не помогли, бездействуют", Tone.NEGATIVE),
        ("нет нарушений", Tone.POSITIVE),
        ("Собрание в среду в 17:00", Tone.NEUTRAL),
        ("", Tone.NEUTRAL),
        ("радио передаёт", Tone.NEUTRAL),
    ],
)
def test_plain_words_are_understood(text: str, tone: Tone) -> None:
    assert tone_of(text) is tone


@pytest.mark.parametrize(
    ("text", "thanks"),
    [
        ("Благодарим за поддержку", True),
        ("СПАСИБО!!!", True),
        ("Не благодарите", False),
        ("Без благодарности обойдёмся", False),
        ("Когда будет премия?", False),
    ],
)
def test_thanks_are_known(text: str, *, thanks: bool) -> None:
    assert is_thanks(text) is thanks


@given(st.text(max_size=500))
def test_any_text_has_a_tone(text: str) -> None:
    assert tone_of(text) in Tone
    assert tone_of(text.upper()) in Tone
