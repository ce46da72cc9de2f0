"""Mastodon: statuses of an account on its own server, private mentions both ways, and what it is notified of."""

from collections.abc import Collection
from datetime import datetime

import httpx

from services.publisher.networks.accounts import Ability, Account, Missing, Network, OwnLimits, Probe
from services.publisher.networks.connector import Connector
from services.publisher.networks.contents import CommentReply, DirectMessage, Post
from services.publisher.networks.inbound import Fetched
from services.publisher.networks.mastodon.calls import Server, in_path, server_of
from services.publisher.networks.mastodon.notifications import fetch, totals_of
from services.publisher.networks.mastodon.statuses import Statuses
from services.publisher.networks.mastodon.wire import Instance, Poll, Status
from services.publisher.networks.measures import Measured, PollTotals, PostMeasures
from services.publisher.networks.outcomes import (
    Change,
    Done,
    NoProof,
    Outcome,
    Reconciliation,
    Rejected,
    Unsupported,
)
from services.publisher.networks.reasons import reason
from services.publisher.networks.transport import Budget, Refused, Timeouts, of_recipient, why_not


class MastodonConnector(Connector):
    network = Network.MASTODON

    def __init__(self, client: httpx.AsyncClient, base_url: str, timeouts: Timeouts) -> None:
        self._server = Server(client, base_url, timeouts)
        self._statuses = Statuses(self._server)
        self._timeouts = timeouts

    async def probe(self, account: Account) -> Probe:
        try:
            me, server = await self._server.me(account), server_of(account)
        except Refused as refused:
            return Probe(missing=(Missing(Ability.PUBLISH, why_not(refused.outcome)),))
        page = f"https://{server}/@{me.username}"
        return Probe(
            mailbox=account.target.lower(),
            mailbox_url=page,
            title=me.display_name or account.target,
            url=page,
            follower_count=me.followers_count,
            limits=await self._limits(account),
        )

    async def _limits(self, account: Account) -> OwnLimits | None:
        """None where the server does not tell: it may be another program that speaks the same language."""
        try:
            told = (await self._server.get(account, "/api/v2/instance", Instance)).configuration
        except Refused:
            return None
        return OwnLimits(
            text=told.statuses.max_characters,
            link=told.statuses.characters_reserved_per_url,
            images=told.statuses.max_media_attachments,
            image_size=told.media_attachments.image_size_limit,
            image_pixels=told.media_attachments.image_matrix_limit,
            alt_text=told.media_attachments.description_limit,
            poll_options=told.polls.max_options,
            poll_option=told.polls.max_characters_per_option,
        )

    async def publish(self, account: Account, post: Post) -> Outcome:
        try:
            return await self._statuses.put(account, post, Budget(self._timeouts))
        except Refused as refused:
            return refused.outcome

    async def reconcile(
        self, account: Account, post: Post, since: datetime, others: Collection[str] = ()
    ) -> Reconciliation:
        try:
            return await self._statuses.find(account, post, since, others) or NoProof()
        except Refused as refused:
            return Unsupported(why_not(refused.outcome))

    async def edit(self, account: Account, external_id: str, post: Post) -> Change:
        try:
            await self._statuses.change(account, external_id, post, Budget(self._timeouts))
        except Refused as refused:
            return refused.outcome
        return Done()

    async def withdraw(self, account: Account, external_id: str, images: int = 0) -> Change:  # noqa: ARG002 all are one status
        try:
            await self._statuses.take_down(account, external_id, Budget(self._timeouts))
        except Refused as refused:
            return Done() if _is_gone(refused) else refused.outcome
        return Done()

    async def reply(self, account: Account, answer: CommentReply) -> Outcome:
        try:
            return await self._statuses.answer(account, answer, Budget(self._timeouts))
        except Refused as refused:
            return refused.outcome

    async def measure(self, account: Account, external_id: str) -> PostMeasures | Unsupported:
        try:
            return _measures_of(await self._statuses.read(account, external_id))
        except Refused as refused:
            return Unsupported(why_not(refused.outcome))

    async def poll_totals(self, account: Account, poll_id: str) -> PollTotals | Unsupported:
        try:
            found = await self._server.get(account, f"/api/v1/polls/{in_path(poll_id)}", Poll)
        except Refused as refused:
            return Unsupported(why_not(refused.outcome))
        return totals_of(found) or Unsupported(reason("cannot_measure"))

    async def send_direct(self, account: Account, message: DirectMessage) -> Outcome:
        try:
            return await self._statuses.write(account, message, Budget(self._timeouts))
        except Refused as refused:
            return of_recipient(refused.outcome)

    async def fetch_updates(self, account: Account, cursor: str | None) -> Fetched:
        return await fetch(self._server, account, cursor)


def _is_gone(refused: Refused) -> bool:
    return isinstance(refused.outcome, Rejected) and refused.outcome.reason.code == "network.post_gone"


def _measures_of(status: Status) -> PostMeasures:
    untold = Measured.untold(reason("cannot_measure"))
    carried = None if status.reblogs_count is None else status.reblogs_count + (status.quotes_count or 0)
    return PostMeasures(
        views=untold,
        reach=untold,
        reactions=_measured(status.favourites_count),
        comments=_measured(status.replies_count),
        reposts=_measured(carried),
    )


def _measured(value: int | None) -> Measured:
    return Measured.untold(reason("cannot_measure")) if value is None else Measured(value)
