"""How commands of the stream ``joint_case`` are drawn, and what makes each event happen."""

from __future__ import annotations

from uuid import UUID

from hypothesis import strategies as st

from domain.joint_case import (
    AcceptLead,
    AskWhetherAnswered,
    CloseJointCase,
    DeclineLead,
    HandOnLead,
    OfferLead,
    OpenJointCase,
)
from domain.kernel import Category
from domain.organisations import HUB
from domain.suspicion import NoteSuspicion
from tests.domain.invented import CIVIL_AFFAIRS, EDUCATION, TOWN
from tests.domain.pools import (
    CASE,
    DAY,
    KINDS,
    REPORT_2,
    Told,
    children,
    matters,
    organisations,
    report_ids,
)

_CHILD = UUID(int=73)
"""Nobody else's: an organisation is conflicted in its case."""
_CASE = UUID(int=74)
_cases = st.sampled_from([CASE, _CASE]) | report_ids

COMMANDS = {
    OpenJointCase: st.builds(
        OpenJointCase,
        case_id=_cases,
        child_ref=children,
        matter=matters,
        kind=st.sampled_from([kind for kind, _ in KINDS]),
    ),
    OfferLead: st.builds(OfferLead, case_id=_cases, to=organisations),
    AcceptLead: st.builds(AcceptLead, case_id=_cases),
    DeclineLead: st.builds(
        DeclineLead, case_id=_cases, reason=st.sampled_from([None, "NOT_OUR_DUTY", "NO_REASON"])
    ),
    HandOnLead: st.builds(HandOnLead, case_id=_cases),
    AskWhetherAnswered: st.builds(AskWhetherAnswered, case_id=_cases),
    CloseJointCase: st.builds(CloseJointCase, case_id=_cases),
}

TOLD: list[Told] = [
    (
        OpenJointCase(
            case_id=_CASE, child_ref=_CHILD, matter=Category.SCHOOLING, kind="trace_dropout"
        ),
        HUB,
        DAY,
    ),
    (OfferLead(case_id=_CASE, to=TOWN), EDUCATION, DAY),
    (DeclineLead(case_id=_CASE, reason="OTHER_BETTER"), TOWN, DAY),
    (OfferLead(case_id=_CASE, to=TOWN), EDUCATION, DAY),
    (AcceptLead(case_id=_CASE), TOWN, DAY),
    (
        NoteSuspicion(
            child_ref=_CHILD,
            source=REPORT_2,
            guardian_is_suspect=False,
            conflicted_organisations=(TOWN,),
        ),
        HUB,
        DAY,
    ),
    (HandOnLead(case_id=_CASE), HUB, DAY),
    (AskWhetherAnswered(case_id=_CASE), HUB, DAY),
    (
        OpenJointCase(
            case_id=_CASE, child_ref=_CHILD, matter=Category.SCHOOLING, kind="persuade_dropout"
        ),
        HUB,
        DAY,
    ),
    (CloseJointCase(case_id=_CASE), CIVIL_AFFAIRS, DAY),
]
