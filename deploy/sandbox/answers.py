"""What people answer to posts beside comments: votes, reactions, mentions. And the news of a network without hooks."""

from datetime import datetime

from pydantic import JsonValue

from deploy.sandbox.records import Record


class Vote(Record):
    person_id: int
    options: tuple[int, ...]  # from 0


class Poll(Record):
    """What is asked in a post. Who votes again replaces their vote; without options they take it back."""

    network: str
    id: str
    owner_id: int  # the community that asks
    question: str
    options: tuple[str, ...]
    is_anonymous: bool = True
    is_multiple: bool = False
    closes_at: datetime | None = None
    is_closed: bool = False
    created_at: datetime | None = None
    votes: tuple[Vote, ...] = ()

    @property
    def totals(self) -> tuple[int, ...]:
        """How often each option was chosen."""
        return tuple(sum(number in vote.options for vote in self.votes) for number in range(len(self.options)))


class Reaction(Record):
    """One person's reaction to a post: a like where the network has nothing else."""

    network: str
    community_id: int
    post_number: int
    person_id: int
    emoji: str
    at: datetime


class Mention(Record):
    """A person names a community in a post of their own."""

    network: str
    community_id: int
    number: int
    person_id: int
    url: str | None  # of their post; without it the network makes one up
    text: str
    at: datetime


class News(Record):
    """What a network without hooks tells whoever asks it, in its own shape."""

    network: str
    owner_id: int
    number: int  # grows within the network
    event: str
    body: dict[str, JsonValue]
    at: datetime
