"""How commands on who is suspected are drawn, and what makes each of their events happen."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st

from domain.mandatory_report import (
    AskWhoTreated,
    ClearSuspicion,
    FileMandatoryReport,
    NameReportedChild,
    StateSuspicion,
)
from domain.organisations import HUB
from domain.suspicion import SUSPECT_RELATION, FollowConflicts, NoteSuspicion
from tests.domain.invented import CHILD, OTHER_SCHOOL, SCHOOL, STATION, VILLAGE
from tests.domain.pools import (
    DAY,
    REPORT_1,
    REPORT_2,
    Told,
    children,
    organisations,
    report_ids,
    texts,
)

relations = st.none() | st.sampled_from(sorted(SUSPECT_RELATION.labels))
some = st.lists(organisations, max_size=2).map(tuple)

COMMANDS = {
    NoteSuspicion: st.builds(
        NoteSuspicion,
        child_ref=children,
        source=report_ids,
        guardian_is_suspect=st.booleans(),
        conflicted_organisations=some,
    ),
    FollowConflicts: st.builds(FollowConflicts, report_id=report_ids, child_ref=children),
    StateSuspicion: st.builds(
        StateSuspicion,
        report_id=report_ids,
        relation=relations,
        conflicted_organisations=some,
        account=texts,
    ),
    ClearSuspicion: st.builds(
        ClearSuspicion,
        report_id=report_ids,
        relation=relations,
        organisations=some,
        reason=st.text(max_size=8),
    ),
}

LATER = DAY + timedelta(days=1)

TOLD: list[Told] = [
    (
        FileMandatoryReport(
            report_id=REPORT_2,
            suspect="示例职工",
            suspect_relation="OTHER_STAFF",
            suspect_unit="另一示例学校",
            conflicted_organisations=(OTHER_SCHOOL,),
        ),
        SCHOOL,
        DAY,
    ),
    (NameReportedChild(report_id=REPORT_2, child_ref=CHILD), STATION, DAY),
    (
        StateSuspicion(report_id=REPORT_2, relation="GUARDIAN", account="示例：母亲承认"),
        STATION,
        LATER,
    ),
    (
        ClearSuspicion(report_id=REPORT_2, relation="GUARDIAN", reason="示例：查明不是监护人"),
        STATION,
        LATER,
    ),
    (
        NoteSuspicion(child_ref=CHILD, source=REPORT_1, conflicted_organisations=(VILLAGE,)),
        HUB,
        LATER,
    ),
    (FollowConflicts(report_id=REPORT_2, child_ref=CHILD), HUB, LATER),
]

ASKED: list[Told] = [(AskWhoTreated(report_id=REPORT_1), HUB, DAY)]
"""Asked as well: what happens by it happens by a hand in what is told."""
