"""Whom a case concerns: shared by the doors that show one whole."""

from __future__ import annotations

from sqlalchemy import Connection, select

from projections.tables import CASES, REFERRALS, REPORTS


def child_of(
    connection: Connection, organisation: str, case: str, *, referrals: bool = False
) -> str | None:
    """The child of a case or report (or a referral) in the organisation's view; a report whose
    child is not known stands for itself."""
    for table in (CASES, REPORTS, *((REFERRALS,) if referrals else ())):
        row = connection.execute(
            select(table.c.child_ref).where(
                table.c.organisation == organisation, table.c.id == case
            )
        ).first()
        if row is not None:
            return str(row[0] or case)
    return None
