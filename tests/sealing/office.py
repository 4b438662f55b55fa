"""What tests of sealing share: a pupil, a measure that its school took on it, and has ended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from domain.kernel import Actor
from domain.organisations import Organisation, Post
from hub.application import Answer
from hub.bootstrap import Program
from hub.releases.keys import OrganisationKeys
from hub.sealing.holders import ShareAsked, give
from hub.sealing.service import Progress
from hub.separation import export_organisation
from tests.program import (
    EDUCATION,
    PROCURATORATE,
    SCHOOL,
    TOWN,
    actor,
    child_of,
    enrolled,
    pupil,
    resident,
    send,
)

COURT = "court:310117"
CASE_NUMBER = "（2025）示0117刑初9号"
DOCUMENT = "示法封〔2025〕7号"
ASKS = actor(COURT, Post.HANDLER, "u-asks")
APPROVES = actor(PROCURATORATE, Post.HEAD, "u-approves")
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


def with_holders(hub: Program, folder: Path) -> dict[str, Path]:
    """The two who hold a sealed record's keys, each with its private keys in a file of its own."""
    hub.directory.add_organisations((Organisation(COURT, "示例区法院"),))
    return export_holders(hub, folder)


def export_holders(hub: Program, folder: Path) -> dict[str, Path]:
    """As :func:`with_holders`, where both are there."""
    files = {}
    for holder in (COURT, PROCURATORATE):
        files[holder] = folder / f"{holder.partition(':')[0]}.keys"
        export_organisation(hub, holder, files[holder], renew=False)
    return files


def ask(hub: Program, record: UUID, by: Actor = ASKS) -> None:
    hub.sealings.request(record, DOCUMENT, by)


def seal(hub: Program, record: UUID) -> Progress:
    """Asked for, approved, and carried out to its end."""
    ask(hub, record)
    hub.sealings.approve(record, APPROVES)
    hub.sealings.resume(rotate_now=True)
    return hub.sealings.progress(record)


def approved_opening(hub: Program, record: UUID, days: int = 3) -> UUID:
    """Asked for by one, approved by the other, and nobody's share given yet."""
    until = hub.clock.now() + timedelta(days=days)
    opening = hub.openings.request(record, CASE_NUMBER, until, ASKS)
    hub.openings.approve(opening, APPROVES)
    return opening


def opened(hub: Program, record: UUID, files: Mapping[str, Path]) -> UUID:
    """As :func:`approved_opening`, with both shares."""
    opening = approved_opening(hub, record)
    for holder, file in files.items():
        keys = OrganisationKeys.read(file)
        asked = ShareAsked.parse(hub.openings.asked(opening, holder).text())
        hub.openings.take(give(asked, keys.sealing, keys.signing))
    return opening
