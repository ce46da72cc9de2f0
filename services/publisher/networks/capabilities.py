"""What each network takes, in one table. Pure: asked when a publication is saved, approved, previewed and sent."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import grapheme

from services.publisher.networks.accounts import Ability, Network
from services.publisher.networks.contents import PostFormat
from shared.errors import Text


class TextUnit(StrEnum):
    """How a network counts the length of a text."""

    CHARACTERS = "characters"  # Unicode code points
    UTF16 = "utf16"  # UTF-16 code units: an emoji outside the basic plane counts twice
    GRAPHEMES = "graphemes"  # what a reader takes for one sign: a family of four is one
    SHORT_LINKS = "short_links"  # the same, each link as long as any other, mentions without their host


@dataclass(frozen=True)
class Secret:
    """One secret that a channel is connected with. `pattern` keeps what is not a token out of URLs and headers."""

    name: str
    pattern: re.Pattern[str]
    required: bool = True


@dataclass(frozen=True)
class Texts:
    """How much text, in `unit`."""

    post: int
    caption: int  # the text of a post that has images
    direct: int  # the text of a direct message
    unit: TextUnit
    size: int | None = None  # bytes in UTF-8, where that is limited as well
    link: int = 23  # what each link counts as, in SHORT_LINKS
    hashtags: int | None = None  # how many of them
    mentions: int | None = None


@dataclass(frozen=True)
class Images:
    most: int  # of one post
    size: int  # bytes
    side_sum: int | None = None  # width + height in pixels
    ratio: float | None = None  # the longer side to the shorter one
    shape: tuple[float, float] | None = None  # width to height of what stands in a post, at least and at most
    pixels: int | None = None  # width times height
    alt_text: int | None = None  # characters of a description, where it is shown and limited
    least: int = 0  # without so many there is no post
    jpeg_alone: bool = False
    are_fetched: bool = False  # by the network, from an address of ours


@dataclass(frozen=True)
class AgainstDoubles:
    """What the network offers against sending twice."""

    post_has_key: bool = False  # a repeat with the same delivery id is the same post
    direct_has_key: bool = False  # a repeat with the same reference id is the same message
    reads_back: bool = False  # what was put out can be read back


@dataclass(frozen=True)
class Polls:
    question: int  # characters
    options: tuple[int, int]  # how many, at least and at most
    option: int  # characters
    in_text: bool = False  # the question stands in the text of the post and shares its room


@dataclass(frozen=True)
class Allowance:
    """So many calls in so many seconds. What goes beyond waits for its slot."""

    calls: int
    seconds: float


@dataclass(frozen=True)
class Caution:
    """What somebody must have read and accepted before a channel is connected. `code` is stable and names the wording."""

    code: str
    text: Text


@dataclass(frozen=True)
class Capabilities:
    """`formats` are those that the network has itself: a story goes out as a post elsewhere, a repost as a link."""

    texts: Texts
    images: Images
    against_doubles: AgainstDoubles
    target: re.Pattern[str]
    secrets: tuple[Secret, ...]
    formats: frozenset[PostFormat] = frozenset({PostFormat.POST})
    polls: Polls | None = None
    per_target: tuple[Allowance, ...] = ()  # posts into one chat or community
    per_token: tuple[Allowance, ...] = ()  # calls of one bot or account, whatever chat they are for
    calls_hooks: bool = True  # else it is asked for its updates
    differs_by_server: bool = False  # the row has what is usual, each account its own: `own_limits`
    warning: Caution | None = None  # off until it is accepted
    proves_sender: bool = True  # else anybody may write in anybody's name: who it was is nobody's account
    is_told_by_others: bool = (
        False  # what comes in may also be posted to the mailbox's address by a server of one's own
    )

    def has(self, ability: Ability) -> bool:
        """Whether accounts of this network could have it at all."""
        if ability is Ability.RECONCILE:
            return self.against_doubles.reads_back
        return _FORMATS.get(ability, PostFormat.POST) in self.formats


_FORMATS: Mapping[Ability, PostFormat] = {
    Ability.POLLS: PostFormat.POLL,
    Ability.STORIES: PostFormat.STORY,
    Ability.REPOSTS: PostFormat.REPOST,
}

MEGABYTE = 1_000_000
_TOKEN = re.compile(r"[\w.~+/=-]{8,512}", re.ASCII)
_LINK = re.compile(r"https?://\S+")
_MENTION = re.compile(r"(?<![\w/])(@\w+)@[\w.-]+\w")
_HOST = r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?"

INSTAGRAM_WARNING = Caution(
    "instagram-2025-09",
    {
        "ru": "Компания Meta, владелец Instagram, признана в России экстремистской организацией, её деятельность запрещена; "
        "доступ к Instagram ограничен с 2022 года. С 1 сентября 2025 года распространять в нём рекламу - правонарушение: "
        "не публикуйте здесь рекламу и не оплачивайте продвижение записей",
        "en": "Meta, which owns Instagram, is recognised in Russia as an extremist organisation and banned; access to "
        "Instagram has been restricted since 2022. Since 1 September 2025 advertising on it is an offence: publish no "
        "advertising here and pay for no promotion of posts",
    },
)
_ADDRESS = re.compile(
    rf"(?=.{{3,254}}$)[A-Za-z0-9!#$%&'*+/=?^_`{{|}}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{{|}}~-]+)*@{_HOST}", re.ASCII
)
_LOGIN = r"[\w.~%+@-]{1,200}:[\w.~%!$&'()*,;=+-]{1,300}"  # what is neither goes percent-encoded

CAPABILITIES: Mapping[Network, Capabilities] = {
    Network.TELEGRAM: Capabilities(
        texts=Texts(post=4096, caption=1024, direct=4096, unit=TextUnit.UTF16),
        images=Images(most=10, size=10 * MEGABYTE, side_sum=10_000, ratio=20),
        against_doubles=AgainstDoubles(),
        target=re.compile(r"-?\d{1,20}|@[A-Za-z]\w{3,31}", re.ASCII),
        secrets=(Secret("token", re.compile(r"\d{1,20}:[\w-]{8,128}", re.ASCII)),),
        formats=frozenset({PostFormat.POST, PostFormat.POLL, PostFormat.REPOST}),
        polls=Polls(question=300, options=(1, 12), option=100),
        per_target=(Allowance(1, 1), Allowance(20, 60)),
        per_token=(Allowance(30, 1),),
    ),
    Network.VK: Capabilities(
        texts=Texts(post=16_000, caption=16_000, direct=9000, unit=TextUnit.UTF16),
        images=Images(most=10, size=50 * MEGABYTE, side_sum=14_000, ratio=20),
        against_doubles=AgainstDoubles(post_has_key=True, direct_has_key=True, reads_back=True),
        target=re.compile(r"[1-9]\d{0,18}", re.ASCII),
        secrets=(Secret("community_token", _TOKEN), Secret("user_token", _TOKEN, required=False)),
        formats=frozenset(PostFormat),
        polls=Polls(question=255, options=(1, 10), option=100),  # of the question VK documents no limit
        per_target=(Allowance(3, 1),),
    ),
    Network.MAX: Capabilities(
        texts=Texts(post=4000, caption=4000, direct=4000, unit=TextUnit.CHARACTERS),
        images=Images(most=10, size=20 * MEGABYTE),
        against_doubles=AgainstDoubles(reads_back=True),
        target=re.compile(r"-?[1-9]\d{0,18}", re.ASCII),
        secrets=(Secret("token", _TOKEN),),
        formats=frozenset({PostFormat.POST, PostFormat.REPOST}),
        per_target=(Allowance(2, 1),),
        per_token=(Allowance(30, 1),),
    ),
    Network.OK: Capabilities(  # OK publishes no figures, only the errors beyond them: these are ours, on the safe side
        texts=Texts(post=5000, caption=5000, direct=5000, unit=TextUnit.CHARACTERS),
        images=Images(most=10, size=10 * MEGABYTE),
        against_doubles=AgainstDoubles(),
        target=re.compile(r"[1-9]\d{0,18}", re.ASCII),
        secrets=(
            Secret("application_key", re.compile(r"[A-Z0-9]{8,40}", re.ASCII)),
            Secret("session_secret_key", re.compile(r"[0-9a-f]{32}", re.ASCII)),
            Secret("access_token", re.compile(r"[\w.~:-]{20,300}", re.ASCII)),
            Secret("group_token", re.compile(r"[\w.~:-]{20,300}", re.ASCII), required=False),
        ),
        formats=frozenset({PostFormat.POST, PostFormat.POLL}),
        polls=Polls(question=250, options=(2, 10), option=100),
        per_target=(Allowance(1, 1),),
    ),
    Network.BLUESKY: Capabilities(
        texts=Texts(post=300, caption=300, direct=300, unit=TextUnit.GRAPHEMES, size=3000),
        images=Images(most=4, size=2 * MEGABYTE, alt_text=2000),
        against_doubles=AgainstDoubles(post_has_key=True, reads_back=True),
        target=re.compile(rf"(?=.{{4,253}}$){_HOST}|did:(?:plc:[a-z2-7]{{24}}|web:{_HOST})", re.ASCII),
        secrets=(Secret("app_password", _TOKEN), Secret("server", re.compile(_HOST, re.ASCII), required=False)),
        formats=frozenset({PostFormat.POST, PostFormat.REPOST}),
        per_token=(Allowance(1666, 3600),),  # 5000 points an hour, of which a post costs 3
        calls_hooks=False,
    ),
    Network.MASTODON: Capabilities(  # as servers come; the public page of each tells its own
        texts=Texts(post=500, caption=500, direct=460, unit=TextUnit.SHORT_LINKS),  # a direct one names its reader
        images=Images(most=4, size=16 * MEGABYTE, alt_text=1500),
        against_doubles=AgainstDoubles(post_has_key=True, direct_has_key=True, reads_back=True),
        target=re.compile(rf"\w{{1,64}}@(?=.{{4,253}}$){_HOST}", re.ASCII),
        secrets=(Secret("token", _TOKEN),),
        formats=frozenset({PostFormat.POST, PostFormat.POLL, PostFormat.REPOST}),
        polls=Polls(question=500, options=(2, 4), option=50, in_text=True),
        per_token=(Allowance(300, 300),),
        calls_hooks=False,
        differs_by_server=True,
    ),
    Network.INSTAGRAM: Capabilities(  # how many posts a day the network tells each account itself
        texts=Texts(post=2200, caption=2200, direct=1000, unit=TextUnit.CHARACTERS, hashtags=30, mentions=20),
        images=Images(
            most=10, size=8 * MEGABYTE, shape=(4 / 5, 1.91), alt_text=1000, least=1, jpeg_alone=True, are_fetched=True
        ),
        against_doubles=AgainstDoubles(reads_back=True),
        target=re.compile(r"[1-9]\d{0,18}", re.ASCII),
        secrets=(
            Secret("token", _TOKEN),
            Secret("app_id", re.compile(r"[1-9]\d{0,18}", re.ASCII), required=False),
            Secret("app_secret", re.compile(r"[0-9a-f]{32}", re.ASCII), required=False),
        ),
        formats=frozenset({PostFormat.POST, PostFormat.STORY}),
        warning=INSTAGRAM_WARNING,
    ),
    Network.EMAIL: Capabilities(  # ours, within what mail servers take: 25 MB, a third more than what is in a letter
        texts=Texts(post=50_000, caption=50_000, direct=20_000, unit=TextUnit.CHARACTERS),
        images=Images(most=10, size=1_500_000),
        against_doubles=AgainstDoubles(),
        target=_ADDRESS,
        secrets=(
            Secret("mailbox", _ADDRESS),
            Secret("smtp_url", re.compile(rf"(?:smtps|smtp\+starttls)://{_LOGIN}@{_HOST}(?::\d{{2,5}})?/?", re.ASCII)),
            Secret("imap_url", re.compile(rf"imaps://{_LOGIN}@{_HOST}(?::\d{{2,5}})?/?", re.ASCII), required=False),
            Secret("sender_name", re.compile(r"[^\x00-\x1f\x7f-\x9f\u2028\u2029<>@\"\\]{1,100}"), required=False),
        ),
        per_token=(Allowance(30, 60),),
        calls_hooks=False,
        proves_sender=False,
        is_told_by_others=True,
    ),
    Network.FEED: Capabilities(
        texts=Texts(post=20_000, caption=20_000, direct=1000, unit=TextUnit.CHARACTERS),  # ours: readers have none
        images=Images(most=10, size=20 * MEGABYTE),
        against_doubles=AgainstDoubles(post_has_key=True),
        target=re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII),  # the organization's public id
        secrets=(),
    ),
}


def length_in(unit: TextUnit, text: str, link: int = 23) -> int:
    """How long `text` is by the network's own count; in SHORT_LINKS each link is `link` long."""
    if unit is TextUnit.UTF16:
        return len(text.encode("utf-16-le", "surrogatepass")) // 2
    if unit is TextUnit.GRAPHEMES:
        return grapheme.length(text)  # type: ignore[reportUnknownMemberType]  # untyped there
    if unit is TextUnit.SHORT_LINKS:
        return length_in(TextUnit.GRAPHEMES, _MENTION.sub(r"\1", _LINK.sub("x" * link, text)))
    return len(text)
