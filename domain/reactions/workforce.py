"""What follows from the register of workers and their entry checks."""

from __future__ import annotations

from collections.abc import Sequence

from domain.deadline import MeetDeadline, SetDeadline
from domain.entry_check import ANSWER, EntryCheckAsked, EntryCheckBarred, EntryCheckPassed
from domain.kernel import Command, Recorded
from domain.reactions.kernel import Places, when
from domain.worker import AccountLinked, WorkerRegistered
from domain.worker_index import BindAccount, ListWorker


@when(WorkerRegistered, at_once=True)
def when_a_worker_is_registered_then_the_employer_has_him(
    event: WorkerRegistered, cause: Recorded, places: Places
) -> Sequence[Command]:
    """台账: found by the employer from the same moment on."""
    return [ListWorker(organisation=event.organisation, worker=event.worker)]


@when(AccountLinked, at_once=True)
def when_an_account_is_linked_then_the_user_is_the_worker(
    event: AccountLinked, cause: Recorded, places: Places
) -> Sequence[Command]:
    """In the same append: the door asks for the worker by the user."""
    return [BindAccount(hub_user=event.hub_user, worker=event.worker)]


@when(EntryCheckAsked, at_once=True)
def when_an_entry_check_is_asked_then_the_police_are_to_answer(
    event: EntryCheckAsked, cause: Recorded, places: Places
) -> Sequence[Command]:
    """入职查询: until it is answered the worker sees nothing of a child."""
    return [
        SetDeadline(
            subject_id=cause.originator_id,
            kind=ANSWER,
            child_ref=cause.originator_id,
            matter=event.CATEGORY,
            owner=event.told_to,
            town=places.town_of(event.organisation),
            due_at=event.answer_by,
            anew=True,
        )
    ]


@when(EntryCheckPassed, EntryCheckBarred, at_once=True)
def when_an_entry_check_is_answered_then_its_clock_is_met(
    event: EntryCheckPassed | EntryCheckBarred, cause: Recorded, places: Places
) -> Sequence[Command]:
    return [MeetDeadline(subject_id=cause.originator_id, kind=ANSWER)]
