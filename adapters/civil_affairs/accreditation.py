"""Which social organisations are accredited (社会组织准入登记), by civil affairs (plan 二6 P50)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from adapters.intake.columns import Column
from adapters.intake.fields import ShortText, code_column
from adapters.intake.records import (
    Day,
    PastDay,
    Record,
    RecordKind,
    Statement,
    coded,
    organisation_of,
)
from domain.identifiers import squeeze_text
from domain.organisations import Seat
from domain.social_organisation import Accredit
from domain.support_codes import SOCIAL_KIND, SocialKind


class Accreditation(Record):
    """From when to when an organisation is accredited. Source: plan 二6: 培育和发展
    公益慈善组织、志愿服务组织、专业社会工作服务机构等."""

    organisation: ShortText
    social_kind: Annotated[str, coded(SOCIAL_KIND)]
    since: PastDay
    until: Day


def _key(record: Accreditation) -> Sequence[str]:
    return (squeeze_text(record.organisation), record.since.isoformat())


def _state(record: Accreditation, statement: Statement) -> None:
    statement.execute(
        Accredit(
            organisation=organisation_of(record.organisation, "社会组织", statement.places),
            social_kind=SocialKind(record.social_kind),
            since=record.since,
            until=record.until,
        ),
        occurred_on=record.since,
    )


KIND = RecordKind(
    name="civil_affairs.accreditation",
    title="社会组织准入登记",
    seats=(Seat.CIVIL_AFFAIRS,),
    model=Accreditation,
    columns=(
        Column(
            "organisation",
            "社会组织",
            required=True,
            sensitive=False,
            example="岳阳街道未保站",
            note="单位在本平台的全称或编号",
        ),
        code_column(SOCIAL_KIND, "social_kind", "社会组织类别", required=True, example="社工机构"),
        Column("since", "准入起日", required=True, example="2025-03-01"),
        Column("until", "准入止日", required=True, example="2027-02-28"),
    ),
    natural_key=_key,
    state=_state,
)
