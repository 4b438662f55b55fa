"""Doors to the silence board (沉默清单): one's own, and the district's as counts."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from domain.kernel import CATEGORY_WORDS
from domain.organisations import SEAT_WORDS
from domain.silence import SILENCE_WORDS, SilenceKind
from hub.answers import Silence
from hub.api.paging import Cursor, Limit, Reading, decode, listing
from hub.api.schemas import (
    AwayOut,
    DifferingReportOut,
    DistrictSilence,
    DistrictSilenceOut,
    SilenceKindCount,
    SilenceListing,
    SilenceOut,
    SilentFeedOut,
)
from hub.bootstrap import Program
from hub.queries import MAX_PAGE

router = APIRouter(prefix="/silence", tags=["统筹与监督"])


@router.get("", summary="本单位沉默清单")
def silence(
    who: Reading,
    kind: Annotated[SilenceKind | None, Query(description="只列一种。")] = None,
    own: Annotated[bool, Query(description="只列应由本单位办理的。")] = False,
    cursor: Cursor = None,
    limit: Limit = MAX_PAGE,
) -> SilenceListing:
    """本单位可见的、过了时限没有回音的事，最早的在前：未签收、未办、未走访、居住地未确认、没有经办人、
    未反馈、迁移中、结果未确认、督办单和检察建议未回复；另列本单位逾期未报送的。"""
    program, reader = who.program, who.coordinator()
    queries, rules = program.queries, program.policies.rules.silence
    page = queries.silence(reader, kind=kind, mine=own, after=decode(cursor), limit=limit)
    return SilenceListing(
        **listing([show_silence(program, each) for each in page.items], page.next_cursor),
        by_kind=[
            SilenceKindCount(
                kind=of.value, kind_name=SILENCE_WORDS[of], count=count, own=of_these_own
            )
            for of, (count, of_these_own) in queries.silence_counts(reader).items()
        ],
        away=[
            AwayOut(
                organisation=village,
                organisation_name=program.directory.name(village),
                since=since,
            )
            for village, since in sorted(queries.away_with_open_work(reader).items())
        ],
        feeds=[
            SilentFeedOut(feed=name, title=rules.feeds[name].title, since=since)
            for name, since in sorted(queries.silent_feeds(reader).items())
        ],
        differing=[
            DifferingReportOut(
                reporter=school, reporter_name=program.directory.name(school), period=period
            )
            for school, period in sorted(queries.differing_reports(reader).items())
        ],
    )


def show_silence(program: Program, each: Silence) -> SilenceOut:
    """A silence as its doors show it."""
    shown = SilenceOut.model_validate({name: getattr(each, name) for name in each.__slots__})
    shown.kind_name = SILENCE_WORDS[SilenceKind(each.kind)]
    if each.clock is not None:
        shown.clock_name = program.policies.rules.clock_title(each.clock)
    if each.task is not None:
        shown.task_name = program.policies.rules.row_title(each.task)
    shown.matter_name = CATEGORY_WORDS.get(each.matter, each.matter)
    return shown


@router.get("/district", summary="全区沉默清单")
def district(who: Reading) -> DistrictSilence:
    """全区各单位没有回音的事各有几项，不列儿童：民政局、检察院看各单位的；妇儿工委办看各类单位的，小数目不显示；
    其他单位没有可显示的。"""
    program = who.program
    rules = program.policies.rules.silence
    seats = {each.value: word for each, word in SEAT_WORDS.items()}
    counts = []
    for each in program.queries.silence_of_district(who.coordinator()):
        shown = DistrictSilenceOut.model_validate({n: getattr(each, n) for n in each.__slots__})
        shown.kind_name = SILENCE_WORDS[SilenceKind(each.kind)]
        shown.whose_name = each.whose_name or seats.get(each.whose, each.whose) or "合计"
        counts.append(shown)
    note = "各单位的项数。"
    if who.seat in rules.as_counts:
        note = f"小于{rules.suppress_below}的项数不显示，能由此推算的也不显示。"
    return DistrictSilence(counts=counts, note=note)
