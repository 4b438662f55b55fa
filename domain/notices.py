"""Notices (提醒): who is told, outside of the hub, that there is something to do; never what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from domain.break_glass import BreakGlassNotified
from domain.deadline import DeadlineEscalated, DeadlineMissed, DeadlineReminded
from domain.kernel import Category
from domain.organisations import Post, Seat, district_organisation
from domain.records_request import RecordsRequested
from domain.referral_facts import ReferralOffered, ReferralReassigned, ReferralRequested
from domain.terms import Term, parse_term


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class NoticeTexts(_Data):
    """What a notice says. Nothing is put in but how many."""

    urgent: str = Field(min_length=1)
    ordinary: str = Field(min_length=1)

    @field_validator("urgent", "ordinary")
    @classmethod
    def _only_a_count(cls, value: str) -> str:
        if set("{}") & set(value.replace("{count}", "")):
            raise ValueError("a notice's text holds nothing but {count}")
        return value

    def words(self, *, urgent: bool, count: int) -> str:
        return (self.urgent if urgent else self.ordinary).replace("{count}", str(count))


class RosterRules(_Data):
    """Who enters a roster, at which post somebody is always to be, how far ahead gaps are shown."""

    entered_by: frozenset[Post] = Field(min_length=1)
    watched: Post
    ahead: Term

    @field_validator("ahead", mode="before")
    @classmethod
    def _parse(cls, value: object) -> object:
        return parse_term(value)


class Number(_Data):
    """A number to call, and whose it is."""

    name: str = Field(min_length=1)
    number: str = Field(min_length=3)


class CallRules(_Data):
    first: Number


class NoticeRules(_Data):
    """policies/notices.toml."""

    urgent: frozenset[Category]
    posts: tuple[Post, ...] = Field(min_length=1)
    passed_over_after: int = Field(ge=1)
    """After how many failures whoever cannot be told is passed over."""
    stale_after: Term
    first_wait: Term
    longest_wait: Term
    kept_days: int = Field(ge=1)
    """For how many days it is listed who was told."""
    texts: NoticeTexts
    roster: RosterRules
    calls: CallRules

    @field_validator("stale_after", "first_wait", "longest_wait", mode="before")
    @classmethod
    def _parse(cls, value: object) -> object:
        return parse_term(value)

    @field_validator("stale_after", "first_wait", "longest_wait")
    @classmethod
    def _exact(cls, value: Term) -> Term:
        if value.unit not in ("minutes", "hours"):
            raise ValueError("notices wait for minutes or hours")
        return value


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which post of which organisation is to be told."""

    organisation: str
    post: Post
    urgent: bool


TOPICS = frozenset(
    event.TOPIC
    for event in (
        DeadlineReminded,
        DeadlineMissed,
        DeadlineEscalated,
        ReferralRequested,
        ReferralReassigned,
        ReferralOffered,
        BreakGlassNotified,
        RecordsRequested,
    )
)
"""Facts after which somebody is told."""


def wanted(topic: str, clear: Mapping[str, Any], rules: NoticeRules) -> Wanted | None:
    """Who is told after a fact, by its topic and clear facts; None where nobody is."""
    if topic == BreakGlassNotified.TOPIC:
        return Wanted(clear["told_to"], Post.DUTY_LEADER, urgent=True)
    if topic == RecordsRequested.TOPIC:
        # Owed at once where somebody is in danger; else within a working day, by its clock.
        return Wanted(clear["addressee"], Post.DUTY, urgent=True) if clear["danger"] else None
    urgent = clear["matter"] in rules.urgent or bool(clear.get("immediate_danger"))
    if topic == DeadlineEscalated.TOPIC:
        told = clear["escalated_to"] or district_organisation(Seat.WOMEN_CHILDREN_OFFICE)
        return Wanted(told, Post(clear["post"]), urgent)
    if topic in (DeadlineReminded.TOPIC, DeadlineMissed.TOPIC):
        return Wanted(clear["owner"], Post.HANDLER, urgent)
    if not urgent:
        # What is not urgent waits in the list until somebody looks, or its clock reminds.
        return None
    receiver = clear["offered_to"] if topic == ReferralOffered.TOPIC else clear["addressee"]
    return Wanted(receiver, Post.DUTY, urgent)
