"""What tests of sealing share: a pupil, a measure that its school took on it, and has ended."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from hub.application import Answer
from hub.bootstrap import Program
from tests.program import EDUCATION, SCHOOL, TOWN, child_of, enrolled, pupil, resident, send

KIND = "education.conduct_measure"
ACCOUNT = "示例扰乱课堂经过"


def measure(child: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A line of a school's register (``education.conduct_measure``) of what has ended."""
    stated = {
        **child,
        "taken_on": "2025-02-24",
        "measures": "予以训导",
        "until": "2025-03-24",
        "account": ACCOUNT,
        "ended_on": "2025-03-02",
        "note": "已改正",
        **changes,
    }
    return {name: value for name, value in stated.items() if value is not None}


def known_pupil(hub: Program, number: int = 1) -> UUID:
    """A child on the roll and in the register, about whom nothing is open."""
    send(hub, EDUCATION, "education.roll", enrolled(pupil(number)))
    send(hub, TOWN, "town.residence", resident(pupil(number)))
    hub.settle()
    return UUID(child_of(hub, pupil(number)))


def took_measure(hub: Program, number: int = 1, **changes: Any) -> Answer:
    """The school sends it in."""
    answer = send(hub, SCHOOL, KIND, measure(pupil(number), **changes))
    hub.settle()
    return answer


def record_of(hub: Program, child: UUID) -> UUID:
    """The newest measure in the log of a child."""
    store = hub.store
    facts = store.history([child], store.position)
    return [fact.stream for fact in facts if fact.topic == "conduct_measure.taken.v1"][-1]
