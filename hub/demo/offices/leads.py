"""Whoever leads a case (牵头单位): closes it once all have answered, or has another one lead it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from uuid import UUID

from domain.joint_case import AcceptLead, CloseJointCase, DeclineLead, OfferLead
from domain.kernel import Refused
from domain.organisations import POLICE_SEATS, Seat, district_organisation, seat_of
from hub.answers import JointCase
from hub.demo.offices.kernel import On, Work, sends
from hub.keyservice import Purpose
from hub.queries import MAX_PAGE, NotCleared

_LEADS = (*POLICE_SEATS, Seat.EDUCATION, Seat.CIVIL_AFFAIRS, Seat.TOWN)
_THURSDAY, _FRIDAY = 3, 4
_FORGOTTEN = 0.1
"""Share of cases that are not closed in a week in which they could be."""
_HANDED_OVER, _DECLINED = 0.03, 0.25
"""Shares of the bureau's cases that it would have civil affairs lead, and of those declined."""
_EDUCATION = district_organisation(Seat.EDUCATION)
_CIVIL_AFFAIRS = district_organisation(Seat.CIVIL_AFFAIRS)


@sends(On.WORKING_DAYS)
def close_cases(work: Work, day: date) -> None:
    """联办结案: on Fridays, in whose cases everybody has answered."""
    if day.weekday() != _FRIDAY:
        return
    for organisation in work.world.organisations:
        if seat_of(organisation.id) in _LEADS:
            closable = (each for each in _led(work, organisation.id) if each.closable)
            for who, case in _by_child(work, organisation.id, closable):
                if work.rng("close case", who, day).random() >= _FORGOTTEN:
                    work.desk.command(organisation.id, CloseJointCase(case_id=UUID(case.case_id)))


@sends(On.WORKING_DAYS)
def hand_over_leads(work: Work, day: date) -> None:
    """移交牵头: on Thursdays, of cases in which it is not about school any more; answered on the
    next working day."""
    if day.weekday() != _THURSDAY:
        return
    own = (
        each
        for each in _led(work, _EDUCATION)
        if each.lead == _EDUCATION and not each.offered_to and not each.transfers
    )
    for who, case in _by_child(work, _EDUCATION, own):
        rng = work.rng("hand over lead", who, day)
        if rng.random() < _HANDED_OVER:
            offer = OfferLead(case_id=UUID(case.case_id), to=_CIVIL_AFFAIRS)
            work.desk.command(_EDUCATION, offer)
            work.later(day, 1, _answer(work, UUID(case.case_id), rng.random() >= _DECLINED))


def _answer(work: Work, number: UUID, takes: bool) -> Callable[[date], None]:
    def answer(day: date) -> None:
        declined = DeclineLead(case_id=number, reason="OTHER_BETTER")
        try:
            work.desk.command(_CIVIL_AFFAIRS, AcceptLead(case_id=number) if takes else declined)
        except Refused:
            # Closed in the meantime: nobody is asked any more.
            return

    return answer


def _by_child(
    work: Work, organisation: str, cases: Iterable[JointCase]
) -> list[tuple[str, JointCase]]:
    """Cases in an order that the same seed repeats: by the child, as far as the lead may see who
    it is, and by the day to close it."""
    reader = work.desk.staff.reader(organisation, Purpose.CASEWORK)

    def who(case: JointCase) -> str:
        file = work.desk.program.queries.child_file(reader, case.child_ref or "")
        child = work.world.find(file.fields) if file else None
        return f"{child.key if child else ''}|{case.matter}|{case.close_by}"

    return sorted(((who(each), each) for each in cases), key=lambda each: each[0])


def _led(work: Work, organisation: str) -> Iterator[JointCase]:
    """The cases that an organisation leads."""
    reader = work.desk.staff.reader(organisation, Purpose.CASEWORK)
    after: str | None = None
    while True:
        try:
            page = work.desk.program.queries.led_cases(reader, after=after, limit=MAX_PAGE)
        except NotCleared:
            # Nobody there may look now.
            return
        yield from page.items
        after = page.next_cursor
        if after is None:
            return
