"""One post and one answer in every network, told apart by nothing but the network's name."""

from dataclasses import dataclass

import httpx

from tests.contract.sandbox.stand import Stand

POSTING = {"telegram": "sendMessage", "vk": "wall.post", "max": "POST /messages"}


@dataclass(frozen=True)
class Act:
    """Raw HTTP: what a caller sees when it does not look at schemas."""

    stand: Stand
    network: str

    async def post(self, text: str = "Текст", *, patience: float = 5.0) -> httpx.Response:
        client, channel = self.stand.client, self.stand.community(self.network)
        match self.network:
            case "telegram":
                url = f"/telegram/bot{self.stand.token('telegram', 'bot')}/sendMessage"
                return await client.post(url, json={"chat_id": channel, "text": text}, timeout=patience)
            case "vk":
                form = {"owner_id": str(-channel), "from_group": "1", "message": text, "v": "5.199"}
                headers = {"Authorization": f"Bearer {self.stand.token('vk', 'community')}"}
                return await client.post("/vk/method/wall.post", data=form, headers=headers, timeout=patience)
            case _:
                headers = {"Authorization": self.stand.token("max", "bot")}
                url = f"/max/messages?chat_id={channel}"
                return await client.post(url, json={"text": text}, headers=headers, timeout=patience)

    async def posted(self) -> int:
        """How many posts the public sees."""
        return len(await self.stand.seen("/posts", network=self.network))

    async def calls(self) -> list[str]:
        """How each call ended, as the stand-in saw it."""
        calls = await self.stand.seen("/calls", network=self.network, method=POSTING[self.network])
        return [str(call["outcome"]) for call in calls]
