"""The notice-board sheet: nothing overflows, the paper is A4, the code is the link's, the PDF can be searched."""

import io
import re
import zlib
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from PIL import Image

from services.publisher.cards.actions.codes import squares_of
from services.publisher.cards.actions.drawing import PIXELS, print_card, render_card
from services.publisher.cards.actions.printing import SAMPLES
from services.publisher.cards.actions.sheet import MARGIN, SCALES, SHEET, SHEET_ZOOM, compose_sheet
from services.publisher.cards.rules.colours import Branding
from services.publisher.cards.rules.templates import SHEET_LIMIT, CardField, CardSize, CardTemplate
from services.publisher.cards.rules.texts import CardTexts, Signature, TextTooLong, checked
from tests.properties import examples
from tests.unit.publisher.cards.examples import WORDS, cards

SHEETS = CardTemplate.SHEET
SAMPLE = SAMPLES[SHEETS]
POINTS = re.compile(rb"/MediaBox \[ ([\d. ]+) \]")


def assert_inside(card: CardTexts) -> None:
    sheet = compose_sheet(card)
    for line in sheet.lines:
        assert line.left >= MARGIN - 0.01
        assert line.left + line.width <= SHEET[0] - MARGIN + 0.01
        assert line.top > 0
        assert line.bottom <= SHEET[1] - MARGIN / 2
        if line.role in {"on_ground", "gilt_on_ground"}:
            assert line.bottom <= sheet.band
            assert line.left + line.width <= sheet.logo.left or line.top >= sheet.logo.top + sheet.logo.height
        else:
            assert line.top >= sheet.band
        if sheet.code is not None and line.top > sheet.rule and line.bottom <= sheet.code.top + sheet.code.height:
            assert line.left + line.width <= sheet.code.left
    body = [line for line in sheet.lines if line.role == "ink" and line.bottom < sheet.rule]
    assert all(above.bottom <= below.top + 0.01 for above, below in pairwise(body))


@settings(max_examples=examples(12))
@given(card=cards(SHEETS))
def test_prose_of_any_allowed_length_fits(card: CardTexts) -> None:
    assert_inside(checked(card, SHEETS))


@settings(max_examples=examples(8))
@given(card=cards(SHEETS, monstrous=True))
def test_words_of_sixty_letters_are_divided_or_refused(card: CardTexts) -> None:
    try:
        assert_inside(checked(card, SHEETS))
    except TextTooLong:
        return


def test_all_limits_at_once_fit() -> None:
    prose = " ".join(WORDS * 40)
    signature = Signature(prose[30:149], prose[7:126])
    texts: dict[str, Any] = {CardField.TITLE: prose[:149], CardField.TIME: prose[3:62], CardField.PLACE: prose[5:124]}
    card = CardTexts(
        "", None, prose[: SHEET_LIMIT - 1].strip(), signature, **texts, link="https://union.test/l/7h3kq2m"
    )
    assert_inside(checked(card, SHEETS))


def test_type_shrinks_as_texts_grow() -> None:
    words = "Приглашаем членов профсоюза на открытую встречу с юристом. "
    sizes = [
        max(line.size for line in compose_sheet(checked(_with_greeting(words * count), SHEETS)).lines)
        for count in (1, 8, 16, 25)
    ]
    assert sizes == sorted(sizes, reverse=True)
    assert (sizes[0], sizes[-1]) == (SCALES[0][0], sizes[-1])
    assert sizes[-1] < sizes[0]


def test_a_sheet_is_a4_in_both_forms() -> None:
    with Image.open(io.BytesIO(render_card(SAMPLE, SHEETS, CardSize.SHEET, Branding()))) as picture:
        assert picture.size == PIXELS[CardSize.SHEET] == (2480, 3508)  # 300 dots per inch
    found = POINTS.search(print_card(SAMPLE, Branding()))
    assert found is not None
    millimetres = [float(number) / 72 * 25.4 for number in found[1].split()]
    assert millimetres == pytest.approx([0, 0, 210, 297], abs=0.1)


def test_the_code_on_paper_is_the_links() -> None:
    squares = squares_of(SAMPLE.link)
    box = compose_sheet(checked(SAMPLE, SHEETS)).code
    assert box is not None
    one = box.width / (len(squares) + 8)
    with Image.open(io.BytesIO(render_card(SAMPLE, SHEETS, CardSize.SHEET, Branding()))) as picture:
        grey = picture.convert("L")
        seen = [
            [
                grey.getpixel(
                    (
                        round((box.left + (column + 4.5) * one) * SHEET_ZOOM),
                        round((box.top + (row + 4.5) * one) * SHEET_ZOOM),
                    )
                )
                for column in range(len(squares))
            ]
            for row in range(len(squares))
        ]
    assert [[isinstance(value, int) and value < 128 for value in row] for row in seen] == [list(row) for row in squares]


def test_the_pdf_is_the_same_each_time_and_holds_the_link_and_letters_that_can_be_searched() -> None:
    printed = print_card(SAMPLE, Branding())
    assert printed == print_card(SAMPLE, Branding())
    assert SAMPLE.link.encode() in printed
    maps = [_unpacked(stream) for stream in re.findall(rb"stream\r?\n(.*?)endstream", printed, re.DOTALL)]
    letters = " ".join(each.decode("latin-1") for each in maps if b"beginbf" in each)
    assert f"<{ord('Ш'):04X}>" in letters  # the shapes say which letters they are


def test_a_logo_stands_in_the_pdf() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (64, 64), (170, 30, 40, 255)).save(out, "PNG")
    assert b"/Subtype /Image" in print_card(SAMPLE, Branding(logo=out.getvalue()))
    assert b"/Subtype /Image" not in print_card(SAMPLE, Branding())


def _with_greeting(greeting: str) -> CardTexts:
    return CardTexts("", None, greeting[:1500], SAMPLE.signed_by, title=SAMPLE.title, link=SAMPLE.link)


def _unpacked(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream.strip(b"\r\n"))
    except zlib.error:
        return b""
