"""Help with work: sent, every step, over by each way."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from hypothesis import strategies as st

from domain.job_codes import JobHours, JobOffer, JobStep
from domain.job_help import HELPER, AnswerJobHelp, EndJobHelp, LapseJobHelp, SendJobHelp
from domain.organisations import HUB
from tests.domain.invented import TOWN
from tests.domain.pools import DAY, Told, days, texts

HELPS = [UUID(int=6101), UUID(int=6102)]
UNTIL = DAY + timedelta(days=300)

COMMANDS = {
    SendJobHelp: st.builds(
        SendJobHelp,
        help_id=st.sampled_from(HELPS),
        sent_on=days,
        given_on=days,
        until=days | st.just(UNTIL),
        adult_name=st.just("示例求职人"),
        adult_phone=st.just("13800000000"),
        job=st.just("保洁"),
        job_hours=st.sampled_from(JobHours),
        skills=texts,
        training=texts,
    ),
    AnswerJobHelp: st.builds(
        AnswerJobHelp,
        help_id=st.sampled_from(HELPS),
        job_step=st.sampled_from(JobStep),
        answered_on=days,
        job_offer=st.none() | st.sampled_from(JobOffer),
        account=texts,
    ),
    EndJobHelp: st.builds(EndJobHelp, help_id=st.sampled_from(HELPS), ended_on=days),
    LapseJobHelp: st.builds(LapseJobHelp, help_id=st.sampled_from(HELPS)),
}


def sent(help_id: UUID) -> SendJobHelp:
    return SendJobHelp(
        help_id=help_id,
        sent_on=DAY,
        given_on=DAY,
        until=UNTIL,
        adult_name="示例求职人",
        adult_phone="13800000000",
        job="保洁",
        job_hours=JobHours.PART_DAY,
        skills="会做饭",
        training="育婴培训",
    )


def step(job_step: JobStep, job_offer: JobOffer | None = None) -> AnswerJobHelp:
    return AnswerJobHelp(
        help_id=HELPS[0],
        job_step=job_step,
        answered_on=DAY,
        job_offer=job_offer,
        account="（示例）本人另有安排",
    )


TOLD: list[Told] = [
    (sent(HELPS[0]), TOWN, DAY),
    (step(JobStep.ACCEPTED), HELPER, DAY),
    (step(JobStep.CONTACTED), HELPER, DAY),
    (step(JobStep.OFFERED, JobOffer.LABOUR_MARKET), HELPER, DAY),
    (step(JobStep.NOT_PLACED), HELPER, DAY),
    (step(JobStep.FOLLOWED_UP), HELPER, DAY),
    (sent(HELPS[1]), TOWN, DAY),
    (LapseJobHelp(help_id=HELPS[1]), HUB, UNTIL + timedelta(days=1)),
    (EndJobHelp(help_id=HELPS[1], ended_on=DAY), HELPER, DAY),
]
