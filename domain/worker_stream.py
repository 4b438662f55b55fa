"""The stream of a worker: appointment, training file, examinations, appraisals (plan 二6)."""

from __future__ import annotations

from dataclasses import replace

from domain import worker_file
from domain.kernel import Stream
from domain.worker import (
    AccountLinked,
    AppointmentEnded,
    EndAppointment,
    LinkAccount,
    RegisterWorker,
    Worker,
    WorkerRegistered,
    end,
    link,
    register,
    registered,
)
from domain.workforce_codes import APPOINTMENT_BASIS, QUALIFICATION, WORKER_ROLE
from domain.workforce_training import COURSE, COURSE_LEVEL, COURSE_SUBJECT, EXAM_SUPPORT, GRADE

WORKER: Stream[Worker] = Stream(
    name="worker",
    initial=Worker(),
    decide={
        RegisterWorker: register,
        EndAppointment: end,
        LinkAccount: link,
        **worker_file.DECIDE,
    },
    evolve={
        WorkerRegistered: registered,
        AppointmentEnded: lambda state, event: replace(state, ended_on=event.ended_on),
        AccountLinked: lambda state, event: replace(state, hub_user=event.hub_user),
        **worker_file.EVOLVE,
    },
    locate=lambda command, load: command.worker,
    title="工作人员",
    codes={
        "role": WORKER_ROLE,
        "basis": APPOINTMENT_BASIS,
        "qualification": QUALIFICATION,
        "exam": QUALIFICATION,
        "course": COURSE,
        "level": COURSE_LEVEL,
        "subject_matter": COURSE_SUBJECT,
        "support": EXAM_SUPPORT,
        "grade": GRADE,
    },
    by_itself=True,
)
