"""What is answered of what offices do that concerns no child: what they owe, hold, inspect, list
and spend."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OwedDuty:
    """What an organisation owes in a period: ``held`` of ``needed``; ``missing`` are the names of
    the villages or towns that are not covered yet, where it is owed for each."""

    duty: str
    title: str
    owner: str
    owner_name: str
    period: str
    needed: int
    held: int
    fulfilled: bool
    overdue: bool
    due_at: str
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DutyCoverage:
    """How much of a row was held in a year, by kind of seat: counted over its periods."""

    duty: str
    title: str
    seat: str
    organisations: int
    needed: int
    held: int
    overdue: int


@dataclass(frozen=True, slots=True)
class ActivityCount:
    """How much was held of a kind in a year, by kind of seat. ``children`` is None where the number
    is too small to be shown, or another one would follow from it."""

    activity: str
    seat: str
    records: int
    sessions: int
    children: int | None
    guardians: int
    others: int


@dataclass(frozen=True, slots=True)
class BrandCount:
    """How much was held of a named programme in a year."""

    brand: str
    records: int
    sessions: int


@dataclass(frozen=True, slots=True)
class InspectionCount:
    """How often who looked at what in a year, and how many hazards were found."""

    inspection: str
    seat: str
    records: int
    hazards: int


@dataclass(frozen=True, slots=True)
class ProgrammeCoverage:
    """What was owed, held and inspected in a year."""

    duties: tuple[DutyCoverage, ...]
    activities: tuple[ActivityCount, ...]
    brands: tuple[BrandCount, ...]
    inspections: tuple[InspectionCount, ...]


@dataclass(frozen=True, slots=True)
class SiteRow:
    """A place of the register: ``id`` is under what its timeline is read, where its name stands."""

    id: str
    number: str
    site_kind: str
    village: str | None
    town: str | None
    run_by: str | None
    run_by_name: str | None
    kept_by: str
    kept_by_name: str
    closed_on: str | None
    inspected_on: str | None
    inspections: int


@dataclass(frozen=True, slots=True)
class HazardRow:
    """A hazard that is not over: ``due_at`` is by when it is put right, or looked at again."""

    number: str
    state: str
    hazard: str
    site: str | None
    owner: str
    owner_name: str
    found_by: str
    found_by_name: str
    found_on: str
    due_at: str
    overdue: bool


@dataclass(frozen=True, slots=True)
class WorkItemRow:
    """An item of a year's work list."""

    number: str
    state: str
    year: str
    owner: str
    owner_name: str
    listed_by: str
    listed_by_name: str
    due_at: str
    overdue: bool


@dataclass(frozen=True, slots=True)
class BudgetRow:
    """A scheme's money of a year as last stated, in whole yuan; ``rate``: what was spent of what
    was budgeted, in per cent, or None where nothing was budgeted."""

    fund: str
    year: int
    as_of: str
    budgeted: int
    allocated: int
    spent: int
    rate: float | None


@dataclass(frozen=True, slots=True)
class CarePlaceRow:
    """A place where children are cared for (临时监护场所): ``free`` may be below zero, for nobody
    is turned away for want of a bed."""

    run_by: str
    run_by_name: str
    facility: str
    since: str
    beds: int
    taken: int
    free: int
    services: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StoryRow:
    """A good case (好案例) that is published: in the wording that was reviewed."""

    number: str
    case_kind: str
    kept_by: str
    kept_by_name: str
    published_on: str
    title: str
    story: str


@dataclass(frozen=True, slots=True)
class OfferRow:
    """What can be signed up for. ``given`` and ``waiting``: how many have a spot, and wait for one;
    None to everybody but whoever offers it."""

    number: str
    offer: str
    brand: str | None
    organiser: str
    organiser_name: str
    town: str | None
    begins_on: str
    until: str
    spots: int
    age_from: int
    age_until: int
    sign_up_by: str
    state: str
    given: int | None
    waiting: int | None


@dataclass(frozen=True, slots=True)
class OfferFigure:
    """What was offered of a kind in a year, and taken up: offers and spots, children signed up, of
    whom so many go first, with a spot, waiting, and come. None where a number may not be shown, or
    is nobody's to know here."""

    offer: str
    offers: int
    spots: int
    signed_up: int | None
    first: int | None
    given: int | None
    waiting: int | None
    came: int | None


@dataclass(frozen=True, slots=True)
class JobHelpRow:
    """An adult who looks for work, as a station sent it. What is sealed is None where the reader is
    not shown it, or no longer; ``due_at``: until when human resources take the next step."""

    number: str
    state: str
    sender: str
    sender_name: str
    sent_on: str
    expires_at: str | None
    due_at: str | None
    overdue: bool
    result: str | None
    adult_name: str | None
    adult_phone: str | None
    job: str | None
    job_hours: str | None
    skills: str | None
    training: str | None


@dataclass(frozen=True, slots=True)
class JobWishRow:
    """A guardian's wish for work in a child's file. ``help``: the number under which the station
    sent it on, with where that stands; ``due_at``: until when somebody takes the next step, the
    station or human resources; ``open``: neither withdrawn nor over."""

    number: str
    child_ref: str
    state: str
    asked_by: str
    asked_by_name: str
    station: str
    station_name: str
    stated_on: str
    adult_name: str | None
    adult_phone: str | None
    job: str | None
    job_hours: str | None
    skills: str | None
    training: str | None
    help: str | None
    help_state: str | None
    result: str | None
    due_at: str | None
    overdue: bool
    open: bool
