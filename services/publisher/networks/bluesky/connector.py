"""Bluesky: posts into an account's repository, and what the account is notified of. It has no hooks and no polls."""

from collections.abc import Collection
from datetime import UTC, datetime

import httpx
from pydantic import BaseModel, ConfigDict

from services.publisher.networks.accounts import Ability, Account, Missing, Network, Probe
from services.publisher.networks.bluesky.calls import Xrpc
from services.publisher.networks.bluesky.notifications import fetch
from services.publisher.networks.bluesky.posts import Posts, PostView
from services.publisher.networks.connector import Connector
from services.publisher.networks.contents import CommentReply, Post
from services.publisher.networks.inbound import Fetched
from services.publisher.networks.measures import Measured, PostMeasures
from services.publisher.networks.outcomes import (
    Change,
    Done,
    NoProof,
    Outcome,
    Reconciliation,
    Unsupported,
)
from services.publisher.networks.reasons import reason
from services.publisher.networks.transport import Budget, Refused, Timeouts, why_not


class _Profile(BaseModel):
    model_config = ConfigDict(extra="ignore")

    displayName: str | None = None  # noqa: N815 - the network's name
    followersCount: int | None = None  # noqa: N815


class BlueskyConnector(Connector):
    network = Network.BLUESKY

    def __init__(self, client: httpx.AsyncClient, base_url: str, timeouts: Timeouts) -> None:
        self._api = Xrpc(client, base_url, timeouts)
        self._posts = Posts(self._api)
        self._timeouts = timeouts

    async def probe(self, account: Account) -> Probe:
        try:
            session = await self._api.session(account)
            profile = await self._api.query(account, "app.bsky.actor.getProfile", _Profile, {"actor": session.did})
        except Refused as refused:
            return Probe(missing=(Missing(Ability.PUBLISH, why_not(refused.outcome)),))
        return Probe(
            mailbox=session.did,
            title=profile.displayName or session.handle,
            url=f"https://bsky.app/profile/{session.handle}",
            follower_count=profile.followersCount,
        )

    async def publish(self, account: Account, post: Post) -> Outcome:
        try:
            return await self._posts.put(account, post, Budget(self._timeouts))
        except Refused as refused:
            return refused.outcome

    async def reconcile(
        self,
        account: Account,
        post: Post,
        since: datetime,  # noqa: ARG002 - the record's key is enough
        others: Collection[str] = (),  # noqa: ARG002
    ) -> Reconciliation:
        try:
            return await self._posts.find(account, post) or NoProof()
        except Refused as refused:
            return Unsupported(why_not(refused.outcome))

    async def withdraw(self, account: Account, external_id: str, images: int = 0) -> Change:  # noqa: ARG002 one record
        try:
            async with Budget(self._timeouts).effect():
                await self._posts.take_down(account, external_id)
        except Refused as refused:
            return refused.outcome
        return Done()

    async def reply(self, account: Account, answer: CommentReply) -> Outcome:
        try:
            return await self._posts.answer(account, answer, Budget(self._timeouts))
        except Refused as refused:
            return refused.outcome

    async def measure(self, account: Account, external_id: str) -> PostMeasures | Unsupported:
        try:
            found = await self._posts.look_up(account, [external_id])
        except Refused as refused:
            return Unsupported(why_not(refused.outcome))
        return _measures_of(found[0]) if found else Unsupported(reason("post_gone"))

    async def fetch_updates(self, account: Account, cursor: str | None) -> Fetched:
        return await fetch(self._api, self._posts, account, cursor, datetime.now(UTC))


def _measures_of(view: PostView) -> PostMeasures:
    untold = Measured.untold(reason("cannot_measure"))
    carried = None if view.repostCount is None else view.repostCount + (view.quoteCount or 0)
    return PostMeasures(
        views=untold,
        reach=untold,
        reactions=_measured(view.likeCount),
        comments=_measured(view.replyCount),
        reposts=_measured(carried),
    )


def _measured(value: int | None) -> Measured:
    return Measured.untold(reason("cannot_measure")) if value is None else Measured(value)
