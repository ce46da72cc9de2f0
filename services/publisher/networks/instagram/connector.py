"""Instagram: posts and stories of a professional account, comments answered, mentions heard, figures told.

What is out can be neither changed nor taken down from here, and nothing is ever paid for.
"""

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, timedelta

import httpx

from services.publisher.networks.accounts import Ability, Account, Missing, Network, Probe
from services.publisher.networks.connector import Connector
from services.publisher.networks.contents import CommentReply, Post, PostFormat
from services.publisher.networks.inbound import Hook, HookAnswer, Mentioned, MentionNoticed, Sender, Update
from services.publisher.networks.instagram.calls import Graph, has_app, in_path, user_of
from services.publisher.networks.instagram.posts import Posts
from services.publisher.networks.instagram.updates import FIELDS, confirmation, is_signed, updates_in
from services.publisher.networks.instagram.wire import Done, Insights, Me, Media, Mentions, utc
from services.publisher.networks.measures import Measured, PostMeasures
from services.publisher.networks.outcomes import NoProof, Outcome, Reconciliation, Rejected, Throttled, Unsupported
from services.publisher.networks.reasons import reason
from services.publisher.networks.transport import Budget, Refused, Timeouts, why_not

RENEWED_ON = "token_renewed_on"
RENEW_AFTER = timedelta(days=7)  # a token lasts sixty; the first renewal is possible a day after it was made


class InstagramConnector(Connector):
    network = Network.INSTAGRAM

    def __init__(self, client: httpx.AsyncClient, base_url: str, timeouts: Timeouts) -> None:
        self._graph = Graph(client, base_url, timeouts)
        self._posts = Posts(self._graph)
        self._timeouts = timeouts

    async def probe(self, account: Account) -> Probe:
        fields = "user_id,username,name,followers_count"
        try:
            me = await self._graph.get(account, "/me", Me, {"fields": fields})
            _check_whose(me, account)
            await self._check_rights(account)
        except Refused as refused:
            return Probe(missing=(Missing(Ability.PUBLISH, why_not(refused.outcome)),))
        return Probe(
            mailbox=account.secrets["app_id"] if has_app(account) else account.target,
            title=me.name or me.username,
            url=f"https://www.instagram.com/{me.username}/",
            follower_count=me.followers_count,
            learned=await self._renewed(account, datetime.now(UTC).date()),
        )

    async def publish(self, account: Account, post: Post) -> Outcome:
        try:
            return await self._posts.put(account, post, Budget(self._timeouts))
        except Refused as refused:
            return refused.outcome

    async def reconcile(
        self, account: Account, post: Post, since: datetime, others: Collection[str] = ()
    ) -> Reconciliation:
        """A story says nothing by which it could be told from another."""
        if post.format is PostFormat.STORY:
            return Unsupported(reason("cannot_look"))
        try:
            return await self._posts.find(account, post, since, others) or NoProof()
        except Refused as refused:
            return Unsupported(why_not(refused.outcome))

    async def reply(self, account: Account, answer: CommentReply) -> Outcome:
        try:
            return await self._posts.answer(account, answer, Budget(self._timeouts))
        except Refused as refused:
            return refused.outcome

    async def measure(self, account: Account, external_id: str) -> PostMeasures | Unsupported:
        try:
            path = f"/{in_path(external_id)}"
            media = await self._graph.get(account, path, Media, {"fields": "id,like_count,comments_count"})
        except Refused as refused:
            return Unsupported(why_not(refused.outcome))
        insights = await self._insights(account, path)
        return PostMeasures(
            views=insights["views"],
            reach=insights["reach"],
            reactions=_measured(media.like_count),
            comments=_measured(media.comments_count),
            reposts=insights["shares"],
        )

    async def register_hook(self, account: Account, hook: Hook) -> Missing | None:
        if not has_app(account):
            return Missing(Ability.UPDATES, reason("app_needed"))
        callback: dict[str, object] = {
            "object": "instagram",
            "callback_url": hook.url,
            "fields": FIELDS,
            "verify_token": hook.secret,
            "include_values": True,
        }
        try:
            await self._graph.post_for_app(account, "subscriptions", Done, callback)
            path = f"/{user_of(account)}/subscribed_apps"
            await self._graph.post(account, path, Done, {"subscribed_fields": FIELDS})
        except Refused as refused:
            return Missing(Ability.UPDATES, why_not(refused.outcome))
        return None

    async def look_up(self, account: Account, noticed: MentionNoticed) -> Mentioned | None:
        field, what = f"mentioned_media.media_id({in_path(noticed.media_id)})", "caption,permalink,timestamp,username"
        if noticed.comment_id is not None:
            field = f"mentioned_comment.comment_id({in_path(noticed.comment_id)})"
            what = "text,timestamp,media{permalink}"
        try:
            query = {"fields": f"{field}{{{what}}}"}
            found = await self._graph.get(account, f"/{user_of(account)}", Mentions, query)
        except Refused as refused:
            why_not(refused.outcome)
            return None
        said = found.mentioned_comment or found.mentioned_media
        url = None if said is None else said.permalink or (said.media.permalink if said.media is not None else None)
        if said is None or url is None:
            return None
        sender = Sender(said.username or noticed.update_id, said.username)
        text = said.text or said.caption or ""
        return Mentioned(noticed.update_id, sender, url, text, utc(said.timestamp), noticed.places)

    def hook_secret(self, account: Account, kept: str) -> str:
        """Instagram signs with the app's secret; what we gave it is for the first question alone."""
        del kept
        return account.secrets.get("app_secret", "")

    def verify_hook(self, headers: Mapping[str, str], body: bytes, secret: str) -> bool:
        return is_signed(headers, body, secret)

    def answer_to_confirmation(self, query: Mapping[str, str], secret: str) -> HookAnswer | None:
        return confirmation(query, secret)

    def parse_updates(self, body: bytes) -> list[Update]:
        return updates_in(body)

    async def _check_rights(self, account: Account) -> None:
        """Whether the token may publish at all. A day's quota that is used up is no lack of rights. Raises Refused."""
        try:
            await self._posts.check_quota(account)
        except Refused as refused:
            if not isinstance(refused.outcome, Throttled):
                raise

    async def _renewed(self, account: Account, today: date) -> Mapping[str, str]:
        """A younger token, from time to time. What is too young or cannot be renewed now is tried another day."""
        renewed_on = account.secrets.get(RENEWED_ON)
        if renewed_on is not None and date.fromisoformat(renewed_on) > today - RENEW_AFTER:
            return {}
        try:
            return {"token": await self._graph.renewed(account), RENEWED_ON: today.isoformat()}
        except Refused:
            return {}

    async def _insights(self, account: Account, path: str) -> Mapping[str, Measured]:
        try:
            told = await self._graph.get(account, f"{path}/insights", Insights, {"metric": "views,reach,shares"})
        except Refused as refused:
            why = why_not(refused.outcome)
            return dict.fromkeys(("views", "reach", "shares"), Measured.untold(why))
        values = {one.name: one.values[0].value for one in told.data if one.values}
        return {name: _measured(values.get(name)) for name in ("views", "reach", "shares")}


def _check_whose(me: Me, account: Account) -> None:
    """Raises Refused for a token of another account."""
    if me.user_id != user_of(account):
        raise Refused(Rejected(reason("no_rights", f"the token is {me.username}'s")))


def _measured(value: int | None) -> Measured:
    return Measured.untold(reason("cannot_measure")) if value is None else Measured(value)
