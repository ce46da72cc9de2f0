"""Play the tour from its first chapter to the last. As often as one likes: each time with new posts and a new poll."""

import asyncio
import os
import sys
import time
from math import ceil

from rich.console import Console

from deploy.client import Refused
from deploy.demo.tour.farewell import say_farewell
from deploy.demo.tour.jubilee import play_jubilee
from deploy.demo.tour.meeting import play_meeting
from deploy.demo.tour.narrator import Narrator
from deploy.demo.tour.poll import play_poll
from deploy.demo.tour.question import play_question
from deploy.demo.tour.stage import open_stage


async def play_tour(address: str, stand_ins_address: str, console: Console) -> None:
    """`address` is the gateway's. The demo union must be there."""
    began = time.monotonic()
    tell = Narrator(console)
    console.print("[bold]A tour of Vmeste[/]: a union's day, on this machine, through the public API.")
    async with open_stage(tell, address, stand_ins_address) as stage:
        await play_jubilee(stage)
        await play_question(stage)
        await play_poll(stage)
        await play_meeting(stage)
        say_farewell(stage)
    console.print(f"[dim]The tour took {time.monotonic() - began:.1f} s.[/]")


def play() -> None:
    """By the environment, as the supervisor sets it."""
    try:
        asyncio.run(play_tour(os.environ["VMESTE_PUBLIC_URL"], os.environ["VMESTE_SANDBOX_URL"], Console()))
    except Refused as refused:
        if refused.code != "auth.too_many_tries":
            raise
        minutes = ceil(refused.retry_after / 60)
        sys.exit(f"Sign-in is locked after too many wrong passwords: play the tour again in {minutes} min.")
