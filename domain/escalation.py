"""Who is told of a missed deadline, one after the other (逐级提醒; policies/escalation.toml).

handler → deputy → head → civil affairs. Police, procuratorate and court end at their own superior
(上级机关); of other departments the women-and-children office (妇儿工委办) is told last, which
issues a 督办单. Data, and pure questions: what is decided of a clock stands in
domain/deadline_ladder.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from domain.organisations import (
    POLICE_SEATS,
    Post,
    Seat,
    district_organisation,
    seat_of,
    town_of_village,
)
from domain.terms import THROUGH, Term, parse_term

APART = POLICE_SEATS | {Seat.PROCURATORATE, Seat.COURT}
"""Seats that answer to nobody of the district but their own superior (上级机关): whatever they
miss, no ladder tells who coordinates."""


class Whom(StrEnum):
    """Where a step of a ladder leads."""

    OWNER = "owner"
    """本单位: another post of who owes it."""
    SUPERIOR = "superior"
    """上级机关."""
    CIVIL_AFFAIRS = "civil_affairs"
    """民政局, which coordinates (plan 三2)."""
    OFFICE = "office"
    """妇儿工委办."""


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Step(_Data):
    """One step: how long after the one before, at which post, of whom."""

    after: Term
    post: Post
    to: Whom = Whom.OWNER

    @field_validator("after", mode="before")
    @classmethod
    def _parse(cls, value: object) -> object:
        return parse_term(value)

    @field_validator("post")
    @classmethod
    def _a_persons(cls, value: Post) -> Post:
        if value is Post.SYSTEM:
            raise ValueError("nobody is told at the hub's own post")
        return value


@dataclass(frozen=True, slots=True)
class Told:
    """Who is told by a step. ``outside``: the superior is none of the hub's organisations; the
    owner's own post is told, and has to tell it. ``office``: it is the office of the 督办单,
    which is shown no child."""

    organisation: str
    outside: bool = False
    office: bool = False


class ExtensionRules(_Data):
    """Who decides that a deadline is put off (延期), and for how long at most beyond its first due
    date."""

    posts: frozenset[Post] = Field(min_length=1)
    at_most: Term
    never: frozenset[str] = frozenset()
    """Kinds of clocks that are not put off by who owes them."""

    @field_validator("at_most", mode="before")
    @classmethod
    def _parse(cls, value: object) -> object:
        return parse_term(value)

    @field_validator("at_most")
    @classmethod
    def _in_days(cls, value: Term) -> Term:
        if value.unit in ("minutes", "hours"):
            raise ValueError("a deadline is put off by days")
        return value


class OrderRules(_Data):
    """Which seats issue a supervisory order (督办单), and to which."""

    issued_by: frozenset[Seat] = Field(min_length=1)
    sent_to: frozenset[Seat] = Field(min_length=1)


class EscalationRules(_Data):
    """The ladders, which seat has which, whose superior is whom, and the hour (Shanghai) at which
    whoever is told on a day is told. ``outside`` is what an official reads for a superior that is
    not in the hub."""

    morning: int = Field(ge=0, le=23)
    outside: str = Field(min_length=1)
    ladder: dict[str, tuple[Step, ...]]
    by_seat: dict[Seat, str]
    otherwise: str
    superior: dict[Seat, Seat]
    extension: ExtensionRules
    orders: OrderRules

    @model_validator(mode="after")
    def _every_ladder_is_there(self) -> EscalationRules:
        if missing := {self.otherwise, *self.by_seat.values()} - set(self.ladder):
            raise ValueError(f"no ladder {sorted(missing)}")
        if led := [seat for seat in APART if self.leads_to_coordinators(self._ladder_of(seat))]:
            raise ValueError(f"led to who coordinates the district: {sorted(led)}")
        if own := [seat for seat, above in self.superior.items() if seat is above]:
            raise ValueError(f"their own superiors: {own}")
        return self

    def runs_through(self, ladder: str) -> bool:
        """Whether no step of a ladder waits for a working or school day."""
        return all(step.after.unit in THROUGH for step in self.ladder[ladder])

    def leads_to_coordinators(self, ladder: str) -> bool:
        """Whether a ladder goes to who coordinates across the district: civil affairs, or the
        women-and-children office."""
        return any(step.to in (Whom.CIVIL_AFFAIRS, Whom.OFFICE) for step in self.ladder[ladder])

    def _ladder_of(self, seat: Seat) -> str:
        return self.by_seat.get(seat, self.otherwise)

    def steps(self, ladder: str | None, owner: str) -> tuple[Step, ...]:
        """The steps of a clock: of its own ladder, else of its owner's seat. A ladder that is
        no more is the seat's."""
        by_seat = self._ladder_of(seat_of(owner))
        return self.ladder[ladder if ladder in self.ladder else by_seat]

    def next_step(self, steps: tuple[Step, ...], begun: int, owner: str) -> int | None:
        """Which step comes after the first ``begun`` ones, from 0. One that leads outside of the
        owner and back to it is none."""
        for number in range(begun, len(steps)):
            step = steps[number]
            told = self.whom(step, owner)
            if step.to is Whom.OWNER or told.outside or told.organisation != owner:
                return number
        return None

    def whom(self, step: Step, owner: str) -> Told:
        """Where a step leads, whoever may be conflicted."""
        if step.to is Whom.CIVIL_AFFAIRS:
            return Told(district_organisation(Seat.CIVIL_AFFAIRS))
        if step.to is Whom.OFFICE:
            return Told(district_organisation(Seat.WOMEN_CHILDREN_OFFICE), office=True)
        if step.to is Whom.SUPERIOR:
            above = self.superior_of(owner)
            return Told(owner, outside=True) if above is None else Told(above)
        return Told(owner)

    def superior_of(self, organisation: str) -> str | None:
        """The organisation above one (上级机关); None where that is none of the hub's."""
        seat = seat_of(organisation)
        above = self.superior.get(seat)
        if above is None:
            return None
        if seat is Seat.VILLAGE and above is Seat.TOWN:
            return town_of_village(organisation)
        return district_organisation(above)
