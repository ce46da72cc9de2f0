"""What people do on the networks by themselves: write, press, comment, pass on, join and leave."""

import hashlib
from typing import TypeVar

from deploy.sandbox.answers import Mention, Poll, Reaction, Vote
from deploy.sandbox.events import (
    Commented,
    CommentEdited,
    CommentRemoved,
    Event,
    Joined,
    Left,
    Mentioned,
    Pressed,
    Reacted,
    Reposted,
    Started,
    Voted,
    Written,
)
from deploy.sandbox.records import (
    Button,
    ButtonKind,
    Comment,
    Community,
    Dialog,
    InviteLink,
    Message,
    MessageKind,
    Person,
    Press,
    Repost,
)
from deploy.sandbox.sandbox import Sandbox

T = TypeVar("T")


class NothingThereError(LookupError):
    """The person, account, post or button is not there; the message says which."""


class People:
    """Acts as the people of one network. Each method returns the record and how many updates it made."""

    def __init__(self, sandbox: Sandbox, network: str) -> None:
        self._sandbox = sandbox
        self._world = sandbox.world
        self._network = network
        self._stand_in = sandbox.networks[network]

    def person(self, person_id: int) -> Person:
        return _there(self._world.people.get(self._network, person_id), "person")

    def community(self, community_id: int) -> Community:
        return _there(self._world.communities.get(self._network, community_id), "community")

    def write(self, account_id: int, person_id: int, text: str, payload: str | None = None) -> tuple[Message, int]:
        person = self.person(person_id)
        dialog = self._dialog(account_id, person)
        message = self._keep(dialog, text, payload)
        return message, self._tell(Written(message, person))

    def start(self, account_id: int, person_id: int, payload: str | None) -> tuple[Dialog, int]:
        """Open the dialog, as by a link that carries `payload`."""
        person = self.person(person_id)
        dialog = self._dialog(account_id, person)
        message = None
        if self._network == "telegram":
            message = self._keep(dialog, f"/start {payload}" if payload else "/start", None)
        return dialog, self._tell(Started(dialog, person, payload, message))

    def press(
        self, account_id: int, person_id: int, label: str, message_number: int | None
    ) -> tuple[Press | Message, int]:
        """Press the button with this label, by default under the newest message that has it."""
        person = self.person(person_id)
        dialog = _there(self._world.dialogs.get(self._network, account_id, person_id), "dialog")
        message, button = self._button(dialog, label, message_number)
        if button.kind is ButtonKind.LINK:
            raise NothingThereError("a link opens a page, it tells the network nothing")
        if button.kind is ButtonKind.TEXT:
            return self.write(account_id, person_id, button.text, button.data or None)
        number = self._world.next_number(f"{self._network}:press")
        press = self._world.presses.put(
            Press(
                network=self._network,
                id=hashlib.sha256(f"{self._network} press {number}".encode()).hexdigest()[:32],
                owner_id=account_id,
                person_id=person_id,
                message_key=message.key,
                data=button.data,
                at=self._world.now(),
            )
        )
        return press, self._tell(Pressed(press, message, person))

    def comment(
        self, community_id: int, person_id: int, text: str, post_number: int | None, reply_to: int | None = None
    ) -> tuple[Comment, int]:
        person, post = self.person(person_id), self._post(community_id, post_number)
        comment = self._world.comments.put(
            Comment(
                network=self._network,
                community_id=community_id,
                post_number=post.number,
                number=self._world.next_number(f"{self._network}:comment:{community_id}"),
                person_id=person_id,
                text=text,
                at=self._world.now(),
                reply_to=reply_to,
            )
        )
        return comment, self._tell(Commented(comment, post, person))

    def edit_comment(self, community_id: int, number: int, text: str) -> tuple[Comment, int]:
        comment, post, person = self._own_comment(community_id, number)
        change = {"text": text, "edited_at": self._world.now()}
        comment = self._world.comments.put(comment.model_copy(update=change))
        return comment, self._tell(CommentEdited(comment, post, person))

    def remove_comment(self, community_id: int, number: int) -> tuple[Comment, int]:
        comment, post, person = self._own_comment(community_id, number)
        comment = self._world.comments.put(comment.model_copy(update={"deleted": True}))
        return comment, self._tell(CommentRemoved(comment, post, person))

    def mention(self, community_id: int, person_id: int, text: str, url: str | None) -> tuple[Mention, int]:
        """Name the community in a post on the person's own wall."""
        person, community = self.person(person_id), self.community(community_id)
        mention = self._world.mentions.put(
            Mention(
                network=self._network,
                community_id=community_id,
                number=self._world.next_number(f"{self._network}:mention:{community_id}"),
                person_id=person_id,
                url=url,
                text=text,
                at=self._world.now(),
            )
        )
        return mention, self._tell(Mentioned(mention, community, person))

    def react(
        self, community_id: int, person_id: int, emoji: str, post_number: int | None, *, removed: bool = False
    ) -> tuple[Reaction, int]:
        """React to a post, or take that back; who has reacted already changes it."""
        person, post = self.person(person_id), self._post(community_id, post_number)
        reaction = Reaction(
            network=self._network,
            community_id=community_id,
            post_number=post.number,
            person_id=person_id,
            emoji=emoji,
            at=self._world.now(),
        )
        if removed:
            _there(self._world.reactions.get(self._network, community_id, post.number, person_id), "reaction")
            self._world.reactions.remove(reaction)
        else:
            self._world.reactions.put(reaction)
        return reaction, self._tell(Reacted(reaction, post, person, removed))

    def vote(
        self, community_id: int, person_id: int, options: tuple[int, ...], post_number: int | None
    ) -> tuple[Poll, int]:
        """Choose in the poll of a post; none of the options takes the vote back."""
        person, post = self.person(person_id), self._post(community_id, post_number)
        poll = _there(self._world.polls.get(self._network, post.poll_id), "poll")
        known = set(range(len(poll.options)))
        ended = poll.is_closed or (poll.closes_at is not None and poll.closes_at <= self._world.now())
        if ended or not set(options) <= known or (len(options) > 1 and not poll.is_multiple):
            raise NothingThereError("the poll does not take this vote")
        others = tuple(vote for vote in poll.votes if vote.person_id != person_id)
        votes = (*others, Vote(person_id=person_id, options=options)) if options else others
        poll = self._world.polls.put(poll.model_copy(update={"votes": votes}))
        return poll, self._tell(Voted(poll, post, person, options))

    def repost(self, community_id: int, person_id: int, text: str, post_number: int | None) -> tuple[Repost, int]:
        person, post = self.person(person_id), self._post(community_id, post_number)
        repost = self._world.reposts.put(
            Repost(
                network=self._network,
                community_id=community_id,
                post_number=post.number,
                number=self._world.next_number(f"{self._network}:repost:{community_id}"),
                person_id=person_id,
                text=text,
                at=self._world.now(),
            )
        )
        return repost, self._tell(Reposted(repost, post, person))

    def join(self, community_id: int, person_id: int, link_url: str | None = None) -> tuple[Community, int]:
        """Become a member, perhaps by an invite link; who is one already changes nothing."""
        person, community = self.person(person_id), self.community(community_id)
        link = None if link_url is None else self._usable_link(community, link_url)
        if person_id in community.members:
            return community, 0
        if link is not None:
            link = self._world.invite_links.put(link.model_copy(update={"used": link.used + 1}))
        members = (*community.members, person_id)
        community = self._world.communities.put(community.model_copy(update={"members": members}))
        return community, self._tell(Joined(community, person, link))

    def leave(self, community_id: int, person_id: int) -> tuple[Community, int]:
        person, community = self.person(person_id), self.community(community_id)
        if person_id not in community.members:
            return community, 0
        members = tuple(member for member in community.members if member != person_id)
        community = self._world.communities.put(community.model_copy(update={"members": members}))
        return community, self._tell(Left(community, person))

    def _usable_link(self, community: Community, url: str) -> InviteLink:
        link = _there(self._world.invite_links.get(self._network, url), "invite link")
        expired = link.expires_at is not None and link.expires_at <= self._world.now()
        used_up = link.member_limit is not None and link.used >= link.member_limit
        if link.community_id != community.id or expired or used_up:
            raise NothingThereError("there is no such invite link any longer")
        return link

    def _dialog(self, account_id: int, person: Person) -> Dialog:
        shelf = self._world.bots if self._stand_in.has_bots else self._world.communities
        _there(shelf.get(self._network, account_id), "bot" if self._stand_in.has_bots else "community")
        known = self._world.dialogs.get(self._network, account_id, person.id)
        return known or self._world.dialogs.put(
            Dialog(
                network=self._network,
                owner_id=account_id,
                person_id=person.id,
                chat_id=self._stand_in.dialog_chat_id(self._world, account_id, person.id),
            )
        )

    def _keep(self, dialog: Dialog, text: str, payload: str | None) -> Message:
        number, key = self._stand_in.message_key(self._world, MessageKind.DIRECT, dialog.owner_id)
        return self._world.keep_message(
            Message(
                network=self._network,
                kind=MessageKind.DIRECT,
                owner_id=dialog.owner_id,
                chat_id=dialog.chat_id,
                number=number,
                key=key,
                author_id=dialog.person_id,
                outgoing=False,
                text=text,
                at=self._world.now(),
                payload=payload,
            )
        )

    def _button(self, dialog: Dialog, label: str, number: int | None) -> tuple[Message, Button]:
        for message in reversed([m for m in self._world.messages if m.network == self._network and m.outgoing]):
            if message.deleted or (message.owner_id, message.chat_id) != (dialog.owner_id, dialog.chat_id):
                continue
            found = next((b for row in message.buttons for b in row if b.text == label), None)
            if found is not None and number in {None, message.number}:
                return message, found
        standing = next((b for row in dialog.menu for b in row if b.text == label), None)
        last = [m for m in self._world.messages if m.outgoing and self._of_dialog(m, dialog)]
        if standing is not None and last and number is None:
            return last[-1], standing
        raise NothingThereError("there is no such button")

    @staticmethod
    def _of_dialog(message: Message, dialog: Dialog) -> bool:
        place = (message.network, message.owner_id, message.chat_id)
        return place == (dialog.network, dialog.owner_id, dialog.chat_id)

    def _own_comment(self, community_id: int, number: int) -> tuple[Comment, Message, Person]:
        """A person's comment that is still there."""
        comment = self._world.comments.get(self._network, community_id, number)
        if comment is None or comment.deleted or comment.person_id is None:
            raise NothingThereError("there is no such comment")
        return comment, self._post(community_id, comment.post_number), self.person(comment.person_id)

    def _post(self, community_id: int, number: int | None) -> Message:
        self.community(community_id)
        posts = self._world.posts(self._network, community_id)
        wanted = [post for post in posts if number in {None, post.number}]
        return _there(wanted[-1] if wanted else None, "post")

    def _tell(self, event: Event) -> int:
        return self._sandbox.hooks.tell(self._network, event)


def _there(found: T | None, what: str) -> T:
    if found is None:
        raise NothingThereError(f"there is no such {what}")
    return found
