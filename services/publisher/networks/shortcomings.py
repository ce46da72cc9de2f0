"""Why a network would not take something, known before it is asked. Pure."""

from collections.abc import Collection, Mapping, Sequence

from services.publisher.networks.accounts import Ability, Network
from services.publisher.networks.capabilities import CAPABILITIES, Capabilities, length_in
from services.publisher.networks.contents import PostFormat
from services.publisher.networks.counting import problems_of_alt_texts, problems_of_shapes, problems_of_words
from services.publisher.networks.facts import ImageFacts, PostFacts, Shortcoming
from services.publisher.networks.own_limits import taken_by
from services.publisher.networks.written import TARGETS

_EMPTY = Shortcoming("publication.empty", {"ru": "Нет ни текста, ни изображений", "en": "It is empty"})
_STORY_IMAGE = Shortcoming(
    "publication.story_needs_one_image",
    {"ru": "У истории ровно одно изображение", "en": "A story has exactly one image"},
)
_NO_IMAGES = Shortcoming(
    "publication.images_needed",
    {"ru": "Эта сеть берёт записи только с изображением", "en": "This network takes no post without an image"},
)
_NO_SOURCE = Shortcoming(
    "publication.nothing_to_repost",
    {"ru": "Не сказано, какую запись повторить", "en": "It does not say which post to repeat"},
)
_NO_POLL = Shortcoming("publication.poll_missing", {"ru": "Нет вопроса и ответов", "en": "There is no question"})
_POLL_WITH_IMAGES = Shortcoming(
    "publication.poll_with_images",
    {"ru": "К опросу нельзя приложить изображения", "en": "A poll takes no images"},
)


def problems_of(
    network: Network, text: str, images: Sequence[ImageFacts] = (), unable: Collection[Ability] = ()
) -> list[Shortcoming]:
    """Everything that `network` would refuse in an ordinary post, for an account that is `unable` to do some things."""
    return problems_of_post(network, PostFacts(text, images), unable)


def problems_of_post(network: Network, post: PostFacts, unable: Collection[Ability] = ()) -> list[Shortcoming]:
    """Everything that `network` would refuse in a post of any format."""
    takes = taken_by(network, post.own)
    limit = takes.texts.caption if post.images else takes.texts.post
    found = [
        _length_shortcoming("publication.text_too_long", takes, _shown_text(takes, post), limit),
        *_of_format(network, takes, post),
        *problems_of_words(takes.texts, post.text),
        *_of_images(takes, post.images, unable),
        *problems_of_shapes(takes.images, post),
        *problems_of_alt_texts(takes.images, post.images),
    ]
    return [shortcoming for shortcoming in found if shortcoming is not None]


def _shown_text(takes: Capabilities, post: PostFacts) -> str:
    if takes.polls is None or not takes.polls.in_text or post.format is not PostFormat.POLL or post.poll is None:
        return post.text
    return "\n\n".join(part for part in (post.text, post.poll.question) if part)


def problems_of_text(network: Network, text: str) -> list[Shortcoming]:
    """What `network` takes in no post at all, with images or without. Where each server has its own limits: nothing yet."""
    takes = CAPABILITIES[network]
    if takes.differs_by_server:
        return []
    limit = max(takes.texts.post, takes.texts.caption)
    shortcoming = _length_shortcoming("publication.text_too_long", takes, text, limit)
    return [] if shortcoming is None else [shortcoming]


def _of_images(
    takes: Capabilities, images: Sequence[ImageFacts], unable: Collection[Ability]
) -> list[Shortcoming | None]:
    found: list[Shortcoming | None] = []
    if images and Ability.IMAGES in unable:
        found.append(
            Shortcoming(
                "publication.images_not_possible",
                {
                    "ru": "У этого канала нет прав на изображения: добавьте недостающий ключ доступа",
                    "en": "This channel may not post images: add the access token that it lacks",
                },
            )
        )
    if len(images) > takes.images.most:
        found.append(
            Shortcoming(
                "publication.too_many_images",
                {
                    "ru": f"Изображений больше {takes.images.most}",
                    "en": f"There are more than {takes.images.most} images",
                },
            )
        )
    found.extend(_image_shortcoming(takes, number, image) for number, image in enumerate(images, start=1))
    return found


def _of_format(network: Network, takes: Capabilities, post: PostFacts) -> list[Shortcoming | None]:
    if not post.images and takes.images.least and post.format is not PostFormat.POLL:
        return [_NO_IMAGES]
    match post.format:
        case PostFormat.POST if not post.images and not post.text.strip():
            return [_EMPTY]
        case PostFormat.STORY if len(post.images) != 1:
            return [_STORY_IMAGE]
        case PostFormat.REPOST if post.source_url is None:
            return [_NO_SOURCE]
        case PostFormat.POLL:
            return _of_poll(network, takes, post)
        case _:
            return []


def _of_poll(network: Network, takes: Capabilities, post: PostFacts) -> list[Shortcoming | None]:
    limits, poll = takes.polls, post.poll
    if PostFormat.POLL not in takes.formats or limits is None:
        return [_no_polls(network)]
    if poll is None:
        return [_NO_POLL]
    least, most = limits.options
    return [
        _POLL_WITH_IMAGES if post.images else None,
        None
        if len(poll.question) <= limits.question
        else Shortcoming(
            "publication.poll_question_too_long",
            {
                "ru": f"Вопрос длиннее {limits.question} знаков",
                "en": f"The question is longer than {limits.question} characters",
            },
        ),
        None
        if least <= len(poll.options) <= most
        else Shortcoming(
            "publication.poll_options_number",
            {"ru": f"Вариантов ответа: от {least} до {most}", "en": f"It takes {least} to {most} options"},
        ),
        None
        if all(len(option) <= limits.option for option in poll.options)
        else Shortcoming(
            "publication.poll_option_too_long",
            {
                "ru": f"Вариант ответа длиннее {limits.option} знаков",
                "en": f"An option is longer than {limits.option} characters",
            },
        ),
    ]


def _no_polls(network: Network) -> Shortcoming:
    return Shortcoming(
        "publication.polls_not_possible",
        {
            "ru": f"В сети {network} нет опросов: уберите канал или напишите запись со ссылкой на опрос",
            "en": f"There are no polls in `{network}`: leave the channel out, or write a post with a link to a survey",
        },
    )


def problems_of_direct(network: Network, text: str) -> list[Shortcoming]:
    """Everything that `network` would refuse in a direct message."""
    takes = CAPABILITIES[network]
    shortcoming = _length_shortcoming("conversation.text_too_long", takes, text, takes.texts.direct)
    return [] if shortcoming is None else [shortcoming]


def problems_of_account(network: Network, target: str, secrets: Mapping[str, str]) -> list[Shortcoming]:
    """What is wrong with the form of a target and its secrets, before the network is asked."""
    takes = CAPABILITIES[network]
    found: list[Shortcoming] = []
    if takes.target.fullmatch(target) is None:
        found.append(
            Shortcoming(
                "channel.malformed_target",
                {
                    "ru": f"external_id записан неверно. Для этой сети это {TARGETS[network]['ru']}",
                    "en": f"`external_id` is not written as this network writes it: {TARGETS[network]['en']}",
                },
            )
        )
    known = {secret.name: secret for secret in takes.secrets}
    for name, secret in known.items():
        value = secrets.get(name)
        if value is None and secret.required:
            found.append(
                Shortcoming(
                    "channel.missing_secret",
                    {
                        "ru": f"Не хватает ключа доступа {name}: впишите его в credentials",
                        "en": f"The access token `{name}` is missing: add it to `credentials`",
                    },
                )
            )
        elif value is not None and secret.pattern.fullmatch(value) is None:
            found.append(
                Shortcoming(
                    "channel.malformed_secret",
                    {
                        "ru": f"{name} записан не так, как в этой сети: скопируйте его заново, целиком, без пробелов",
                        "en": f"`{name}` is not written as in this network: copy it again, whole and without spaces",
                    },
                )
            )
    if not secrets.keys() <= known.keys():
        found.append(_unknown_secrets(list(known)))
    return found


def _unknown_secrets(known: Sequence[str]) -> Shortcoming:
    names = ", ".join(known)
    if not names:
        text = {"ru": "Этой сети ключи доступа не нужны", "en": "This network needs no access tokens: send none"}
    else:
        text = {
            "ru": f"У этой сети другие ключи доступа: {names}. Лишние уберите",
            "en": f"The access tokens of this network are {names}: leave out the others",
        }
    return Shortcoming("channel.unknown_secret", text)


def _length_shortcoming(code: str, takes: Capabilities, text: str, limit: int) -> Shortcoming | None:
    length = length_in(takes.texts.unit, text, takes.texts.link)
    size = takes.texts.size
    if length <= limit and size is not None and len(text.encode("utf-8", "surrogatepass")) > size:
        return Shortcoming(
            code,
            {
                "ru": f"Текст занимает больше места, чем принимает сеть: предел {size} байт",
                "en": f"The text takes more room than the network gives: the limit is {size} bytes",
            },
        )
    if length <= limit:
        return None
    return Shortcoming(
        code,
        {
            "ru": f"Текст длиннее допустимого: {length} знаков при пределе {limit}",
            "en": f"The text is too long: {length} characters, the limit is {limit}",
        },
    )


def _image_shortcoming(takes: Capabilities, number: int, image: ImageFacts) -> Shortcoming | None:
    longer, shorter = max(image.width, image.height), max(1, min(image.width, image.height))
    too_wide = takes.images.side_sum is not None and longer + shorter > takes.images.side_sum
    too_narrow = takes.images.ratio is not None and longer / shorter > takes.images.ratio
    if image.size <= takes.images.size and not too_wide and not too_narrow:
        return None
    return Shortcoming(
        "publication.image_not_taken",
        {
            "ru": f"Изображение {number}: слишком большое или слишком вытянутое для этой сети",
            "en": f"Image {number} is too large or too narrow for this network",
        },
    )
