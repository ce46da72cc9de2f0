"""What the stand-in networks are built of: rates, faults, loopback addresses, the archive, the picture of a page."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from deploy.sandbox import screenshot
from deploy.sandbox.archive import Archive
from deploy.sandbox.faults import FaultKind, FaultOrder, Faults
from deploy.sandbox.limits import Limits, Rate
from deploy.sandbox.loopback import is_loopback_url
from deploy.sandbox.pictures import NotAnImage, image_facts
from deploy.sandbox.records import Person
from deploy.sandbox.world import World

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class Watch:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@given(st.integers(1, 40), st.integers(1, 30))
def test_a_bucket_gives_its_burst_and_then_asks_to_wait(burst: int, per_second: int) -> None:
    watch = Watch()
    limits = Limits(watch, enforced=True)
    rate = Rate(per_second=per_second, burst=burst)
    assert [limits.take("key", rate) for _ in range(burst)] == [None] * burst
    wait = limits.take("key", rate)
    assert wait is not None
    assert limits.take("another key", rate) is None
    watch.pass_by(wait)
    assert limits.take("key", rate) is None


def test_limits_that_are_not_enforced_let_everything_pass() -> None:
    limits = Limits(Watch(), enforced=False)
    assert {limits.take("key", Rate(1, 1)) for _ in range(100)} == {None}


def test_the_first_fault_that_fits_takes_the_call() -> None:
    faults = Faults(Watch())
    faults.order(FaultOrder(kind=FaultKind.REFUSE, network="vk", account_id=7))
    faults.order(FaultOrder(kind=FaultKind.FLOOD, network="vk", times=1))
    faults.order(FaultOrder(kind=FaultKind.DUPLICATE_HOOKS, network="vk"))
    nobody: frozenset[int] = frozenset()
    hits = [faults.hit("vk", "wall.post", accounts) for accounts in (frozenset({7}), nobody, nobody)]
    assert [hit.order.kind if hit else None for hit in hits] == [FaultKind.REFUSE, FaultKind.FLOOD, None]
    assert faults.hit("max", "GET /me", frozenset({7})) is None
    hook = faults.hit_hook("vk", "message_new", 7)
    assert hook is not None
    assert hook.order.kind is FaultKind.DUPLICATE_HOOKS


def test_a_fault_ends_with_its_time_or_its_count() -> None:
    watch = Watch()
    faults = Faults(watch)
    timed = faults.order(FaultOrder(kind=FaultKind.REFUSE, network="vk", for_seconds=10))
    counted = faults.order(FaultOrder(kind=FaultKind.REFUSE, network="max", times=2))
    watch.pass_by(9.9)
    assert timed.holds(watch.now)
    watch.pass_by(0.1)
    assert not timed.holds(watch.now)
    for _ in range(3):
        faults.hit("max", "GET /me", frozenset())
    assert (counted.hits, counted.holds(watch.now)) == (2, False)
    faults.clear()
    assert faults.all() == []
    assert timed.released.is_set()


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8000/hook", "http://localhost/", "https://127.8.9.1/x", "http://[::1]:80/"]
)
def test_this_machine_is_reached(url: str) -> None:
    assert is_loopback_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/hook",
        "http://10.0.0.1/",
        "http://0.0.0.0/",
        "http://user@127.0.0.1/",
        "http://127.0.0.1.example.org/",
        "http://localhost.example.org/",
        "http://2130706433/",
        "http://[::ffff:10.0.0.1]/",
        "ftp://127.0.0.1/",
        "http://[",
        "http://127.0.0.1:99999/",
        "//127.0.0.1/",
        "",
    ],
)
def test_no_other_machine_is_reached(url: str) -> None:
    assert not is_loopback_url(url)


def test_records_and_numbers_outlive_the_process(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "state.sqlite"
    world = World(Archive(path), "http://127.0.0.1")
    anna = Person(network="vk", id=1, first_name="Анна", last_name="Серова")
    world.people.put(anna)
    olga = world.people.put(anna.model_copy(update={"id": 2, "first_name": "Ольга"}))
    world.people.put(anna.model_copy(update={"last_name": "Ильина"}))
    assert [world.next_number("n"), world.next_number("n")] == [1, 2]
    world.close()
    again = World(Archive(path), "http://127.0.0.1")
    assert [person.full_name for person in again.people] == ["Анна Ильина", "Ольга Серова"]
    assert again.next_number("n") == 3
    again.people.remove(olga)
    again.people.remove(olga)
    assert len(again.people) == 1
    again.reset()
    again.close()
    last = World(Archive(path), "http://127.0.0.1")
    assert (len(last.people), last.next_number("n")) == (0, 1)
    last.close()


@pytest.mark.parametrize(
    "content", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n", b"<svg xmlns='http://www.w3.org/2000/svg'/>"]
)
def test_what_is_no_image(content: bytes) -> None:
    with pytest.raises(NotAnImage):
        image_facts(content)


def test_without_a_browser_one_sentence_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def nowhere(_: str) -> None:
        return None

    monkeypatch.setattr(screenshot.shutil, "which", nowhere)
    assert screenshot.main(["http://127.0.0.1:1/", str(tmp_path / "a.png")]) == 1
    assert capsys.readouterr().err == "No chromium on this machine: `apt-get install chromium` brings it.\n"


@pytest.mark.parametrize(
    ("program", "complaint"),
    [("/bin/false", "chromium ended with code 1."), ("/bin/true", "chromium drew nothing: is")],
)
def test_a_browser_that_fails_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, program: str, complaint: str
) -> None:
    def browser(_: str) -> str:
        return program

    monkeypatch.setattr(screenshot.shutil, "which", browser)
    with pytest.raises(screenshot.ScreenshotError, match=complaint):
        screenshot.take_screenshot("http://127.0.0.1:1/", tmp_path / "a.png")
    with pytest.raises(screenshot.ScreenshotError, match="WIDTHxHEIGHT"):
        screenshot.take_screenshot("http://127.0.0.1:1/", tmp_path / "a.png", "large")


@pytest.mark.parametrize(("size", "height"), [("40", 30 + screenshot.MARGIN), ("40x500", 500)])
def test_a_picture_without_a_height_ends_where_the_page_does(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, size: str, height: int
) -> None:
    drawn = drawn_by_a_browser(monkeypatch, tmp_path, last_row=29)
    screenshot.take_screenshot("http://127.0.0.1:1/", drawn, size)
    with Image.open(drawn) as picture:
        assert picture.size == (40, height)


def test_a_webp_is_the_same_picture_in_fewer_bytes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    drawn = drawn_by_a_browser(monkeypatch, tmp_path, last_row=29)
    screenshot.take_screenshot("http://127.0.0.1:1/", drawn.with_suffix(".webp"), "40")
    assert not drawn.exists()
    with Image.open(drawn.with_suffix(".webp")) as picture:
        assert (picture.format, picture.size) == ("WEBP", (40, 30 + screenshot.MARGIN))


def test_a_page_longer_than_the_window_is_not_cut_in_silence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    drawn = drawn_by_a_browser(monkeypatch, tmp_path, last_row=499)
    with pytest.raises(screenshot.ScreenshotError, match="longer than"):
        screenshot.take_screenshot("http://127.0.0.1:1/", drawn, "40")


def drawn_by_a_browser(monkeypatch: pytest.MonkeyPatch, folder: Path, last_row: int) -> Path:
    """Where a browser of ours will leave a page of 40x500 with one dark speck in `last_row`."""
    page = Image.new("RGB", (40, 500), "white")
    page.putpixel((7, last_row), (0, 0, 0))
    page.save(folder / "page.png")
    program = folder / "browser"
    program.write_text(
        f'#!/bin/sh\nfor word; do case $word in --screenshot=*) cp {folder}/page.png "${{word#*=}}";; esac; done'
    )
    program.chmod(0o755)

    def browser(_: str) -> str:
        return str(program)

    monkeypatch.setattr(screenshot.shutil, "which", browser)
    return folder / "drawn.png"


def test_a_wrong_command_line_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert screenshot.main([]) == 2
    assert "usage:" in capsys.readouterr().err
