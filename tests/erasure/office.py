"""What tests of erasures share: a child that may be erased, and the two people who do it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from domain.erasure import ErasureGround
from domain.kernel import Actor
from domain.organisations import Post
from hub.bootstrap import Program
from hub.erasure.service import Erasures, Progress
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    START,
    TOWN,
    actor,
    at,
    child_of,
    enrolled,
    pupil,
    resident,
    send,
)

DOCUMENT = "示民〔2025〕7号"
ASKS = actor(CIVIL_AFFAIRS, Post.HANDLER, "u-asks")
APPROVES = actor(CIVIL_AFFAIRS, Post.HEAD, "u-approves")


def child_with_a_file(hub: Program, number: int = 1) -> UUID:
    """A child on the roll and in the register, about whom nothing is open."""
    send(hub, EDUCATION, "education.roll", enrolled(pupil(number)))
    send(hub, TOWN, "town.residence", resident(pupil(number)))
    hub.settle()
    return UUID(child_of(hub, pupil(number)))


def ask(hub: Program, child: UUID, by: Actor = ASKS) -> None:
    hub.erasures.request(child, ErasureGround.PURPOSE_FULFILLED, DOCUMENT, by)


def erase(hub: Program, child: UUID) -> Progress:
    """Asked for, approved, and carried out to its end: a week later the epoch key is gone."""
    ask(hub, child)
    hub.erasures.approve(child, APPROVES)
    at(hub, START + timedelta(days=8))
    hub.erasures.resume()
    return hub.erasures.progress(child)


class CutOff(BaseException):
    """The process ends here."""


def cut_off_after(hub: Program, step: str) -> Callable[[], None]:
    """Let the program's erasures end after a step; gives what lets them go on."""
    erasures: Erasures = hub.erasures

    def after(done: str) -> None:
        if done == step:
            raise CutOff(step)

    erasures._after = after

    def go_on() -> None:
        erasures._after = lambda done: None

    return go_on
