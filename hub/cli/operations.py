"""``hub init``, ``migrate``, ``status``, ``rebuild`` and ``deadletters``."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from adapters.registry import ALL_KINDS
from domain.kernel import Erased
from domain.organisations import Seat
from hub.bootstrap import Program, initialise, program
from hub.cli.help import Commands
from hub.cli.options import Data, Json, opened, seat_words, settings_for
from hub.cli.output import SOME_REFUSED, WrongUsage, answer, progress, say, table
from hub.district import district_organisations, seat_names
from hub.migrate import OWNER, migrate_folder, migrate_postgres, split_passwords
from hub.policies import load_policies
from hub.storage.postgres import Server

deadletters = Commands("视图没能读入的事件（死信）：查看、重试")

SeatName = Annotated[
    str | None,
    typer.Argument(metavar="部门", help="机构类别，例如 school、police、town", show_default=False),
]


def register(app: Commands) -> None:
    """Add the commands."""
    app.command("init", help="建立数据文件夹、密钥和本区机构名录；可以重复运行")(init)
    app.command("migrate", help="把数据库的表更新到本版本，并核定数据库权限")(migrate)
    app.command("status", help="位置、滞后、回执、待更正和死信的数目")(status)
    app.command("rebuild", help="从事件日志重建视图")(rebuild)
    app.add_typer(deadletters, name="deadletters")


def init(data: Data = None, as_json: Json = False) -> None:
    """Make a data folder and the district's own organisations. Safe to run twice.

    Organisations that are in the directory already keep the names they were given.
    """
    settings = settings_for(data)
    policies = load_policies()
    folder = initialise(settings.data, settings)
    with program(settings.data, settings) as hub:
        known = {each.id for each in hub.directory.organisations()}
        added = [each for each in district_organisations(policies) if each.id not in known]
        hub.directory.add_organisations(added)
    own = settings.passphrase_file is None
    if as_json:
        answer(
            {
                "data": str(settings.data),
                "passphrase_file": str(settings.passphrase_file or folder.root / "passphrase"),
                "organisations": len(known) + len(added),
                "organisations_added": len(added),
            }
        )
        return
    say(f"数据文件夹已就绪：{settings.data}（机构{len(known) + len(added)}个，新增{len(added)}个）")
    if own:
        say(
            "根密钥口令放在该文件夹的 passphrase 中。正式使用请移到别处，"
            "并用环境变量 HUB_PASSPHRASE_FILE 指明：有了两者，就能打开全部内容。"
        )


def migrate(
    owner: Annotated[
        str, typer.Option("--owner", metavar="角色", help="PostgreSQL数据库的属主")
    ] = OWNER,
    owner_passfile: Annotated[
        Path | None,
        typer.Option("--owner-passfile", metavar="文件", help="属主的口令文件；不填用各角色的那份"),
    ] = None,
    passfiles: Annotated[
        Path | None,
        typer.Option("--passfiles", metavar="文件夹", help="按进程分出只含所需角色的口令文件"),
    ] = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Bring every table that cannot be rebuilt to this program's version. Safe to run again."""
    settings = settings_for(data)
    if settings.database is None:
        versions = migrate_folder(settings.data)
    else:
        server = Server(settings.database, settings.database_passfile)
        versions = migrate_postgres(server, owner, owner_passfile)
        if passfiles is not None:
            split_passwords(server, passfiles)
    if as_json:
        answer({name: {"from": old, "to": new} for name, (old, new) in versions.items()})
        return
    for name, (old, new) in versions.items():
        if old is None:
            say(f"{name}：已建立，版本 {new}")
        elif old == new:
            say(f"{name}：已是版本 {new}")
        else:
            say(f"{name}：版本 {old} → {new}")


def status(data: Data = None, as_json: Json = False) -> None:
    """Say how the hub is. The keys of the JSON object are stable."""
    with opened(data) as hub:
        found = _status(hub)
    if as_json:
        answer(found)
        return
    views: Mapping[str, Mapping[str, Any]] = found["views"]
    reactions, quarantine = found["reactions"], found["quarantine"]
    say(f"事件日志位置 {found['log']['position']}；规则版本 {found['policy']}")
    say(f"转介处理到位置 {reactions['position']}，滞后 {reactions['lag']}")
    say(f"回执 {found['receipts']['total']}；查阅记录 {found['access_log']['entries']}条")
    say(f"待更正 {quarantine['open']}行，已更正 {quarantine['corrected']}行")
    say(
        f"没能读入视图的事件（死信）{found['dead_letters']}件；"
        f"规则拒绝的自动转介 {reactions['refused']}件"
    )
    names = {seat.value: name for seat, name in seat_names().items()}
    table(
        "视图",
        ("机构类别", "机构数", "位置", "滞后", "儿童", "转介", "死信"),
        [
            (
                f"{names[seat]} {seat}",
                found["organisations"].get(seat, 0),
                view["position"],
                view["lag"],
                view["rows"].get("children", 0),
                view["rows"].get("referrals", 0),
                view["dead_letters"],
            )
            for seat, view in views.items()
        ],
    )
    kinds: Mapping[str, int] = found["receipts"]["by_kind"]
    if kinds:
        titles = {kind.name: kind.title for kind in ALL_KINDS}
        rows = [(titles.get(kind, ""), kind, count) for kind, count in kinds.items()]
        table("回执", ("记录种类", "代码", "份数"), rows)


def _status(hub: Program) -> dict[str, Any]:
    position = hub.store.position
    reacted = hub.reactor.position
    views = {}
    for seat, view in hub.projector.views.items():
        rows = view.counts()
        letters = rows.pop("dead_letters")
        at = view.position
        views[seat.value] = {
            "position": at,
            "lag": max(0, position - at),
            "rows": rows,
            "dead_letters": letters,
        }
    receipts: Counter[str] = Counter()
    for (_, kind), count in sorted(hub.store.recorder.receipt_counts().items()):
        receipts[kind] += count
    # A reaction's receipt only keeps it from being carried out twice; nobody was sent it.
    records = {
        kind: n
        for kind, n in sorted(receipts.items())
        if not kind.startswith("reaction.") and kind != Erased.RECEIPT
    }
    quarantine: dict[str, dict[str, int]] = {}
    for (organisation, state), count in sorted(hub.quarantine.counts().items()):
        quarantine.setdefault(organisation, {"open": 0, "corrected": 0, "erased": 0})[state] = count
    organisations = Counter(each.seat.value for each in hub.directory.organisations())
    return {
        "data": str(hub.folder.root),
        "time": hub.clock.now().isoformat(timespec="seconds"),
        "policy": hub.policies.version,
        "log": {"position": position},
        "reactions": {
            "position": reacted,
            "lag": max(0, position - reacted),
            "refused": len(hub.reactor.refused()),
        },
        "views": views,
        "organisations": dict(sorted(organisations.items())),
        "users": len(hub.directory.users()),
        "receipts": {"total": sum(records.values()), "by_kind": records},
        "quarantine": {
            "open": sum(each["open"] for each in quarantine.values()),
            "corrected": sum(each["corrected"] for each in quarantine.values()),
            "by_organisation": quarantine,
        },
        "dead_letters": sum(view["dead_letters"] for view in views.values()),
        "access_log": {"entries": hub.audit.count()},
    }


def rebuild(
    agency: SeatName = None,
    everything: Annotated[bool, typer.Option("--all", help="全部机构类别")] = False,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Build views anew from the log, beside the old ones, then switch."""
    if (agency is None) != everything:
        raise WrongUsage("请写明机构类别，或用 --all 重建全部。")
    with opened(data) as hub:
        seats = _seats(hub, agency)
        begun = time.monotonic()
        done: list[Seat] = []
        with progress("重建视图", quiet=as_json) as step:
            step(0, len(seats))

            def finished(seat: Seat) -> None:
                done.append(seat)
                step(len(done), len(seats))

            hub.projector.rebuild(seats, finished)
        seconds = round(time.monotonic() - begun, 3)
        position = hub.store.position
    if as_json:
        names = [seat.value for seat in done]
        answer({"rebuilt": names, "position": position, "seconds": seconds})
    else:
        say(f"已重建{len(done)}个视图，到位置{position}，用时{seconds:.1f}秒。")


@deadletters.command("list", help="列出没能读入视图的事件")
def list_letters(seat: SeatName = None, data: Data = None, as_json: Json = False) -> None:
    """List what the views could not take in."""
    with opened(data) as hub:
        found = [
            {
                "view": each.value,
                "position": letter.position,
                "topic": letter.topic,
                "error": letter.error,
                "ordering_key": str(letter.ordering_key),
            }
            for each in _seats(hub, seat)
            for letter in hub.projector.view(each).dead_letters()
        ]
    if as_json:
        answer({"dead_letters": found})
    elif not found:
        say("没有死信。")
    else:
        headings = ("视图", "位置", "事件", "原因", "排序键")
        table(f"死信 {len(found)}", headings, [tuple(each.values()) for each in found])


@deadletters.command("retry", help="再次读入事件、再做被拒绝的自动转介；仍失败的留下")
def retry_letters(seat: SeatName = None, data: Data = None, as_json: Json = False) -> None:
    """Try dead letters again. Exit code 1 when some stay."""
    taken, left = 0, 0
    with opened(data) as hub, hub.projector.retrying():
        seats = _seats(hub, seat)
        with progress("重试死信", quiet=as_json) as step:
            for done, each in enumerate(seats, start=1):
                view = hub.projector.view(each)
                taken += view.retry(hub.store)
                left += len(view.dead_letters())
                step(done, len(seats))
        if seat is None:
            taken += hub.reactor.retry()
            left += len(hub.reactor.refused())
    if as_json:
        answer({"taken": taken, "left": left})
    else:
        say(f"已处理{taken}件，仍有{left}件。")
    if left:
        raise typer.Exit(SOME_REFUSED)


def _seats(hub: Program, name: str | None) -> Sequence[Seat]:
    """The seat of this name, or all that have an organisation."""
    seats = hub.projector.views.keys()
    if name is None:
        return list(seats)
    found = [seat for seat in seats if seat.value == name]
    if not found:
        raise WrongUsage(f"没有这类机构的视图。可选：{seat_words(seats)}。")
    return found
