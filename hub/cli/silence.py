"""``hub silence``: where nobody was heard in time (沉默清单)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from domain.organisations import SEAT_WORDS
from domain.silence import SILENCE_WORDS, SilenceKind
from hub.answers import Silence
from hub.bootstrap import Program
from hub.cli.acting import coordinator_of, every
from hub.cli.help import Commands
from hub.cli.options import Data, Json, Organisation, User, opened, sender
from hub.cli.output import answer, beijing, say, table
from hub.keyservice import Reader


def register(app: Commands) -> None:
    """Add the command."""
    app.command("silence", help="沉默清单：过了时限没有回音的事；--district 看全区项数")(silence)


def silence(
    district: Annotated[
        bool,
        typer.Option("--district", help="全区项数（民政局、检察院、妇儿工委办）"),
    ] = False,
    own: Annotated[bool, typer.Option("--own", help="只列应由本单位办理的")] = False,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """List what is silent, without names: those are read at the desk."""
    with opened(data) as hub:
        reader = coordinator_of(sender(hub, organisation, user))
        if district:
            _district(hub, reader, as_json)
        else:
            _own(hub, reader, own, as_json)


def _own(hub: Program, reader: Reader, own: bool, as_json: bool) -> None:
    found = every(lambda after: hub.queries.silence(reader, mine=own, after=after))
    lines = [
        {
            "kind": SILENCE_WORDS[SilenceKind(each.kind)],
            "what": _what(hub, each),
            "owner": each.owner_name,
            "about": each.about,
            "since": each.since,
            "days": each.days,
        }
        for each in found
    ]
    differing = {
        hub.directory.name(school): period
        for school, period in hub.queries.differing_reports(reader).items()
    }
    awaited = hub.policies.rules.silence.feeds
    feeds = {awaited[name].title: since for name, since in hub.queries.silent_feeds(reader).items()}
    away = {
        hub.directory.name(village): since
        for village, since in hub.queries.away_with_open_work(reader).items()
    }
    if as_json:
        answer({"silent": lines, "feeds": feeds, "away": away, "differing": differing})
        return
    if lines:
        heading = ("种类", "事项", "责任单位", "编号", "从何时起", "天数")
        shown = [{**each, "since": _here(str(each["since"]))} for each in lines]
        table(f"沉默清单（{len(lines)}项）", heading, [tuple(map(str, r.values())) for r in shown])
    for village, since in away.items():
        say(f"离岗、有未办事项：{village}，自 {_here(since)}。")
    for title, since in feeds.items():
        say(f"逾期未报送：{title}，应在 {_here(since)} 前报送。")
    for school, period in differing.items():
        say(f"月报与系统记录不符：{school}，{period}，请核对。")
    if not (lines or away or feeds or differing):
        say("没有可向本单位显示的沉默事项，不表示孩子安全；有危险请拨打110。")


def _what(hub: Program, each: Silence) -> str:
    """What is to be done: of a referral its kind, and by which of its clocks."""
    rules = hub.policies.rules
    clock = rules.clock_title(each.clock) if each.clock else ""
    task = rules.row_title(each.task) if each.task else ""
    return f"{task}（{clock}）" if task and clock else task or clock


def _here(instant: str) -> str:
    return beijing(datetime.fromisoformat(instant))


def _district(hub: Program, reader: Reader, as_json: bool) -> None:
    seats = {each.value: word for each, word in SEAT_WORDS.items()}
    lines = [
        {
            "kind": SILENCE_WORDS[SilenceKind(each.kind)],
            "whose": each.whose_name or seats.get(each.whose, each.whose) or "合计",
            "count": each.count,
        }
        for each in hub.queries.silence_of_district(reader)
    ]
    if as_json:
        answer({"counts": lines})
        return
    if not lines:
        say("没有可向本单位显示的全区项数。")
        return
    below = hub.policies.rules.silence.suppress_below
    rows = [(str(each["kind"]), str(each["whose"]), _count(each["count"], below)) for each in lines]
    table("全区沉默清单", ("种类", "单位", "项数"), rows)


def _count(count: object, below: int) -> str:
    return f"小于{below}或不显示" if count is None else str(count)
