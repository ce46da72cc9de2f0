"""A union whose mails are caught, and what its people were told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
from sqlmodel import col, select

from services.gateway.notifications.tables import Notification, NotificationTelling
from services.gateway.people.rules import Network, Proof
from services.gateway.people.rules.contacts import ContactKind
from services.gateway.people.tables import Contact, Identifier
from shared.clock import new_id
from shared.context import unit_of_work
from shared.contracts import Message, ServiceName
from shared.contracts.gateway import NotificationDue, NotificationRequested
from shared.contracts.publisher import NoticeDelivery, NoticeRequested
from shared.identity import system
from shared.permissions import Permission, Role
from shared.testing.envelopes import enveloped
from tests.service.gateway.union import Gateway, Union


@dataclass
class Colleague:
    """Somebody who is told: the address at which they are found, and their client, signed in by whatever clock it is."""

    gateway: Gateway
    id: UUID
    address: str
    signed_in_at: datetime | None = None
    token: str = ""

    async def ask(self, verb: str, path: str, **more: Any) -> httpx.Response:
        now = self.gateway.clock.now()
        if self.signed_in_at != now:
            self.token = (await self.gateway.tokens(self.address))["access_token"]
            self.signed_in_at = now
        async with self.gateway.client(self.token) as client:
            return await client.request(verb, path, **more)

    async def set(self, **change: object) -> dict[str, Any]:
        answer = await self.ask("PATCH", "/v1/notification_settings", json=change)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def notifications(self, **query: str) -> dict[str, Any]:
        answer = await self.ask("GET", "/v1/notifications", params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def tellings(self) -> dict[str, tuple[str, str | None]]:
        """Of the newest notification: state and code by way."""
        newest = (await self.notifications())["items"][0]
        return {each["way"]: (each["state"], each["code"]) for each in newest["tellings"]}


@dataclass
class PostOffice:
    union: Union
    catcher: httpx.AsyncClient

    @property
    def gateway(self) -> Gateway:
        return self.union.gateway

    async def colleague(
        self, role: Role = Role.INFORMATION_OFFICER, organization_id: str | None = None, local_part: str = "anna"
    ) -> Colleague:
        """Somebody with that role, who signs in with a mail address."""
        person = await self.union.person(organization_id)
        await self.union.grant(person["id"], role, organization_id)
        address = f"{local_part}@{uuid4().hex}.example"
        body = {"sign_in_name": address, "password": "correct horse battery"}
        answer = await self.union.admin.put(f"/v1/people/{person['id']}/sign_in", json=body)
        assert answer.status_code == 200, answer.text
        return Colleague(self.gateway, UUID(person["id"]), address)

    async def account(
        self, colleague: Colleague, external_id: str, network: Network = Network.TELEGRAM, proof: Proof = Proof.NETWORK
    ) -> None:
        async with unit_of_work(self.gateway.runtime, self.union.id, system(self.union.id)) as context:
            account = Identifier(
                person_id=colleague.id, network=network, external_id=external_id, proof=proof, proven_at=context.now
            )
            await context.store.insert(account)

    async def prove_mail(self, colleague: Colleague) -> None:
        """The address that they sign in with is theirs."""
        async with unit_of_work(self.gateway.runtime, self.union.id, system(self.union.id)) as context:
            contact = Contact(
                person_id=colleague.id, kind=ContactKind.EMAIL, value=colleague.address, verified_at=context.now
            )
            await context.store.insert(contact)

    async def invites(self, *people: UUID, **more: Any) -> str:
        """A survey asks these people, who are told to the end by the clock."""
        return await self.happens(
            f"survey:{new_id()}:opened",
            kind="survey_opened",
            permission=None,
            person_ids=people,
            title={"ru": "Вас приглашают ответить на опрос", "en": "You are asked to answer a survey"},
            **more,
        )

    async def happens(self, incident: str | None = None, **more: Any) -> str:
        """Something that staff must know, told to the end by the clock."""
        incident = await self.report(incident, **more)
        await self.drain()
        return incident

    async def report(self, incident: str | None = None, **more: Any) -> str:
        values: dict[str, Any] = {
            "kind": "publication_failed",
            "incident": incident or f"publication:{new_id()}:1",
            "organization_id": self.union.id,
            "permission": Permission.PUBLISH,
            "title": {"ru": "Публикация не вышла", "en": "A publication did not come out"},
            "link": "/v1/publications/1/deliveries",
        }
        await self.deliver(NotificationRequested(**(values | more)))
        return str(values["incident"])

    async def deliver(self, message: Message) -> None:
        """Hand the gateway one message as its queue would."""
        envelope = enveloped(message, self.union.id, self.gateway.clock.now())
        answer = await self.gateway.house.handle(envelope)
        assert answer.error is None, answer

    async def attempt(self, attempt: int = 1) -> None:
        """What has come due, alone: what is asked of the publisher stays in the outbox, to be read."""
        for due in await self.gateway.house.outbox(ServiceName.GATEWAY, self.union.id, NotificationDue):
            if due.attempt == attempt:
                await self.deliver(due)

    async def drain(self) -> None:
        for answer in await self.gateway.drain():
            assert answer.error is None, answer

    async def hear(self, notice: NoticeRequested, state: str, code: str | None = None) -> None:
        """The publisher's answer."""
        await self.deliver(NoticeDelivery(reference_id=notice.reference_id, state=state, code=code))

    async def mails(self, to: Colleague) -> list[dict[str, Any]]:
        return (await self.catcher.get("/control/mails", params={"to": to.address})).json()

    async def notices(self) -> list[NoticeRequested]:
        return await self.gateway.house.outbox(ServiceName.GATEWAY, self.union.id, NoticeRequested)

    async def told(self) -> Sequence[tuple[str, str, str | None]]:
        """(way, state, code) of everything that left the house for this union, oldest first."""
        async with unit_of_work(self.gateway.runtime, self.union.id, system(self.union.id)) as context:
            rows = await context.store.all(select(NotificationTelling).order_by(col(NotificationTelling.id)))
            return [(row.way, row.state, row.code) for row in rows]

    async def count(self) -> int:
        async with unit_of_work(self.gateway.runtime, self.union.id, system(self.union.id)) as context:
            return len(await context.store.all(select(Notification)))
