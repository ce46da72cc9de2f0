"""Where letters go that the SMTP server has taken: to a list, into a person's mailbox, or into a community's."""

import base64

from deploy.sandbox.networks.email.letters import Taken, WrongLetterError
from deploy.sandbox.networks.email.names import NETWORK, community_with_list, owner_of
from deploy.sandbox.pictures import NotAnImage, keep_picture
from deploy.sandbox.records import Community, CredentialKind, Dialog, Message, MessageKind, Person
from deploy.sandbox.world import World


class Mailroom:
    def __init__(self, world: World) -> None:
        self._world = world

    def community_of(self, login: str, password: str) -> Community | None:
        """Who signs in so."""
        credential = self._world.credentials.get(NETWORK, password)
        owner = owner_of(self._world, login)
        fits = credential is not None and credential.kind is CredentialKind.COMMUNITY
        if credential is None or not fits or not isinstance(owner, Community) or credential.subject_id != owner.id:
            return None
        return owner

    def put(self, sender: Community | None, recipients: list[str], letter: Taken, content: bytes) -> None:
        """Raises WrongLetterError."""
        if sender is None:
            raise WrongLetterError("5.7.0 nobody has signed in")
        for address in recipients:
            owner = owner_of(self._world, address)
            if community_with_list(self._world, address) is not None:
                self._keep(sender, letter, MessageKind.POST, sender.id)
            elif isinstance(owner, Person):
                self._keep(sender, letter, MessageKind.DIRECT, self._dialog(sender, owner).chat_id)
            elif owner is not None:
                raw = base64.b64encode(content).decode()
                self._world.keep_news(NETWORK, owner.id, "letter", {"raw": raw})

    def _keep(self, sender: Community, letter: Taken, kind: MessageKind, chat_id: int) -> None:
        try:
            pictures = [
                self._world.pictures.put(
                    keep_picture(self._world, NETWORK, content).model_copy(update={"caption": shows})
                )
                for content, shows in letter.images
            ]
        except NotAnImage as error:
            raise WrongLetterError("5.6.0 an image is none") from error
        number = self._world.next_number(f"{NETWORK}:letter")
        self._world.keep_message(
            Message(
                network=NETWORK,
                kind=kind,
                owner_id=sender.id,
                chat_id=chat_id,
                number=number,
                key=str(number),
                author_id=None,
                outgoing=True,
                text=letter.text,
                pictures=tuple(picture.id for picture in pictures),
                at=self._world.now(),
                repeat_key=letter.headers["Message-ID"].strip("<>"),
                payload=letter.headers["Subject"],
            )
        )

    def _dialog(self, sender: Community, person: Person) -> Dialog:
        known = self._world.dialogs.get(NETWORK, sender.id, person.id)
        chat_id = sender.id * 1_000_000 + person.id
        fresh = Dialog(network=NETWORK, owner_id=sender.id, person_id=person.id, chat_id=chat_id)
        return known or self._world.dialogs.put(fresh)
