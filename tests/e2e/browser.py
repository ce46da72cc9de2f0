"""Debian's chromium without a window, driven by its DevTools protocol over a pair of pipes.

What a page does by itself is seen by asking it again and again: nothing here reloads it.
"""

import asyncio
import fcntl
import json
import os
import shutil
import signal
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

from deploy.sandbox.screenshot import BROWSERS, QUIET
from deploy.until import until

CHROMIUM = next((path for name in BROWSERS if (path := shutil.which(name))), None)
LARGEST = 64 * 1024 * 1024  # bytes of one answer
PATIENCE = 30.0  # seconds: two cores may be busy with other tests
_READS, _WRITES = 3, 4  # the numbers that chromium knows its pipes by


class PageError(RuntimeError):
    """The page or the browser says that something went wrong."""


class Page:
    """One page, as its reader sees it."""

    def __init__(self, reader: asyncio.StreamReader, writer: int) -> None:
        self._reader, self._writer = reader, writer
        self._numbers = count(1)
        self._session: str | None = None

    async def open(self, url: str) -> None:
        target = await self._call("Target.createTarget", url="about:blank")
        attached = await self._call("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        self._session = attached["sessionId"]
        await self._call("Page.navigate", url=url)

    async def says(self, script: str) -> Any:
        """The value of an expression, which may be a promise. Raises PageError for what it throws."""
        answer = await self._call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise PageError(json.dumps(answer["exceptionDetails"], ensure_ascii=False)[:500])
        return answer["result"].get("value")

    async def text(self, selector: str) -> str:
        """What is read there; empty when there is nothing."""
        return await self.says(
            f"[...document.querySelectorAll({json.dumps(selector)})].map(e => e.innerText).join('\\n')"
        )

    async def shows(self, selector: str, text: str, *, within: float = PATIENCE) -> None:
        """Wait until `text` can be read there."""
        await until(lambda: self.text(selector), lambda shown: text in shown, within=within)

    async def loses(self, selector: str, text: str) -> None:
        """Wait until it cannot be read there any more."""
        await until(lambda: self.text(selector), lambda shown: text not in shown, within=PATIENCE)

    async def press(self, selector: str, label: str) -> None:
        """Press the first button there that is called so, once it is there."""
        found = f"[...document.querySelectorAll({json.dumps(selector + ' button')})]"
        named = f"{found}.find(b => (b.ariaLabel ?? b.innerText).trim().split(':')[0] === {json.dumps(label)})"
        script = f"(b => b ? (b.click(), true) : false)({named})"
        await until(lambda: self.says(script), bool, within=PATIENCE)

    async def write(self, text: str) -> None:
        """Into the open form, which is sent; and wait until it is closed."""
        await self.says(f"document.getElementById('words').value = {json.dumps(text)}")
        await self.press("#composer", "Отправить")
        await until(lambda: self.says("document.getElementById('composer').hidden"), bool, within=PATIENCE)

    async def _call(self, method: str, **parameters: Any) -> Any:
        number = next(self._numbers)
        order = {"id": number, "method": method, "params": parameters}
        if self._session is not None:
            order["sessionId"] = self._session
        await asyncio.to_thread(os.write, self._writer, json.dumps(order).encode() + b"\0")
        async with asyncio.timeout(PATIENCE):
            while True:
                said = json.loads((await self._reader.readuntil(b"\0"))[:-1])
                if said.get("id") == number:
                    break
        if "error" in said:
            raise PageError(f"{method}: {said['error']['message']}")
        return said["result"]


@asynccontextmanager
async def opened_page(url: str) -> AsyncGenerator[Page, None]:
    """Raises PageError when there is no chromium."""
    if CHROMIUM is None:
        raise PageError("no chromium on this machine")
    with tempfile.TemporaryDirectory(prefix="vmeste-browser-", ignore_cleanup_errors=True) as profile:
        told, orders = os.pipe()
        answers, answering = os.pipe()
        process = _spawned(CHROMIUM, Path(profile), told, answering)
        try:
            loop, reader = asyncio.get_running_loop(), asyncio.StreamReader(limit=LARGEST)
            transport, _ = await loop.connect_read_pipe(
                lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(answers, "rb", buffering=0)
            )
            try:
                page = Page(reader, orders)
                await page.open(url)
                yield page
            finally:
                transport.close()
        finally:
            os.close(orders)
            os.kill(process, signal.SIGKILL)
            await asyncio.to_thread(os.waitpid, process, 0)


def _spawned(browser: str, profile: Path, told: int, answering: int) -> int:
    """Its pipes have to be numbers 3 and 4, so they are first moved out of the way."""
    far = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 100) for end in (told, answering)]
    os.close(told)
    os.close(answering)
    silent = os.open(os.devnull, os.O_RDWR)
    try:
        return os.posix_spawn(
            browser,
            [
                browser,
                *QUIET,
                "--window-size=1440,1400",
                "--remote-debugging-pipe",
                f"--user-data-dir={profile}",
                "about:blank",
            ],
            dict(os.environ),
            file_actions=[
                (os.POSIX_SPAWN_DUP2, far[0], _READS),
                (os.POSIX_SPAWN_DUP2, far[1], _WRITES),
                *((os.POSIX_SPAWN_DUP2, silent, standard) for standard in (0, 1, 2)),
            ],
        )
    finally:
        for end in (*far, silent):
            os.close(end)
