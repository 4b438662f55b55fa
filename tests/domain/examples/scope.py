"""How the command that widens a scope is drawn, and what makes that happen."""

from __future__ import annotations

from uuid import UUID

from hypothesis import strategies as st

from domain.kernel import Category
from domain.organisations import HUB
from domain.scope import OpenScope, ScopeBasis, WidenScope
from tests.domain.invented import CHILD, PROCURATORATE, TOWN
from tests.domain.pools import DAY, Told, children, referral_ids

_ITEM = UUID(int=71)

COMMANDS = {
    WidenScope: st.builds(
        WidenScope,
        organisation=st.sampled_from([TOWN, PROCURATORATE]),
        child_ref=children,
        item=referral_ids,
    ),
}

TOLD: list[Told] = [
    (
        OpenScope(
            organisation=PROCURATORATE,
            child_ref=CHILD,
            item=_ITEM,
            basis=ScopeBasis.TASK,
            categories=(Category.WHO,),
            on_acceptance=(Category.GUARDIANSHIP,),
        ),
        HUB,
        DAY,
    ),
    (WidenScope(organisation=PROCURATORATE, child_ref=CHILD, item=_ITEM), HUB, DAY),
]
