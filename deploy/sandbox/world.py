"""Everything that the stand-ins know, in memory, each change written through to the archive."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Generic, TypeVar

from pydantic import JsonValue

from deploy.sandbox.answers import Mention, News, Poll, Reaction
from deploy.sandbox.archive import Archive
from deploy.sandbox.records import (
    Bot,
    Comment,
    Community,
    Credential,
    Dialog,
    Hook,
    InviteLink,
    Mail,
    Message,
    MessageKind,
    Person,
    Picture,
    PostFormat,
    Press,
    Record,
    Repost,
    WaitingUpdate,
)

FIRST_NUMBER = 1


class Counter(Record):
    name: str
    last: int


R = TypeVar("R", bound=Record)


class Shelf(Generic[R]):
    """Records of one kind by their key."""

    def __init__(
        self, model: type[R], key_of: Callable[[R], str], archive: Archive, changed: Callable[[], None]
    ) -> None:
        self._kind = model.__name__.lower()
        self._key_of = key_of
        self._archive = archive
        self._changed = changed
        self._records = {key: model.model_validate_json(body) for key, body in archive.load(self._kind)}

    def put(self, record: R) -> R:
        key = self._key_of(record)
        self._records[key] = record
        self._archive.save(self._kind, key, record.model_dump_json())
        self._changed()
        return record

    def get(self, *key: object) -> R | None:
        return self._records.get(":".join(map(str, key)))

    def remove(self, record: R) -> None:
        key = self._key_of(record)
        if self._records.pop(key, None) is not None:
            self._archive.remove(self._kind, key)
            self._changed()

    def clear(self) -> None:
        self._records.clear()

    def __iter__(self) -> Iterator[R]:
        return iter(tuple(self._records.values()))

    def __len__(self) -> int:
        return len(self._records)


class World:
    def __init__(self, archive: Archive, address: str, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.now = now
        self.address = address.rstrip("/")  # where the stand-ins answer, for the links that they give out
        self.version = 0  # grows with every change; the public page watches it
        self._archive = archive
        changed = self._grow
        self.people = Shelf(Person, lambda r: f"{r.network}:{r.id}", archive, changed)
        self.bots = Shelf(Bot, lambda r: f"{r.network}:{r.id}", archive, changed)
        self.communities = Shelf(Community, lambda r: f"{r.network}:{r.id}", archive, changed)
        self.credentials = Shelf(Credential, lambda r: f"{r.network}:{r.token}", archive, changed)
        self.messages = Shelf(Message, lambda r: f"{r.network}:{r.kind}:{r.owner_id}:{r.key}", archive, changed)
        self.dialogs = Shelf(Dialog, lambda r: f"{r.network}:{r.owner_id}:{r.person_id}", archive, changed)
        self.comments = Shelf(Comment, lambda r: f"{r.network}:{r.community_id}:{r.number}", archive, changed)
        self.reposts = Shelf(Repost, lambda r: f"{r.network}:{r.community_id}:{r.number}", archive, changed)
        self.pictures = Shelf(Picture, lambda r: f"{r.network}:{r.id}", archive, changed)
        self.presses = Shelf(Press, lambda r: f"{r.network}:{r.id}", archive, changed)
        self.hooks = Shelf(Hook, lambda r: r.name, archive, changed)
        self.waiting = Shelf(WaitingUpdate, lambda r: str(r.id), archive, changed)
        self.invite_links = Shelf(InviteLink, lambda r: f"{r.network}:{r.url}", archive, changed)
        self.polls = Shelf(Poll, lambda r: f"{r.network}:{r.id}", archive, changed)
        self.reactions = Shelf(
            Reaction, lambda r: f"{r.network}:{r.community_id}:{r.post_number}:{r.person_id}", archive, changed
        )
        self.mentions = Shelf(Mention, lambda r: f"{r.network}:{r.community_id}:{r.number}", archive, changed)
        self.news = Shelf(News, lambda r: f"{r.network}:{r.number}", archive, changed)
        self.mails = Shelf(Mail, lambda r: str(r.id), archive, changed)
        self._counters = Shelf(Counter, lambda r: r.name, archive, lambda: None)
        self._repeats = {self._repeat(m): m for m in self.messages if m.repeat_key is not None}

    def next_number(self, name: str, first: int = FIRST_NUMBER) -> int:
        """The next of a series of numbers that never goes back, not even over a restart."""
        known = self._counters.get(name)
        number = first if known is None else known.last + 1
        self._counters.put(Counter(name=name, last=number))
        return number

    def keep_message(self, message: Message) -> Message:
        if message.repeat_key is not None:
            self._repeats[self._repeat(message)] = message
        return self.messages.put(message)

    def repeated(self, network: str, kind: MessageKind, owner_id: int, repeat_key: str) -> Message | None:
        """The message that was made before with this guid or random id."""
        return self._repeats.get((network, kind, owner_id, repeat_key))

    def posts(self, network: str, community_id: int) -> list[Message]:
        """What stands on a community's wall now, oldest first."""
        return [m for m in self.put_out(network, community_id) if not m.deleted and m.format is not PostFormat.STORY]

    def put_out(self, network: str, community_id: int) -> list[Message]:
        """All that a community ever put out, oldest first: stories, and what was taken down, as well."""
        return [m for m in self.messages if m.kind is MessageKind.POST and self._of(m, network, community_id)]

    def comments_of(self, post: Message) -> list[Comment]:
        """What stands below a post now, oldest first."""
        place = (post.network, post.owner_id, post.number)
        return [c for c in self.comments if not c.deleted and (c.network, c.community_id, c.post_number) == place]

    def reactions_of(self, post: Message) -> list[Reaction]:
        place = (post.network, post.owner_id, post.number)
        return [r for r in self.reactions if (r.network, r.community_id, r.post_number) == place]

    def reposts_of(self, post: Message) -> list[Repost]:
        place = (post.network, post.owner_id, post.number)
        return [r for r in self.reposts if (r.network, r.community_id, r.post_number) == place]

    def keep_news(self, network: str, owner_id: int, event: str, body: dict[str, JsonValue]) -> News:
        """Let a network without hooks have something to tell, once it is asked."""
        number = self.next_number(f"{network}:news")
        return self.news.put(
            News(network=network, owner_id=owner_id, number=number, event=event, body=body, at=self.now())
        )

    def news_of(self, network: str, owner_id: int, after: int = 0) -> list[News]:
        """What `owner_id` may be told that came after that number, oldest first."""
        return [n for n in self.news if n.network == network and n.owner_id == owner_id and n.number > after]

    def community_by_handle(self, network: str, handle: str) -> Community | None:
        wanted = handle.lower()
        return next((c for c in self.communities if c.network == network and c.handle.lower() == wanted), None)

    def tokens_of(self, network: str, subject_id: int) -> list[Credential]:
        return [c for c in self.credentials if c.network == network and c.subject_id == subject_id]

    def hooks_of(self, network: str, owner_id: int) -> list[Hook]:
        return [hook for hook in self.hooks if hook.network == network and hook.owner_id == owner_id]

    def picture_url(self, picture: Picture) -> str:
        return f"{self.address}/pictures/{picture.network}/{picture.id}"

    def reset(self) -> None:
        """Forget everything."""
        for shelf in (
            *(self.people, self.bots, self.communities, self.credentials, self.messages, self.dialogs),
            *(self.comments, self.reposts, self.pictures, self.presses, self.hooks, self.waiting, self._counters),
            *(self.invite_links, self.mails, self.polls, self.reactions, self.mentions, self.news),
        ):
            shelf.clear()
        self._repeats.clear()
        self._archive.clear()
        self._grow()

    def close(self) -> None:
        self._archive.close()

    def _grow(self) -> None:
        self.version += 1

    @staticmethod
    def _of(message: Message, network: str, owner_id: int) -> bool:
        return message.network == network and message.owner_id == owner_id

    @staticmethod
    def _repeat(message: Message) -> tuple[str, MessageKind, int, str]:
        return message.network, message.kind, message.owner_id, message.repeat_key or ""
