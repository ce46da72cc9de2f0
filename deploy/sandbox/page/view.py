"""What the public page shows, gathered from everything that the stand-ins know."""

from deploy.sandbox.page.shapes import (
    ButtonView,
    CommunityView,
    DialogView,
    LineView,
    MailView,
    MenuItemView,
    NetworkView,
    OptionView,
    PageView,
    PictureView,
    PollView,
    PostView,
    ReactionView,
    SourceView,
)
from deploy.sandbox.records import (
    Bot,
    ButtonKind,
    Community,
    Dialog,
    Message,
    MessageKind,
    Picture,
    PostFormat,
)
from deploy.sandbox.sandbox import Sandbox

POSTS_SHOWN = 30
MESSAGES_SHOWN = 60
MAILS_SHOWN = 30
ALT_WORDS = 12


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
    return sorted(found, key=_newest, reverse=True)


def _newest(community: CommunityView) -> float:
    return max((post.at.timestamp() for post in [*community.posts[:1], *community.stories[:1]]), default=0.0)


def _community(sandbox: Sandbox, community: Community) -> CommunityView:
    albums: dict[str, list[Message]] = {}
    stories: list[Message] = []
    now = sandbox.world.now()
    for post in sandbox.world.put_out(community.network, community.id):
        if post.format is not PostFormat.STORY:
            albums.setdefault(post.album or post.key, []).append(post)
        elif not post.deleted and (post.visible_until is None or post.visible_until > now):
            stories.append(post)
    shown = list(albums.values())[-POSTS_SHOWN:]
    return CommunityView(
        id=f"{community.network}-{community.handle}",
        number=str(community.id),
        account_id=str(community.bot_id or community.id),
        title=community.title,
        handle=community.handle,
        description=community.description,
        followers=community.followers + len(community.members),
        stories=[_post(sandbox, [story]) for story in reversed(stories)],
        posts=[_post(sandbox, album) for album in reversed(shown)],
    )


def _post(sandbox: Sandbox, album: list[Message]) -> PostView:
    world, first = sandbox.world, album[0]
    there = [post for post in album if not post.deleted]
    return PostView(
        id=f"{first.network}-{first.key}",
        number=str(first.number),
        format=first.format,
        withdrawn=not there,
        visible_until=first.visible_until,
        poll=_poll(sandbox, first) if there else None,
        source=SourceView(url=first.source_url, text=first.source_text) if there and first.source_url else None,
        text=first.text if there else "",
        spans=list(first.spans) if there else [],
        pictures=[picture for post in there for picture in _pictures(sandbox, post)],
        buttons=_buttons(first) if there else [],
        at=first.at,
        edited=first.edited_at is not None,
        comments=[
            ReactionView(who=_author(sandbox, first, c.person_id), text=c.text, at=c.at)
            for c in (world.comments_of(first) if there else [])
        ],
        reposts=[
            ReactionView(who=_name(sandbox, r.network, r.person_id), text=r.text, at=r.at)
            for r in (world.reposts_of(first) if there else [])
        ],
        reactions=len(world.reactions_of(first)) if there else 0,
    )


def _poll(sandbox: Sandbox, post: Message) -> PollView | None:
    poll = sandbox.world.polls.get(post.network, post.poll_id)
    if poll is None:
        return None
    ended = poll.closes_at is not None and poll.closes_at <= sandbox.world.now()
    options = [OptionView(text=text, votes=votes) for text, votes in zip(poll.options, poll.totals, strict=True)]
    return PollView(question=poll.question, options=options, voters=len(poll.votes), closed=poll.is_closed or ended)


def _author(sandbox: Sandbox, post: Message, person_id: int | None) -> str:
    if person_id is not None:
        return _name(sandbox, post.network, person_id)
    community = sandbox.world.communities.get(post.network, post.owner_id)
    return community.title if community else ""


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
        person_id=str(dialog.person_id),
        person=_name(sandbox, dialog.network, dialog.person_id),
        account_id=str(dialog.owner_id),
        menu=_menu(owner, dialog),
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
        number=str(message.number),
        mine=not message.outgoing,
        text=message.text,
        spans=list(message.spans),
        pictures=_pictures(sandbox, message),
        buttons=_buttons(message),
        pressed=labels.get(presses[-1].data) if presses else None,
        at=message.at,
    )


def _menu(owner: Bot | Community | None, dialog: Dialog) -> list[MenuItemView]:
    """A bot's commands are written, the keys below a chat are pressed."""
    commands = owner.menu if isinstance(owner, Bot) else ()
    keys = [MenuItemView(text=b.text, said=None) for row in dialog.menu for b in row if b.kind is not ButtonKind.LINK]
    return [MenuItemView(text=b.text, said=b.data) for b in commands] + keys


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
