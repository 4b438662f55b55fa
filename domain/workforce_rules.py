"""Rules of the workforce (policies/workforce.toml): the yearly entry check, and what is owed in
training."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, field_validator, model_validator

from domain.organisations import Seat
from domain.worker import Worker
from domain.workforce_codes import Qualification, WorkerRole
from domain.workforce_training import Course, CourseLevel, CourseSubject


class EntryCheckRules(BaseModel):
    """For how long a result stands, when the employer is reminded, and whom it keeps from seeing
    anything of a child.

    ``required``: seats whose people see nothing without a result that stands, on the register or
    not; before the day ``required_from`` those who are not on it yet are let be.
    ``where_registered``: seats of which only those on the register are judged. ``answered_by`` may
    state a result.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    valid_months: PositiveInt = Field(le=12)
    warn_days_before: tuple[PositiveInt, ...] = Field(min_length=1)
    required: frozenset[Seat]
    where_registered: frozenset[Seat]
    required_from: date
    answered_by: frozenset[Seat] = Field(min_length=1)
    source: str = Field(min_length=1)

    @field_validator("warn_days_before")
    @classmethod
    def _the_earliest_first(cls, days: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(sorted(set(days), reverse=True))

    @model_validator(mode="after")
    def _somebody_is_checked(self) -> EntryCheckRules:
        if Seat.VILLAGE not in self.required:
            raise ValueError("entry_check: child directors are checked (plan 二6)")
        if self.required & self.where_registered:
            raise ValueError("entry_check: a seat stands in one of the lists")
        return self


class TrainingRules(BaseModel):
    """Who is trained each calendar year, by courses of which kind, for how many hours at least."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    roles: frozenset[WorkerRole] = Field(min_length=1)
    courses: frozenset[Course] = Field(min_length=1)
    hours: PositiveInt
    source: str = Field(min_length=1)


class OfferedCourse(BaseModel):
    """One course of the list (课程): for which tier, of what, for how many hours."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    title: str = Field(min_length=1)
    level: CourseLevel
    subject: CourseSubject
    hours: PositiveInt


class ContinuingRules(BaseModel):
    """As :class:`TrainingRules`, with hours by professional level; ``offered``: the courses in
    tiers and kinds (分层分类); ``tier``: which tier is for whom."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    roles: frozenset[WorkerRole] = Field(min_length=1)
    courses: frozenset[Course] = Field(min_length=1)
    hours: dict[Qualification, PositiveInt]
    tier: dict[Qualification, CourseLevel]
    offered: tuple[OfferedCourse, ...]
    source: str = Field(min_length=1)

    @model_validator(mode="after")
    def _every_level(self) -> ContinuingRules:
        if set(self.hours) != set(Qualification) or set(self.tier) != set(Qualification):
            raise ValueError("continuing_education: hours and a tier for every level")
        if {each.level for each in self.offered} != set(CourseLevel):
            raise ValueError("continuing_education: a course of every tier")
        if {each.subject for each in self.offered} != set(CourseSubject):
            raise ValueError("continuing_education: a course of every kind")
        return self


class FigureRules(BaseModel):
    """Who sees the figures with names, and who as counts without small ones."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    named: frozenset[Seat]
    as_counts: frozenset[Seat]
    covers: frozenset[Seat]
    """Who sees which towns care services reach, besides: programmes of the whole district."""
    suppress_below: PositiveInt
    source: str = Field(min_length=1)


class SocialRules(BaseModel):
    """From which day on a social organisation has to be accredited."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    required_from: date
    source: str = Field(min_length=1)


class WorkforceRules(BaseModel):
    """The whole of the file."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    entry_check: EntryCheckRules
    training: TrainingRules
    continuing_education: ContinuingRules
    figures: FigureRules
    social_organisations: SocialRules

    def trained(self, worker: Worker, year: int) -> bool | None:
        """Whether a worker has had the year's training (全员培训); None where none is owed."""
        rule = self.training
        if worker.role not in rule.roles:
            return None
        return worker.hours(year, *rule.courses) >= rule.hours

    def continuing(self, worker: Worker, year: int) -> bool | None:
        """Whether a social worker has had the year's hours (继续教育); None where none are owed."""
        rule = self.continuing_education
        if worker.role not in rule.roles:
            return None
        return worker.hours(year, *rule.courses) >= rule.hours[worker.qualification]
