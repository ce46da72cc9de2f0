"""Every text stands inside its box, at every length."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.publisher.cards.actions.drawing import PIXELS
from services.publisher.cards.actions.layouts import LAYOUTS, Composition, compose
from services.publisher.cards.actions.typefaces import width_of
from services.publisher.cards.rules.texts import CardSize, CardTemplate, CardTexts, Signature, TextTooLong, checked
from tests.unit.publisher.cards.examples import CARD, WORDS, cards

STORY_MARGIN = 250
SIZES = st.sampled_from(CardSize)


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


@settings(deadline=None)
@given(card=cards(), size=SIZES)
def test_prose_of_any_allowed_length_fits(card: CardTexts, size: CardSize) -> None:
    assert_inside(compose(checked(card), CardTemplate.JUBILEE, size), size)


@settings(deadline=None)
@given(card=cards(monstrous=True), size=SIZES)
def test_words_of_sixty_letters_are_divided_or_refused(card: CardTexts, size: CardSize) -> None:
    try:
        composition = compose(checked(card), CardTemplate.JUBILEE, size)
    except TextTooLong:
        return
    assert_inside(composition, size)


@pytest.mark.parametrize("size", CardSize)
def test_all_limits_at_once_fit(size: CardSize) -> None:
    prose = " ".join(WORDS * 10)
    card = CardTexts(prose[:149], 999, prose[3:400], Signature(prose[30:149], prose[7:126]))
    assert_inside(compose(checked(card), CardTemplate.JUBILEE, size), size)


@pytest.mark.parametrize("size", CardSize)
def test_a_block_of_capitals_is_refused_not_overflown(size: CardSize) -> None:
    wide = CardTexts("Щ" * 150, 75, "Щ" * 400, Signature("Щ" * 120, "Щ" * 120))
    with pytest.raises(TextTooLong):
        compose(checked(wide), CardTemplate.JUBILEE, size)


@pytest.mark.parametrize("size", CardSize)
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


@pytest.mark.parametrize("size", CardSize)
def test_layouts_stay_inside_the_picture_and_off_each_other(size: CardSize) -> None:
    width, height = PIXELS[size]
    for layout in LAYOUTS[size]:
        emblem, paper = layout.emblem, layout.paper
        assert emblem.radius <= emblem.x <= width - emblem.radius
        assert paper.left + paper.width <= width
        assert paper.top + paper.height <= height
        assert emblem.y + emblem.radius <= paper.top or emblem.x + emblem.radius <= paper.left
