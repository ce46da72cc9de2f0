"""What the conformance suite must know of a network beside its capabilities: names of its calls, what it tells."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import cast

from services.publisher.networks.connector import Connector

Json = dict[str, object]


class Tells(StrEnum):
    """What a network lets the account know that people did."""

    MESSAGES = "messages"
    PRESSES = "presses"
    COMMENTS = "comments"
    COMMENT_EDITS = "comment_edits"
    COMMENT_REMOVALS = "comment_removals"
    MENTIONS = "mentions"
    REPOSTS = "reposts"
    REACTIONS = "reactions"
    VOTES = "votes"
    JOINS = "joins"
    LEAVES = "leaves"


def own_id(community: Json) -> str:
    return str(community["id"])


def nothing(_: Json) -> Json:
    return {}


def undressed(connector: Connector) -> Connector:
    return connector


def as_it_came(_: "Sight", params: Json) -> Json:
    return params


@dataclass(frozen=True)
class Sight:
    """One call as the stand-in's journal has it."""

    method: str
    community_id: int


@dataclass(frozen=True)
class Staging:
    """`secrets` and `target` are made of the community as the stand-in's control API shows it.

    `sent` undoes what the journal did to a call's parameters: it hides secrets, and keeps text where text was sent.
    """

    secrets: Callable[[Json], Mapping[str, str]]
    posting: str  # the call that puts out a text
    tells: frozenset[Tells]
    calls: frozenset[str]  # of those in the official schema, all that the connector ever makes
    target: Callable[[Json], str] = own_id
    dressed: Callable[[Connector], Connector] = undressed  # what of a post the publisher sees to for this network alone
    takes_texts_alone: bool = True
    signs_hooks: bool = False  # by a secret of the account: none that it is handed
    photo_posting: str | None = None  # the call that puts out one image, where it is another one
    writing: str | None = None  # the call that writes to one person; None: nobody is written to
    uploading: tuple[str, ...] = ()  # the steps before an image goes out
    opening: Callable[[Json], Json] = nothing  # what the order for a community holds besides
    calls_hooks: bool = True  # else it is asked for its updates
    named: Callable[[int], str] = str  # what the network calls an account by that the stand-in knows by a number
    answers_comments: bool = False
    answering: str | None = None  # the call that answers a comment
    edits: bool = False
    edits_polls: bool = False  # the text beside a poll
    withdraws: bool = False
    carries_known_alone: bool = False  # what the same account may read; everything else is linked to
    withdrawing: str | None = None  # the call that takes down one post
    sets_menu: bool = False
    menu_in_messages: bool = False
    counts: frozenset[str] = frozenset()  # the figures of a post that it tells: names of `PostMeasures`
    poll_posting: str | None = None  # the call that puts out a poll, where it is another one than `posting`
    repost_posting: str | None = None  # and a repost
    story_posting: str | None = None  # and a story
    poll_parts: frozenset[str] = frozenset({"question", "option", "options"})  # those with a limit of their own
    ends_polls: bool = True  # a poll is closed by the network at its end
    mailbox_is_target: bool = False  # else it is the number of whom people write to, as the network names it
    writes_first: bool = False  # whoever is there can be written to
    key_holds_for_good: bool = True  # else what failed on its side is in doubt, though a repeat is known for a while
    finds_by_key: bool = False  # what was taken is known by its key alone, whatever it says
    tells_itself: bool = True  # what the account is called, how many follow it, and where posts are seen
    says_what_it_took: bool = False  # what failed on its side was certainly not taken
    flood_seconds: float = 7  # what it asks to wait when it is told to ask for 7
    check_call: Callable[[str, Json], None] | None = None  # against the official schema, by the method; raises
    check_reply: Callable[[str, object, int], None] | None = None
    unchecked: frozenset[str] = frozenset()  # calls that no schema describes: a file to an upload server
    sent: Callable[[Sight, Json], Json] = as_it_came
    wrong_tokens: tuple[str, ...] = field(default=("", "x y", "7100000001:" + "a" * 35, "vk1.a." + "b" * 80))


def tokens_of(community: Json) -> dict[str, str]:
    """The tokens by their kind, of the community or of its bot."""
    holder = cast("Json", community["bot"] or community)
    tokens = cast("list[dict[str, str]]", holder["tokens"])
    return {token["kind"]: token["token"] for token in tokens}


def bots_token(community: Json) -> Mapping[str, str]:
    return {"token": tokens_of(community)["bot"]}


def parsed(value: object) -> object:
    """A parameter that went as JSON text."""
    return json.loads(value) if isinstance(value, str) and value.startswith(("[", "{")) else value


def as_number(value: object) -> object:
    return int(value) if isinstance(value, str) and value.lstrip("-").isdecimal() else value
