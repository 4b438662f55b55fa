"""Rules of the visit form on a phone without a network: what is asked, and how long what was taken
along may be kept (policies/visits.toml)."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, model_validator

from domain.visit import NOT_MET, PROBLEM


class Question(BaseModel):
    """One question to be answered by yes or no: the field of the visit form that it fills, and with
    which words. ``problem``: the code of 问题类别 that the answer ``on`` adds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    field: str
    icon: str
    title: str
    yes: str
    no: str
    problem: str | None = None
    on: Literal["yes", "no"] | None = None

    @model_validator(mode="after")
    def _known(self) -> Question:
        if (self.problem is None) != (self.on is None):
            raise ValueError(f"{self.field}: a problem needs the answer that it is on")
        if self.problem is not None and self.problem not in PROBLEM.labels:
            raise ValueError(f"{self.field}: no category of problem: {self.problem}")
        return self

    def says(self, answer: Literal["yes", "no"]) -> dict[str, str]:
        """What an answer states, by field of the visit form."""
        said = {self.field: self.yes if answer == "yes" else self.no}
        if self.problem is not None and self.on == answer:
            said["problem_kinds"] = PROBLEM.labels[self.problem]
        return said


class PhoneVisitRules(BaseModel):
    """How long check-lists are kept, how they are locked, when sending is tried again."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kept_hours: int = Field(ge=1, le=72)
    pin_tries: int = Field(ge=3, le=10)
    pin_rounds: int = Field(ge=600_000)
    lock_minutes: PositiveInt
    retry_first_seconds: PositiveInt
    retry_most_seconds: PositiveInt
    not_met: tuple[str, ...]
    questions: tuple[Question, ...]

    @model_validator(mode="after")
    def _known(self) -> PhoneVisitRules:
        if unknown := set(self.not_met) - set(NOT_MET.labels):
            raise ValueError(f"no reasons: {sorted(unknown)}")
        return self
