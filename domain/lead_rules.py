"""Which seat leads a case by its matter, and who may be asked to lead instead
(牵头单位; policies/leads.toml)."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field, model_validator

from domain.kernel import Category
from domain.organisations import Seat, district_organisation, seat_of


class LeadRules(BaseModel):
    """``leads`` and ``cases``: the seat by matter, ``otherwise`` for every other. ``may_lead``: the
    seats that may be asked instead, none for a matter that is not there. ``apart``: kinds of
    referral that belong to no case. ``declined_for``: reasons for not taking the lead."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    leads: Mapping[Category, Seat]
    cases: Mapping[Category, Seat]
    otherwise: Seat
    apart: frozenset[str]
    may_lead: Mapping[Category, frozenset[Seat]]
    declined_for: Mapping[str, str] = Field(min_length=1)

    @model_validator(mode="after")
    def _a_lead_may_lead(self) -> LeadRules:
        for matter, seats in self.may_lead.items():
            if self.seat_of(matter) not in seats:
                raise ValueError(f"the lead of {matter} may be asked to lead it")
        return self

    def seat_of(self, matter: Category) -> Seat:
        """The seat that leads by the rule alone."""
        return self.leads.get(matter) or self.cases.get(matter) or self.otherwise

    def lead_of(self, matter: Category) -> str:
        """The organisation that leads a case of a matter, where nothing else is said."""
        return district_organisation(self.seat_of(matter))

    def may_be_asked(self, organisation: str, matter: Category) -> bool:
        """Whether an organisation may be asked to lead; what names none may not."""
        try:
            return seat_of(organisation) in self.may_lead.get(matter, frozenset())
        except ValueError:
            return False
