"""Whose leave a publication needs, step by step, and what a leave is given for."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import JsonValue

from services.publisher.publications.rules.states import PublicationState
from shared.errors import Conflict, Forbidden, Text


class Level(StrEnum):
    """Who stands at one level of approval: somebody who may approve there.

    `own`: the organization that publishes; `parent`: the one above it; `root`: the whole union.
    """

    OWN = "own"
    PARENT = "parent"
    ROOT = "root"


class Verdict(StrEnum):
    """A step on the way through the levels.

    `submitted`: approval was asked for; `approved`: one level gave its leave; `returned`: sent back, with what is
    to be mended; `recalled`: a change took it out of review, or made what was approved something else; `corrected`:
    its words were changed after it was out.
    """

    SUBMITTED = "submitted"
    APPROVED = "approved"
    RETURNED = "returned"
    RECALLED = "recalled"
    CORRECTED = "corrected"


class NotApproved(Conflict):
    code = "publication.not_approved"
    title = {
        "ru": "Сначала публикацию согласуют: отправьте её на согласование",
        "en": "It has to be approved first: submit it for review",
    }


class NotYourLevel(Forbidden):
    code = "publication.not_your_level"
    title = {
        "ru": "На этом шаге согласует другая организация",
        "en": "It is another organization's turn to approve",
    }


class OwnWork(Forbidden):
    code = "publication.own_work"
    title = {
        "ru": "Согласует не тот, кто отправил на согласование",
        "en": "Whoever submitted it does not approve it",
    }
    sample_detail: ClassVar[Text] = {
        "ru": "Согласует другой человек с правом approve_publications",
        "en": "It needs somebody else with `approve_publications`",
    }

    def __init__(self) -> None:
        super().__init__(self.sample_detail)


class NoLevels(Conflict):
    code = "publication.no_levels"
    title = {
        "ru": "Здесь согласование не нужно: публикуйте сразу",
        "en": "No approval is needed here: publish at once",
    }


def organizations_asked(levels: Sequence[Level], path: Sequence[UUID]) -> list[UUID]:
    """The organizations whose leave is asked, in order. `path` leads from the publication's organization to the root.

    An organization that stands at two levels is asked once: a root has no parent, and is its own root.
    """
    at = {Level.OWN: path[0], Level.PARENT: path[min(1, len(path) - 1)], Level.ROOT: path[-1]}
    return list(dict.fromkeys(at[level] for level in levels))


def state_after_leave(passed: int, asked: int) -> PublicationState:
    """After `passed` of `asked` organizations gave their leave."""
    return PublicationState.APPROVED if passed >= asked else PublicationState.IN_REVIEW


def fingerprint(contents: Mapping[str, JsonValue]) -> str:
    """The same for the same contents, and for nothing else."""
    told = json.dumps(contents, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(told.encode()).hexdigest()
