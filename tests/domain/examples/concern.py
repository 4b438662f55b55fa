"""How commands of the stream ``concern`` are drawn, and what makes each of its events happen."""

from __future__ import annotations

from hypothesis import strategies as st

from domain.concern import CloseConcern, ConfirmConcern, RaiseConcern, concern_id
from domain.organisations import HUB
from tests.domain.invented import CHILD, OTHER_SCHOOL, TOWN_CODE
from tests.domain.pools import DAY, FIRST_DAY, Told, children, days, maybe_town, schools, texts

_raised = st.just(FIRST_DAY)

COMMANDS = {
    RaiseConcern: st.builds(
        RaiseConcern,
        child_ref=children,
        school=schools,
        town=maybe_town,
        school_town=maybe_town,
        raised_on=_raised,
        aspects=st.sampled_from([("PSYCHOLOGICAL",), ("PSYCHOLOGICAL", "BEHAVIOURAL")]),
        account=texts,
    ),
    ConfirmConcern: st.builds(
        lambda child, school, day: ConfirmConcern(
            child_ref=child, concern=concern_id(child, school, day)
        ),
        children,
        schools,
        _raised,
    ),
    CloseConcern: st.builds(
        CloseConcern,
        child_ref=children,
        school=schools,
        raised_on=_raised,
        ended_on=days,
        note=texts,
    ),
}

TOLD: list[Told] = [
    (
        RaiseConcern(
            child_ref=CHILD,
            school=OTHER_SCHOOL,
            town=TOWN_CODE,
            school_town=TOWN_CODE,
            raised_on=DAY,
            aspects=("PSYCHOLOGICAL",),
            account="上课走神",
        ),
        OTHER_SCHOOL,
        DAY,
    ),
    (ConfirmConcern(child_ref=CHILD, concern=concern_id(CHILD, OTHER_SCHOOL, DAY)), HUB, DAY),
    (
        CloseConcern(
            child_ref=CHILD, school=OTHER_SCHOOL, raised_on=DAY, ended_on=DAY, note="已好转"
        ),
        OTHER_SCHOOL,
        DAY,
    ),
]
