"""What the public page shows, gathered from everything that the stand-ins know."""

from datetime import datetime

from pydantic import BaseModel

from deploy.sandbox.records import Bot, ButtonKind, Community, Dialog, Message, MessageKind, Picture, Span
from deploy.sandbox.sandbox import Sandbox

POSTS_SHOWN = 30
MESSAGES_SHOWN = 60
MAILS_SHOWN = 30
ALT_WORDS = 12


class PictureView(BaseModel):
    url: str
    alt: str
    width: int
    height: int


class ReactionView(BaseModel):
    who: str
    text: str
    at: datetime


class ButtonView(BaseModel):
    text: str
    link: str | None


class PostView(BaseModel):
    id: str
    text: str
    spans: list[Span]
    pictures: list[PictureView]
    buttons: list[list[ButtonView]]
    at: datetime
    edited: bool
    comments: list[ReactionView]
    reposts: list[ReactionView]


class CommunityView(BaseModel):
    id: str
    title: str
    handle: str
    description: str
    followers: int
    posts: list[PostView]


class LineView(BaseModel):
    id: str
    mine: bool  # the person's own, on the right as in their own app
    text: str
    spans: list[Span]
    pictures: list[PictureView]
    buttons: list[list[ButtonView]]
    pressed: str | None
    at: datetime


class DialogView(BaseModel):
    id: str
    person: str
    account: str
    lines: list[LineView]


class NetworkView(BaseModel):
    name: str
    title: str
    communities: list[CommunityView]
    dialogs: list[DialogView]


class MailView(BaseModel):
    id: str
    to: str
    sender: str
    subject: str
    text: str
    at: datetime


class PageView(BaseModel):
    version: int
    networks: list[NetworkView]
    mails: list[MailView]  # newest first


def page_view(sandbox: Sandbox) -> PageView:
    return PageView(
        version=sandbox.world.version,
        networks=[
            NetworkView(
                name=network.name,
                title=network.title,
                communities=_communities(sandbox, network.name),
                dialogs=_dialogs(sandbox, network.name),
            )
            for network in sandbox.networks.values()
        ],
        mails=[
            MailView(
                id=f"mail-{mail.id}",
                to=mail.to,
                sender=mail.sender,
                subject=mail.subject,
                text=mail.text.strip(),
                at=mail.at,
            )
            for mail in reversed(list(sandbox.world.mails)[-MAILS_SHOWN:])
        ],
    )


def _communities(sandbox: Sandbox, network: str) -> list[CommunityView]:
    """Those with the newest posts first."""
    found = [_community(sandbox, community) for community in sandbox.world.communities if community.network == network]
    return sorted(found, key=lambda c: c.posts[0].at.timestamp() if c.posts else 0.0, reverse=True)


def _community(sandbox: Sandbox, community: Community) -> CommunityView:
    albums: dict[str, list[Message]] = {}
    for post in sandbox.world.posts(community.network, community.id):
        albums.setdefault(post.album or post.key, []).append(post)
    shown = list(albums.values())[-POSTS_SHOWN:]
    return CommunityView(
        id=f"{community.network}-{community.handle}",
        title=community.title,
        handle=community.handle,
        description=community.description,
        followers=community.followers + len(community.members),
        posts=[_post(sandbox, album) for album in reversed(shown)],
    )


def _post(sandbox: Sandbox, album: list[Message]) -> PostView:
    first = album[0]
    place = (first.network, first.owner_id, first.number)
    return PostView(
        id=f"{first.network}-{first.key}",
        text=first.text,
        spans=list(first.spans),
        pictures=[picture for post in album for picture in _pictures(sandbox, post)],
        buttons=_buttons(first),
        at=first.at,
        edited=first.edited_at is not None,
        comments=[
            ReactionView(who=_name(sandbox, c.network, c.person_id), text=c.text, at=c.at)
            for c in sandbox.world.comments
            if (c.network, c.community_id, c.post_number) == place
        ],
        reposts=[
            ReactionView(who=_name(sandbox, r.network, r.person_id), text=r.text, at=r.at)
            for r in sandbox.world.reposts
            if (r.network, r.community_id, r.post_number) == place
        ],
    )


def _dialogs(sandbox: Sandbox, network: str) -> list[DialogView]:
    """Those with the newest messages first."""
    found = [_dialog(sandbox, dialog) for dialog in sandbox.world.dialogs if dialog.network == network]
    return sorted(found, key=lambda d: d.lines[-1].at.timestamp() if d.lines else 0.0, reverse=True)


def _dialog(sandbox: Sandbox, dialog: Dialog) -> DialogView:
    world = sandbox.world
    owner: Bot | Community | None = world.bots.get(dialog.network, dialog.owner_id) or world.communities.get(
        dialog.network, dialog.owner_id
    )
    lines = [
        m
        for m in world.messages
        if m.kind is MessageKind.DIRECT
        and not m.deleted
        and (m.network, m.owner_id, m.chat_id) == (dialog.network, dialog.owner_id, dialog.chat_id)
    ]
    return DialogView(
        id=f"{dialog.network}-dialog-{dialog.owner_id}-{dialog.person_id}",
        person=_name(sandbox, dialog.network, dialog.person_id),
        account=owner.title if isinstance(owner, Community) else owner.name if owner else "",
        lines=[_line(sandbox, message) for message in lines[-MESSAGES_SHOWN:]],
    )


def _line(sandbox: Sandbox, message: Message) -> LineView:
    presses = [
        p
        for p in sandbox.world.presses
        if (p.network, p.owner_id, p.message_key) == (message.network, message.owner_id, message.key)
    ]
    labels = {b.data: b.text for row in message.buttons for b in row}
    return LineView(
        id=f"{message.network}-{message.owner_id}-{message.key}",
        mine=not message.outgoing,
        text=message.text,
        spans=list(message.spans),
        pictures=_pictures(sandbox, message),
        buttons=_buttons(message),
        pressed=labels.get(presses[-1].data) if presses else None,
        at=message.at,
    )


def _buttons(message: Message) -> list[list[ButtonView]]:
    return [
        [ButtonView(text=b.text, link=b.data if b.kind is ButtonKind.LINK else None) for b in row]
        for row in message.buttons
    ]


def _pictures(sandbox: Sandbox, message: Message) -> list[PictureView]:
    known = (sandbox.world.pictures.get(message.network, picture_id) for picture_id in message.pictures)
    return [_picture(picture, message) for picture in known if picture is not None]


def _picture(picture: Picture, message: Message) -> PictureView:
    """Of these networks only VK takes a caption with the image: else the text beside it has to say."""
    words = message.text.split()
    start = " ".join(words[:ALT_WORDS]) + ("…" if len(words) > ALT_WORDS else "")
    alt = picture.caption or (f"Изображение к записи «{start}»" if start else "Изображение без описания")
    return PictureView(
        url=f"/pictures/{picture.network}/{picture.id}", alt=alt, width=picture.width, height=picture.height
    )


def _name(sandbox: Sandbox, network: str, person_id: int) -> str:
    person = sandbox.world.people.get(network, person_id)
    return person.full_name if person else "Участник"
