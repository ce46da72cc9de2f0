"""Every text stands inside its box, at every length, on every template."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.publisher.cards.actions.drawing import PIXELS
from services.publisher.cards.actions.layouts import LAYOUTS, Composition, compose
from services.publisher.cards.actions.typefaces import width_of
from services.publisher.cards.rules.templates import TEMPLATES, CardSize, CardTemplate
from services.publisher.cards.rules.texts import CardTexts, Signature, TextTooLong, checked
from tests.properties import examples
from tests.unit.publisher.cards.examples import CARD, PICTURES, WORDS, cards

STORY_MARGIN = 250
SIZES = st.sampled_from(PICTURES)
CARD_TEMPLATES = [template for template in CardTemplate if CardSize.STORY in TEMPLATES[template].sizes]


def assert_inside(composition: Composition, size: CardSize) -> None:
    box = composition.layout.text_box
    end = box.top
    for block in composition.blocks:
        if not block.lines:
            continue
        for line, baseline in block.baselines():
            left = composition.left_of(line, block)
            assert left >= box.left - 0.01
            assert left + width_of(line, block.face, block.size) <= box.left + box.width + 0.01
            assert end < baseline <= box.top + box.height
        assert block.top >= end - 0.01
        end = block.bottom
    assert end <= box.top + box.height + 0.01
    if size is CardSize.STORY:
        assert box.top >= STORY_MARGIN
        assert end <= PIXELS[size][1] - STORY_MARGIN


@pytest.mark.parametrize("template", CARD_TEMPLATES)
@settings(max_examples=examples(12))
@given(data=st.data(), size=SIZES)
def test_prose_of_any_allowed_length_fits(template: CardTemplate, data: st.DataObject, size: CardSize) -> None:
    card = data.draw(cards(template))
    assert_inside(compose(checked(card, template), template, size), size)


@pytest.mark.parametrize("template", CARD_TEMPLATES)
@settings(max_examples=examples(8))
@given(data=st.data(), size=SIZES)
def test_words_of_sixty_letters_are_divided_or_refused(
    template: CardTemplate, data: st.DataObject, size: CardSize
) -> None:
    card = data.draw(cards(template, monstrous=True))
    try:
        composition = compose(checked(card, template), template, size)
    except TextTooLong:
        return
    assert_inside(composition, size)


@pytest.mark.parametrize("size", PICTURES)
def test_all_limits_at_once_fit(size: CardSize) -> None:
    prose = " ".join(WORDS * 10)
    card = CardTexts(prose[:149], 999, prose[3:400], Signature(prose[30:149], prose[7:126]))
    assert_inside(compose(checked(card), CardTemplate.JUBILEE, size), size)


@pytest.mark.parametrize("size", PICTURES)
def test_a_block_of_capitals_is_refused_not_overflown(size: CardSize) -> None:
    wide = CardTexts("Щ" * 150, 75, "Щ" * 400, Signature("Щ" * 120, "Щ" * 120))
    with pytest.raises(TextTooLong):
        compose(checked(wide), CardTemplate.JUBILEE, size)


@pytest.mark.parametrize("size", PICTURES)
def test_a_long_heading_gives_way_and_leaves_the_greeting_large(size: CardSize) -> None:
    short = compose(checked(CARD), CardTemplate.JUBILEE, size)
    long = compose(checked(replace(CARD, heading="С днём рождения!")), CardTemplate.JUBILEE, size)
    assert long.blocks[0].size < short.blocks[0].size
    assert len(long.blocks[0].lines) == 1
    assert long.layout.greeting >= short.layout.greeting * 0.9


@pytest.mark.parametrize("size", PICTURES)
def test_every_layout_is_used_by_some_length(size: CardSize) -> None:
    prose = " ".join(WORDS * 10)
    used = {
        compose(
            checked(replace(CARD, enterprise=prose[: 10 + share], greeting=prose[: 20 + share * 3])),
            CardTemplate.JUBILEE,
            size,
        ).layout
        for share in range(0, 120, 3)
    }
    used.add(
        compose(
            checked(CardTexts(prose[:149], 75, prose[:400], Signature(prose[:120], prose[:120]))),
            CardTemplate.JUBILEE,
            size,
        ).layout
    )
    assert set(LAYOUTS[size][:-1]) <= used


@pytest.mark.parametrize("size", PICTURES)
def test_layouts_stay_inside_the_picture_and_off_each_other(size: CardSize) -> None:
    width, height = PIXELS[size]
    for layout in LAYOUTS[size]:
        emblem, paper, seal = layout.emblem, layout.paper, layout.seal
        assert emblem.radius <= emblem.x <= width - emblem.radius
        assert paper.left + paper.width <= width
        assert paper.top + paper.height <= height
        assert emblem.y + emblem.radius <= paper.top or emblem.x + emblem.radius <= paper.left
        assert seal.y + seal.radius <= paper.top or seal.x + seal.radius <= paper.left
        assert (seal.x - emblem.x) ** 2 + (seal.y - emblem.y) ** 2 >= (seal.radius + emblem.radius) ** 2
        assert size is not CardSize.STORY or seal.y - seal.radius >= STORY_MARGIN
