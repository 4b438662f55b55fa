"""What has to be entered in another system too (外部系统录入), and its clock. Afterwards: who
states a record is not told by its receipt whether somebody entered it before."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from domain.aid_events import AidEnded, AidGranted
from domain.benefit import BenefitEnded, BenefitEvent, BenefitGranted
from domain.child_file import ChildClassified
from domain.deadline import MeetDeadline, SetDeadline
from domain.kernel import Category, Command, Recorded
from domain.outside_entry import (
    CLOCK,
    AwaitEntry,
    EntryAwaited,
    EntryRecorded,
    EntryWithdrawn,
)
from domain.reactions.kernel import Places, when


def _await(
    cause: Recorded, places: Places, system: str, matter: Category, of_record: UUID
) -> Sequence[Command]:
    owner = cause.header.actor.organisation
    return [
        AwaitEntry(
            child_ref=cause.subject,
            system=system,
            matter=matter,
            of_record=of_record,
            owner=owner,
            town=places.town_of(owner),
            stated_at=cause.header.recorded_at,
        )
    ]


@when(ChildClassified)
def when_child_is_classified_then_it_is_to_be_entered_nationally(
    event: ChildClassified, cause: Recorded, places: Places
) -> Sequence[Command]:
    """民政部: 困境儿童 and 留守儿童 are kept in 全国儿童福利信息系统, each under one number; what
    changes is entered again."""
    if not event.in_scope:
        return []
    return _await(cause, places, "CHILD_WELFARE", Category.CLASSIFICATION, cause.subject)


@when(BenefitGranted, BenefitEnded)
def when_benefit_is_decided_then_it_is_to_be_entered_with_assistance(
    event: BenefitEvent, cause: Recorded, places: Places
) -> Sequence[Command]:
    """Each decision under a number of its own; its end too."""
    return _await(cause, places, "SOCIAL_ASSISTANCE", Category.MEANS, cause.originator_id)


@when(AidGranted, AidEnded)
def when_aid_is_decided_then_it_is_to_be_entered_with_assistance(
    event: AidGranted | AidEnded, cause: Recorded, places: Places
) -> Sequence[Command]:
    """What was applied for here stands there as well, under a number of its own; its end too. What
    schools and the federation grant is no matter of 社会救助."""
    if event.matter is not Category.MEANS:
        return []
    return _await(cause, places, "SOCIAL_ASSISTANCE", Category.MEANS, cause.originator_id)


@when(EntryWithdrawn)
def when_entry_is_withdrawn_then_it_is_awaited_again(
    event: EntryWithdrawn, cause: Recorded, places: Places
) -> Sequence[Command]:
    return _await(cause, places, event.system, event.matter, event.of_record)


@when(EntryAwaited, at_once=True)
def when_entry_is_awaited_then_its_clock_runs(
    event: EntryAwaited, cause: Recorded, places: Places
) -> Sequence[Command]:
    return [
        SetDeadline(
            subject_id=cause.originator_id,
            kind=CLOCK,
            child_ref=event.child_ref,
            matter=event.matter,
            owner=event.owner,
            town=event.town,
            due_at=event.enter_by,
            anew=True,
        )
    ]


@when(EntryRecorded)
def when_record_is_entered_then_nobody_waits(
    event: EntryRecorded, cause: Recorded, places: Places
) -> Sequence[Command]:
    """Afterwards: whether anybody waited is not told by the receipt."""
    if not event.settles:
        return []
    return [MeetDeadline(subject_id=cause.originator_id, kind=CLOCK)]
