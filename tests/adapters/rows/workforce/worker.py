"""工作人员台账."""

from __future__ import annotations

from datetime import date

from domain.entry_check import AskEntryCheck
from domain.worker import RegisterWorker
from domain.workforce_codes import AppointmentBasis, Qualification, WorkerRole
from tests.adapters.kinds import (
    RECORD,
    TOWN_STATION,
    Row,
)

ROW = Row(
    extra={"worker_phone": "13800000000"},
    states=[
        (
            RegisterWorker(
                worker=RECORD,
                organisation=TOWN_STATION,
                role=WorkerRole.CHILD_DIRECTOR,
                basis=AppointmentBasis.SECRETARY,
                qualification=Qualification.NONE,
                since=date(2025, 3, 1),
                name="示例人员",
                id_number="999999198503010011",
                phone="13800000000",
            ),
            date(2025, 3, 1),
        ),
        (
            AskEntryCheck(
                worker=RECORD,
                organisation=TOWN_STATION,
                name="示例人员",
                id_number="999999198503010011",
            ),
            None,
        ),
    ],
    wrong=[
        ("organisation", "机" * 101, "TOO_LONG"),
        ("worker_name", "机" * 101, "TOO_LONG"),
        ("worker_id_number", "999999198503010012", "ID_CHECK_DIGIT"),
        ("worker_phone", "机密甲", "PHONE_CHARACTERS"),
        ("role", "机密甲", "CODE_WORKER_ROLE"),
        ("appointment", "机密甲", "CODE_APPOINTMENT_BASIS"),
        ("qualification", "机密甲", "CODE_QUALIFICATION"),
    ],
    occasion=("since", "2025-03-02"),
    also={"organisation": "另一未保站", "worker_id_number": "999999199001010016"},
    other={
        "appointment": "村居书记",
        "qualification": "助理社会工作师",
        "role": "儿童督导员",
        "worker_name": "另一人员",
        "worker_phone": "13900000000",
    },
)
