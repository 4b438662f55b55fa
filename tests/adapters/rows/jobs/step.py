"""就业帮扶办理."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from domain.job_codes import JobOffer, JobStep
from domain.job_help import AnswerJobHelp
from tests.adapters.kinds import CHECK, NOTE, Row

ROW = Row(
    extra={"account": NOTE},
    states=[
        (
            AnswerJobHelp(
                help_id=UUID("f0000000-0000-4000-8000-000000000007"),
                job_step=JobStep.OFFERED,
                answered_on=date(2025, 3, 14),
                job_offer=JobOffer.LABOUR_MARKET,
                account=NOTE,
            ),
            date(2025, 3, 14),
        )
    ],
    wrong=[
        ("help", "机密甲", "INVALID"),
        ("job_step", "机密甲", "CODE_JOB_STEP"),
        ("job_offer", "机密甲", "CODE_JOB_OFFER"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("help", str(CHECK)),
    also={"job_step": "已受理", "answered_on": "2025-03-15", "job_offer": "培训"},
)
