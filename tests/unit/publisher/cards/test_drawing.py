"""The picture: its size, its letters where they were measured, nothing read, nothing injected."""

import io
import pickle
import re
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import replace
from importlib.resources import files
from multiprocessing import get_context
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont
from resvg_py import svg_to_bytes

from services.publisher.cards.actions.drawing import PIXELS, card_svg, check_card, draw, render_card
from services.publisher.cards.actions.layouts import compose
from services.publisher.cards.actions.typefaces import CAP_HEIGHT, Face
from services.publisher.cards.rules.colours import Branding
from services.publisher.cards.rules.texts import (
    DRAWABLE,
    CardSize,
    CardTemplate,
    CardTexts,
    CharacterNotDrawable,
    Signature,
    TextTooLong,
    checked,
)
from tests.unit.publisher.cards.examples import CARD

JUBILEE = CardTemplate.JUBILEE
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


@pytest.mark.parametrize("size", CardSize)
async def test_a_card_is_drawn_in_another_process_and_always_the_same(processes: Executor, size: CardSize) -> None:
    drawn = await draw(processes, CARD, JUBILEE, size, Branding())
    assert drawn == render_card(CARD, JUBILEE, size, Branding())
    with Image.open(io.BytesIO(drawn)) as picture:
        assert (picture.format, picture.size) == ("PNG", PIXELS[size])


async def test_a_refusal_comes_back_whole_from_the_other_process(processes: Executor) -> None:
    with pytest.raises(CharacterNotDrawable) as raised:
        await draw(processes, replace(CARD, greeting="🎉"), JUBILEE, CardSize.POST, Branding())
    assert raised.value.errors[0].pointer == "/greeting"
    assert pickle.loads(pickle.dumps(raised.value)).errors == raised.value.errors  # noqa: S301 - our own bytes


@settings(max_examples=40, deadline=None)
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


def test_templates_name_no_file_and_no_address() -> None:
    folder = files("services.publisher.cards.actions") / "templates"
    for template in CardTemplate:
        svg = (folder / f"{template}.svg").read_text("utf-8")
        root = ET.fromstring(re.sub(r"\$\{?\w+\}?", "0", svg))  # noqa: S314 - our own file
        tags = {element.tag.rpartition("}")[2] for element in root.iter()}
        assert tags <= {"svg", "defs", "radialGradient", "stop", "rect", "path", "circle", "g"}
        assert re.findall(r"href|url\((?!#)|@import|<!", svg.replace("<!--", "")) == []


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


@pytest.mark.parametrize("size", CardSize)
@pytest.mark.parametrize(
    "card",
    [
        CARD,
        CardTexts("ТУЛА АВТО УДАТА «ГТАУ»" * 5, 100, "Та уда Тула гад Ата " * 15, Signature("Щ" * 50, "AVATAR To" * 5)),
        CardTexts("W" * 60, 1, "шЩ" * 60, Signature("j" * 60)),
    ],
)
def test_painted_letters_stay_where_they_were_measured(card: CardTexts, size: CardSize) -> None:
    layout = compose(checked(card), JUBILEE, size).layout
    svg = card_svg(card, JUBILEE, size, Branding())
    opening = svg[: svg.index(">") + 1]
    _, _, *texts = re.findall(r"<text .*</text>", svg)  # the first two are the emblem's
    paint = svg_to_bytes(
        svg_string=f"{opening}{''.join(texts)}</svg>",
        skip_system_fonts=True,
        font_files=[face.path for face in Face],
    )
    with Image.open(io.BytesIO(paint)) as picture:
        painted = picture.getbbox()
    assert painted is not None
    left, top, right, bottom = painted
    box = layout.text_box
    overhang = 0.06 * layout.heading  # of a letter's outline beyond its own width
    assert box.left - overhang <= left
    assert right <= box.left + box.width + overhang
    assert box.top <= top + layout.heading * 0.2  # the accents of capitals and the quotes rise above them
    assert bottom <= box.top + box.height + 1


@pytest.mark.parametrize("years", [1, 8, 75, 111, 400, 999])
@pytest.mark.parametrize("greeting", ["Ура!", "Желаем здоровья и новых побед! " * 12])
def test_the_number_stays_in_its_disc_and_out_of_the_buttons(years: int, greeting: str) -> None:
    card = replace(CARD, years=years, greeting=greeting)
    for size in CardSize:
        emblem = compose(checked(card), JUBILEE, size).layout.emblem
        svg = card_svg(card, JUBILEE, size, Branding())
        numbers = re.findall(r'<text x="([\d.]+)" y="([\d.]+)".* font-size="([\d.]+)".* textLength="([\d.]+)"', svg)[:2]
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


@settings(max_examples=25, deadline=None)
@given(accent=st.integers(0, 0xFFFFFF).map("#{:06X}".format))
def test_every_accent_fills_the_template(accent: str) -> None:
    assert "$" not in card_svg(CARD, JUBILEE, CardSize.POST, Branding(accent))
