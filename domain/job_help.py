"""Help with work for an adult (就业帮扶): what a town's station sends to human resources, and what
human resources did.

Plan 二4 (P32: 为父母或监护人提供就业帮扶); domain reference §10: human resources need the wish
for work of an adult who consents, and must never see that a child is in a category. So this stream
is an adult's and no child's: nothing in it names or derives from a child, and a station sends any
resident who looks for work by the same record. Whose guardian it is stands in the child's file,
with whoever asked (domain/job_wish.py). Human resources see what was sent as long as the consent
holds and the help goes on, by a scope of its own (domain/reactions/job_help.py).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Annotated, Any, ClassVar
from uuid import UUID

from domain.calendar import end_of_day_utc
from domain.job_codes import (
    COMES_AFTER,
    JOB_HELP_STATE,
    JOB_HOURS,
    JOB_OFFER,
    JOB_STEP,
    LEADS_TO,
    ORDER,
    RESULTS,
    JobHelpState,
    JobHours,
    JobOffer,
    JobStep,
)
from domain.kernel import (
    Category,
    Command,
    Due,
    Event,
    Given,
    Refused,
    Sensitive,
    Stream,
    Text,
)
from domain.organisations import HUB, Seat, district_organisation
from domain.referral_checks import is_of
from domain.terms import months_after

HELPER = district_organisation(Seat.HUMAN_RESOURCES)
"""Who helps."""

ACCEPT, CONTACT, OFFER, RESULT, FOLLOW_UP = (
    "job_accept",
    "job_contact",
    "job_offer",
    "job_result",
    "job_follow_up",
)
"""The clocks of policies/clocks.toml, one for each step of human resources."""

ENDS_IT = frozenset(
    {Seat.VILLAGE, Seat.TOWN, Seat.SCHOOL, Seat.CIVIL_AFFAIRS, Seat.HUMAN_RESOURCES}
)
"""Whoever is told the number of a help may end it, for the adult who wishes so: ending takes access
away, and is never to wait for somebody else's desk."""

Contact = Annotated[Text, Sensitive(Category.CONTACT)]


class SendJobHelp(Command):
    """转送: an adult who looks for work, with the adult's own written consent (``given_on`` until
    the last day ``until``) to name and telephone being given. ``training``: which training the
    adult wishes."""

    help_id: UUID
    sent_on: date
    given_on: date
    until: date
    adult_name: str
    adult_phone: str
    job: str
    job_hours: JobHours
    skills: str | None
    training: str | None


class AnswerJobHelp(Command):
    """办理: a step of human resources. ``job_offer``: through what, where something is offered;
    ``account``: why nothing was found, else whatever is to be said."""

    help_id: UUID
    job_step: JobStep
    answered_on: date
    job_offer: JobOffer | None
    account: str | None


class EndJobHelp(Command):
    """退出: the adult declines, or takes the consent back. No reason is asked."""

    help_id: UUID
    ended_on: date


class LapseJobHelp(Command):
    """Asked by the clock: the last day of the consent is over."""

    help_id: UUID


class JobHelpSent(Event):
    """``accept_by``: until when human resources take it on; None where it only corrects."""

    TOPIC: ClassVar[str] = "job_help.sent.v1"
    CATEGORY: ClassVar[Category] = Category.CONTACT
    TITLE: ClassVar[str] = "转送就业帮扶"
    town: str
    sent_on: date
    given_on: date
    expires_at: datetime
    accept_by: datetime | None
    adult_name: Contact
    adult_phone: Contact
    job: Contact
    job_hours: Contact
    skills: Contact
    training: Contact


class JobHelpAnswered(Event):
    """``told_to`` sent it; ``due_at``: until when the next step is taken; ``corrected``: it words
    an earlier step anew and leads nowhere."""

    TOPIC: ClassVar[str] = "job_help.answered.v1"
    CATEGORY: ClassVar[Category] = Category.CONTACT
    TITLE: ClassVar[str] = "办理就业帮扶"
    told_to: str
    town: str
    job_step: JobStep
    answered_on: date
    job_offer: JobOffer | None
    due_at: datetime | None
    corrected: bool
    account: Contact


class JobHelpEnded(Event):
    """``early``: not because the consent ran out. Who ended it is a matter of those who asked, and
    none that human resources are shown: hence another column than the rest."""

    TOPIC: ClassVar[str] = "job_help.ended.v1"
    CATEGORY: ClassVar[Category] = Category.MEANS
    TITLE: ClassVar[str] = "就业帮扶结束"
    told_to: str
    ended_on: date
    early: bool


@dataclass(frozen=True, slots=True)
class JobHelp:
    """Where it stands; ``sender``: the station that sent it."""

    state: JobHelpState = JobHelpState.NONE
    sender: str = ""
    town: str = ""
    sent_on: date | None = None
    given_on: date | None = None
    expires_at: datetime | None = None
    due_at: datetime | None = None
    result: JobStep | None = None

    @property
    def open(self) -> bool:
        """Whether human resources have it in hand."""
        return self.state not in (JobHelpState.NONE, JobHelpState.DONE, JobHelpState.ENDED)


def not_yours() -> Refused:
    """The same whether there is none, it is over, or it is none of the asker's business."""
    return Refused("JOB_HELP_NOT_YOURS", "没有可由本单位办理的就业帮扶，请核对帮扶编号。")


def check_consent(given_on: date, until: date, given: Given) -> None:
    """Raise Refused for a consent of days to come, that is over, or that is good for too long."""
    given.not_in_future(given_on, "JOB_CONSENT_IN_FUTURE", "同意日期")
    months: int = given.rules.consent.longest_months
    if not max(given_on, given.today) <= until <= months_after(given_on, months):
        raise Refused(
            "JOB_CONSENT_UNTIL",
            f"同意期限不能早于今天，最长为同意之日起{months}个月，请核对日期后重报。",
        )


def _send(state: JobHelp, command: SendJobHelp, given: Given) -> list[Event]:
    sender = given.actor.organisation
    if not is_of(sender, {Seat.TOWN}):
        raise Refused("JOB_HELP_BY_TOWN", "就业帮扶由街镇未保站转送，请先登记就业需求。")
    again = state.state is not JobHelpState.NONE
    if again and (state.sender != sender or not state.open):
        raise not_yours()
    if again and not given.correction:
        return []
    check_consent(command.given_on, command.until, given)
    given.not_in_future(command.sent_on, "JOB_HELP_IN_FUTURE", "转送日期")
    expires_at = end_of_day_utc(command.until)
    if again and expires_at != state.expires_at:
        raise Refused(
            "JOB_CONSENT_CHANGED", "同意期限不能更改，请先登记退出，再按新的同意另行转送。"
        )
    within = given.rules.clocks[ACCEPT].within
    return [
        JobHelpSent(
            **command.model_dump(exclude={"help_id", "until"}),
            town=sender.split(":", 1)[1],
            expires_at=expires_at,
            accept_by=None if again else given.rules.due(within, given.now),
        )
    ]


_NEXT = {
    JobHelpState.ACCEPTED: CONTACT,
    JobHelpState.CONTACTED: OFFER,
    JobHelpState.OFFERED: RESULT,
    JobHelpState.SETTLED: FOLLOW_UP,
}
"""By which clock the next step is taken."""


def _answer(state: JobHelp, command: AnswerJobHelp, given: Given) -> list[Event]:
    if given.actor.organisation != HELPER or not state.open or state.sent_on is None:
        raise not_yours()
    step = command.job_step
    leads_to = LEADS_TO[step]
    corrected = given.correction and ORDER.index(leads_to) <= ORDER.index(state.state)
    if not corrected and state.state not in COMES_AFTER[step]:
        raise Refused(
            "JOB_STEP_ORDER", f"目前是“{JOB_HELP_STATE[state.state]}”，请按办理的先后登记。"
        )
    given.not_in_future(command.answered_on, "JOB_STEP_IN_FUTURE", "办理日期")
    if command.answered_on < state.sent_on:
        raise Refused("JOB_STEP_BEFORE_SENT", "办理日期早于转送日期，请核对日期后重报。")
    if (command.job_offer is not None) is not (step is JobStep.OFFERED):
        raise Refused("JOB_OFFER_OF_STEP", "登记已推荐时填写推荐渠道，其他办理情况不填。")
    if step is JobStep.NOT_PLACED and not (command.account or "").strip():
        raise Refused("JOB_NOT_PLACED_WHY", "未就业的，请在办理说明中写明原因。")
    due_at = None
    if not corrected and leads_to in _NEXT and leads_to is not state.state:
        due_at = given.rules.due(given.rules.clocks[_NEXT[leads_to]].within, given.now)
    return [
        JobHelpAnswered(
            **command.model_dump(exclude={"help_id"}),
            told_to=state.sender,
            town=state.town,
            due_at=due_at,
            corrected=corrected,
        )
    ]


def _end(state: JobHelp, command: EndJobHelp, given: Given) -> list[Event]:
    if not is_of(given.actor.organisation, ENDS_IT) or state.state is JobHelpState.NONE:
        raise not_yours()
    given.not_in_future(command.ended_on, "JOB_END_IN_FUTURE", "退出日期")
    if not state.open:
        # Said twice, by the adult here and there: nothing more is to be done.
        return []
    return [JobHelpEnded(told_to=state.sender, ended_on=command.ended_on, early=True)]


def _lapse(state: JobHelp, command: LapseJobHelp, given: Given) -> list[Event]:
    if given.actor.organisation != HUB:
        raise not_yours()
    if not state.open or state.expires_at is None or given.now < state.expires_at:
        return []
    return [JobHelpEnded(told_to=state.sender, ended_on=given.today, early=False)]


def _sent(state: JobHelp, event: JobHelpSent) -> JobHelp:
    first = state.state is JobHelpState.NONE
    return replace(
        state,
        state=JobHelpState.SENT if first else state.state,
        sender=f"{Seat.TOWN.value}:{event.town}",
        town=event.town,
        sent_on=event.sent_on,
        given_on=event.given_on,
        expires_at=event.expires_at,
        due_at=event.accept_by if first else state.due_at,
    )


def _answered(state: JobHelp, event: JobHelpAnswered) -> JobHelp:
    now = LEADS_TO[event.job_step]
    result = event.job_step if event.job_step in RESULTS else state.result
    if event.corrected or now is state.state:
        return replace(state, result=result)
    return replace(state, state=now, due_at=event.due_at, result=result)


def _locate(command: Any, load: object) -> UUID:
    found: UUID = command.help_id
    return found


JOB_HELP: Stream[JobHelp] = Stream(
    name="job_help",
    initial=JobHelp(),
    decide={
        SendJobHelp: _send,
        AnswerJobHelp: _answer,
        EndJobHelp: _end,
        LapseJobHelp: _lapse,
    },
    evolve={
        JobHelpSent: _sent,
        JobHelpAnswered: _answered,
        JobHelpEnded: lambda state, event: replace(state, state=JobHelpState.ENDED, due_at=None),
    },
    locate=_locate,
    title="就业帮扶",
    states=JOB_HELP_STATE,
    codes={"job_step": JOB_STEP, "job_offer": JOB_OFFER, "job_hours": JOB_HOURS},
    due=Due(
        starts={JobHelpSent: ("expires_at",)},
        over=(JobHelpEnded,),
        ask=lambda stream_id, clear: LapseJobHelp(help_id=stream_id),
    ),
    by_itself=True,
)
