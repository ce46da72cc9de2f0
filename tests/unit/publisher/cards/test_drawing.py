"""The picture: its size, its letters where they were measured, nothing read, nothing injected."""

import io
import pickle
import re
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont
from resvg_py import svg_to_bytes

from services.publisher.cards.actions.drawing import PIXELS, card_svg, check_card, draw, render_card
from services.publisher.cards.actions.layouts import compose
from services.publisher.cards.actions.printing import SAMPLES
from services.publisher.cards.actions.sheet import MARGIN, SHEET
from services.publisher.cards.actions.typefaces import CAP_HEIGHT, Face
from services.publisher.cards.rules.colours import Branding
from services.publisher.cards.rules.templates import TEMPLATES, CardSize, CardTemplate
from services.publisher.cards.rules.texts import (
    DRAWABLE,
    CardTexts,
    CharacterNotDrawable,
    Signature,
    TextTooLong,
    checked,
)
from tests.properties import examples
from tests.unit.publisher.cards.examples import CARD, PICTURES, cards

JUBILEE = CardTemplate.JUBILEE
EVERY = [(template, size) for template, rules in TEMPLATES.items() for size in rules.sizes]
HOSTILE = st.lists(
    st.sampled_from(
        [
            "</text>",
            '<image href="/etc/passwd"/>',
            "<use xlink:href='#ground'/>",
            "&lt;",
            "&#0;",
            "<![CDATA[",
            "]]>",
            "$ground",
            "${texts}",
            "<!ENTITY a SYSTEM 'file:///etc/passwd'>",
            '" fill="url(http://a.test/)',
        ]
    ),
    min_size=1,
    max_size=3,
).map(" ".join)


@pytest.fixture(scope="module")
def processes() -> Iterator[Executor]:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as executor:
        yield executor


def shape(svg: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(element.tag, tuple(element.keys())) for element in ET.fromstring(svg) if not is_text(element)]  # noqa: S314


def is_text(element: ET.Element) -> bool:
    return element.tag.endswith("}text")


@pytest.mark.parametrize(("template", "size"), EVERY)
async def test_a_card_is_drawn_in_another_process_and_always_the_same(
    processes: Executor, template: CardTemplate, size: CardSize
) -> None:
    card = SAMPLES[template]
    drawn = await draw(processes, card, template, size, Branding())
    assert drawn == render_card(card, template, size, Branding())
    with Image.open(io.BytesIO(drawn)) as picture:
        assert (picture.format, picture.size) == ("PNG", PIXELS[size])


async def test_a_refusal_comes_back_whole_from_the_other_process(processes: Executor) -> None:
    with pytest.raises(CharacterNotDrawable) as raised:
        await draw(processes, replace(CARD, greeting="🎉"), JUBILEE, CardSize.POST, Branding())
    assert raised.value.errors[0].pointer == "/greeting"
    assert pickle.loads(pickle.dumps(raised.value)).errors == raised.value.errors  # noqa: S301 - our own bytes


@settings(max_examples=examples(10))
@given(text=HOSTILE)
def test_texts_are_never_markup(text: str) -> None:
    hostile = replace(CARD, enterprise=text[:150], greeting=text, signed_by=Signature(text[:120], text[:120]))
    svg = card_svg(hostile, JUBILEE, CardSize.STORY, Branding())
    assert [tag for tag, _ in shape(svg)] == [
        tag for tag, _ in shape(card_svg(CARD, JUBILEE, CardSize.STORY, Branding()))
    ]
    root = ET.fromstring(svg)  # noqa: S314 - the subject of the test
    texts = [element for element in root.iter() if is_text(element)]
    assert all(not list(element) for element in texts)
    assert all(set(element.keys()) == set(texts[0].keys()) for element in texts)
    assert {name for element in root.iter() for name in element.keys() if "href" in name} == set()  # noqa: SIM118
    said = "".join("".join(element.itertext()) for element in texts)
    assert re.sub(r"[\s-]", "", text) in re.sub(r"[\s-]", "", said)


@pytest.mark.parametrize(("template", "size"), EVERY)
def test_drawings_name_no_file_and_no_address(template: CardTemplate, size: CardSize) -> None:
    svg = card_svg(SAMPLES[template], template, size, Branding(logo=b"logo"))
    tags = {element.tag.rpartition("}")[2] for element in ET.fromstring(svg).iter()}  # noqa: S314 - the subject
    assert tags <= {"svg", "defs", "radialGradient", "stop", "rect", "path", "circle", "g", "text", "image"}
    assert re.findall(r'href="(.*?)"', svg) == ["data:image/png;base64,bG9nbw=="]
    assert re.findall(r"url\((?!#)|@import|<!(?!--)", svg) == []


@pytest.mark.parametrize("face", Face)
def test_every_allowed_character_is_in_every_typeface(face: Face) -> None:
    font = ImageFont.truetype(face.path, 40, layout_engine=ImageFont.Layout.BASIC)

    def glyph(character: str) -> bytes:
        image = Image.new("L", (80, 80))
        ImageDraw.Draw(image).text((10, 10), character, fill=255, font=font)
        return image.tobytes()

    missing = glyph("\U000f0000")
    assert glyph("工") == missing
    assert [character for character in sorted(DRAWABLE) if glyph(character) == missing] == []


WIDEST = CardTexts("ТУЛА АВТО УДАТА «ГТАУ»" * 5, 100, "Та уда Тула гад Ата " * 15, Signature("Щ" * 50, "AVATAR To" * 5))
TALLEST = CardTexts("W" * 60, 1, "шЩ" * 60, Signature("j" * 60))


def painted_box(svg: str, texts: list[str]) -> tuple[float, float, float, float]:
    """Where the letters really are, in the drawing's own units."""
    opening = svg[: svg.index(">") + 1]
    paint = svg_to_bytes(
        svg_string=f"{opening}{''.join(texts)}</svg>",
        skip_system_fonts=True,
        font_files=[face.path for face in Face],
    )
    with Image.open(io.BytesIO(paint)) as picture:
        painted = picture.getbbox()
    assert painted is not None
    return painted


def assert_painted_inside(card: CardTexts, template: CardTemplate, size: CardSize) -> None:
    layout = compose(checked(card, template), template, size).layout
    svg = card_svg(card, template, size, Branding())
    texts = re.findall(r"<text .*?</text>", svg[svg.index('fill-opacity="0.55"/>\n  <rect') :])  # on the paper
    left, top, right, bottom = painted_box(svg, texts)
    box = layout.text_box
    overhang = 0.06 * layout.heading  # of a letter's outline beyond its own width
    assert box.left - overhang <= left
    assert right <= box.left + box.width + overhang
    assert box.top <= top + layout.heading * 0.2  # the accents of capitals and the quotes rise above them
    assert bottom <= box.top + box.height + 1


@pytest.mark.parametrize("size", PICTURES)
@pytest.mark.parametrize("card", [CARD, WIDEST, TALLEST])
def test_painted_letters_stay_where_they_were_measured(card: CardTexts, size: CardSize) -> None:
    assert_painted_inside(card, JUBILEE, size)


@pytest.mark.parametrize(("template", "size"), [pair for pair in EVERY if pair[1] in PICTURES])
@settings(max_examples=examples(2))
@given(data=st.data())
def test_painted_letters_stay_on_the_paper_at_every_length(
    template: CardTemplate, size: CardSize, data: st.DataObject
) -> None:
    assert_painted_inside(data.draw(cards(template)), template, size)


@settings(max_examples=examples(2))
@given(card=cards(CardTemplate.SHEET))
def test_painted_letters_stay_on_the_sheet_at_every_length(card: CardTexts) -> None:
    svg = card_svg(card, CardTemplate.SHEET, CardSize.SHEET, Branding())
    left, top, right, bottom = painted_box(svg, re.findall(r"<text .*?</text>", svg))
    assert left >= MARGIN - 8
    assert right <= SHEET[0] - MARGIN + 8
    assert top >= MARGIN
    assert bottom <= SHEET[1] - MARGIN / 2


@pytest.mark.parametrize("years", [1, 8, 75, 111, 400, 999])
@pytest.mark.parametrize("greeting", ["Ура!", "Желаем здоровья и новых побед! " * 12])
def test_the_number_stays_in_its_disc_and_out_of_the_buttons(years: int, greeting: str) -> None:
    card = replace(CARD, years=years, greeting=greeting)
    for size in PICTURES:
        emblem = compose(checked(card), JUBILEE, size).layout.emblem
        svg = card_svg(card, JUBILEE, size, Branding())
        place = r'<text x="([\d.]+)" y="([\d.]+)"[^>]* font-size="([\d.]+)"[^>]* textLength="([\d.]+)"'
        numbers = re.findall(place, svg)[:2]
        for left, baseline, type_size, width in (map(float, found) for found in numbers):
            assert max(emblem.x - left, left + width - emblem.x) <= emblem.radius * 0.8
            assert abs(baseline - emblem.y) <= emblem.radius * 0.8
            assert size is not CardSize.STORY or baseline - type_size * CAP_HEIGHT >= 250


def test_a_card_that_one_size_cannot_hold_is_refused() -> None:
    wide = CardTexts("Щ" * 150, 75, "Щ" * 400, Signature("Щ" * 50, "Щ" * 50))
    compose(checked(wide), JUBILEE, CardSize.POST)
    with pytest.raises(TextTooLong):
        check_card(wide, JUBILEE)
    check_card(CARD, JUBILEE)


@settings(max_examples=examples(6))
@given(accent=st.integers(0, 0xFFFFFF).map("#{:06X}".format))
def test_every_accent_fills_the_template(accent: str) -> None:
    assert "$" not in card_svg(CARD, JUBILEE, CardSize.POST, Branding(accent))
