"""Every kind, by name, in the order of the menu."""

from __future__ import annotations

from collections.abc import Mapping

from hub.web.matters import Matter
from hub.web.matters.asked import CONSENTS, REQUESTS
from hub.web.matters.cases import CASES
from hub.web.matters.exact import EXACT
from hub.web.matters.files import DUPLICATES, FAMILIES
from hub.web.matters.reports import NOT_FILED, REPORTS
from hub.web.matters.steering import ADVICE, APPROVALS, ORDERS

MATTERS: Mapping[str, Matter] = {
    each.name: each
    for each in (
        APPROVALS,
        REPORTS,
        NOT_FILED,
        CASES,
        REQUESTS,
        ORDERS,
        ADVICE,
        CONSENTS,
        DUPLICATES,
        FAMILIES,
        EXACT,
    )
}
