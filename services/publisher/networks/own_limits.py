"""The table's row of a network with what the account's own server says in its place. Pure."""

from dataclasses import replace

from services.publisher.networks.accounts import Network, OwnLimits
from services.publisher.networks.capabilities import CAPABILITIES, Capabilities

ADDRESS_OF_A_READER = 40  # characters of a direct message that name whom it is for


def taken_by(network: Network, own: OwnLimits | None) -> Capabilities:
    """What an account takes: the table's figures, but for those that its server sets itself."""
    takes = CAPABILITIES[network]
    if own is None:
        return takes
    text, polls = own.text or takes.texts.post, takes.polls
    if polls is not None:
        options = (polls.options[0], own.poll_options or polls.options[1])
        polls = replace(polls, question=text, options=options, option=own.poll_option or polls.option)
    return replace(
        takes,
        texts=replace(
            takes.texts,
            post=text,
            caption=text,
            direct=max(1, text - ADDRESS_OF_A_READER),
            link=own.link or takes.texts.link,
        ),
        images=replace(
            takes.images,
            most=own.images or takes.images.most,
            size=own.image_size or takes.images.size,
            pixels=own.image_pixels or takes.images.pixels,
            alt_text=own.alt_text or takes.images.alt_text,
        ),
        polls=polls,
    )
