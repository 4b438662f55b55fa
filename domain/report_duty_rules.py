"""Late and missing mandatory reports (未保法 117): which facts are compared, and how."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, field_validator

from domain.report_codes import PoliceDecision
from domain.terms import Term, parse_term


class ReportDutyRules(BaseModel):
    """After how long a report is late, counted from when the harm was found (``late_after``); which
    decisions of the police say that there was any (``harm``); and which ``records`` about the
    child, by topic, say that a unit had to do with it in the ``days_before`` the first report."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    late_after: Term
    harm: frozenset[PoliceDecision]
    days_before: PositiveInt
    records: frozenset[str]
    source: str = Field(min_length=1)

    @field_validator("late_after", mode="before")
    @classmethod
    def _parse(cls, value: object) -> object:
        return parse_term(value)
