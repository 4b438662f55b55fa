"""``hub systems``: sheets of the systems that officials keep elsewhere (外部系统), both ways, and
what is still to be entered there."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from adapters.intake.faults import SheetError
from adapters.intake.intake import SheetAnswer, UnknownKind
from adapters.intake.sheets import MAX_BYTES
from adapters.intake.templates import write_rows
from adapters.outside.rows import rows_of
from adapters.outside.sheets import layout_of
from domain.organisations import seat_of
from domain.outside_systems import OUTSIDE_SYSTEM
from hub.answers import OUTSIDE_STATE_WORDS, OutsideEntry
from hub.bootstrap import Program
from hub.cli.acting import every, every_before, reader_of
from hub.cli.help import Commands
from hub.cli.options import Data, Json, Organisation, User, opened, sender, settle
from hub.cli.output import SOME_REFUSED, WrongUsage, answer, say, table, tell

app = Commands("外部系统：待录入清单、按对方表样导出和导入")

System = Annotated[
    str,
    typer.Argument(
        metavar="系统",
        help="、".join(f"{code}（{name}）" for code, name in OUTSIDE_SYSTEM.labels.items()),
        show_default=False,
    ),
]


def _code(system: str) -> str:
    try:
        return OUTSIDE_SYSTEM.parse(system)
    except ValueError:
        raise WrongUsage("没有这个外部系统，请用 hub systems list 查看。") from None


@app.command("list", help="有哪些外部系统、各有哪些表，本单位可导入还是可导出")
def list_(
    organisation: Organisation = None, user: User = None, data: Data = None, as_json: Json = False
) -> None:
    """List systems and sheets."""
    with opened(data) as hub:
        seat = seat_of(sender(hub, organisation, user).organisation)
        found = [
            {
                "system": code,
                "system_name": OUTSIDE_SYSTEM.label(code),
                "sheet": name,
                "title": sheet.title,
                "in": sheet.comes_in and seat in system.seats,
                "out": sheet.goes_out and seat in system.seats,
                "version": system.version,
            }
            for code, system in hub.policies.rules.outside.items()
            for name, sheet in system.sheets.items()
        ]
    if as_json:
        answer({"sheets": found})
        return
    table(
        "外部系统",
        ("系统", "名称", "表", "表名", "可导入", "可导出", "版本"),
        [
            (
                each["system"],
                each["system_name"],
                each["sheet"],
                each["title"],
                "是" if each["in"] else "否",
                "是" if each["out"] else "否",
                each["version"],
            )
            for each in found
        ],
    )


@app.command("waiting", help="本单位还没有录入外部系统的记录，最急的在前（查阅留痕）")
def waiting(
    system: Annotated[str | None, typer.Option("--system", metavar="系统")] = None,
    all_: Annotated[bool, typer.Option("--all", help="本单位可见的全部录入情况")] = False,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """List what is to be entered elsewhere."""
    code = None if system is None else _code(system)
    with opened(data) as hub:
        reader = reader_of(sender(hub, organisation, user))
        found = list(
            every(
                lambda after: hub.queries.outside_entries(
                    reader, system=code, waiting=not all_, after=after
                )
            )
        )
    if as_json:
        answer({"entries": [_plain(each) for each in found]})
        return
    table(
        "外部系统录入",
        ("系统", "平台编号", "儿童", "状态", "由谁录入", "录入时限", "对方系统编号", "录入日期"),
        [
            (
                each.system_name,
                each.of_record,
                str(each.child.fields.get("name") or "") if each.child else "",
                OUTSIDE_STATE_WORDS[each.state],
                each.owner_name or "",
                (each.enter_by or "")[:10],
                str(each.number or ""),
                each.entered_on or "",
            )
            for each in found
        ],
    )


def _plain(each: OutsideEntry) -> dict[str, Any]:
    return {
        **{name: value for name, value in asdict(each).items() if name != "child"},
        "state_name": OUTSIDE_STATE_WORDS[each.state],
        "fields": dict(each.child.fields) if each.child else {},
    }


@app.command("sheet", help="按对方系统的表样导出本单位可见的记录，未录入的在前（查阅留痕）")
def sheet_out(
    system: System,
    sheet: Annotated[str, typer.Argument(metavar="表", help="见 hub systems list")],
    out: Annotated[Path, typer.Option("--out", metavar="文件", help="写成表格（.xlsx）")],
    waiting_only: Annotated[bool, typer.Option("--waiting", help="只要未录入的")] = False,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Write a sheet in another system's headings and words."""
    code = _code(system)
    if out.suffix.lower() != ".xlsx" or out.exists():
        raise WrongUsage("--out 要写一个还没有的 .xlsx 文件名。")
    with opened(data) as hub:
        kept = hub.policies.rules.outside.get(code)
        form = kept.sheets.get(sheet) if kept is not None else None
        if form is None:
            raise WrongUsage("没有这张表，请用 hub systems list 查看。")
        reader = reader_of(sender(hub, organisation, user))
        found = every_before(
            lambda before: hub.queries.outside_records(reader, code, sheet, before=before)
        )
        entries = every(
            lambda after: hub.queries.outside_entries(
                reader, system=code, waiting=False, after=after
            )
        )
        kind = hub.outside.kind(form)
        rows = rows_of(form, kind, list(found), list(entries), hub.directory.name, waiting_only)
    out.parent.mkdir(parents=True, exist_ok=True)
    # It holds in clear what the seat may see: nobody else of this machine is to read it.
    out.touch(mode=0o600)
    write_rows(layout_of(sheet, form, kind), rows, out)
    if as_json:
        answer({"file": str(out), "rows": len(rows)})
    else:
        say(f"《{form.title}》已写出{len(rows)}行，未录入的在前。内有个人信息，请妥善保管。")


@app.command("take", help="导入对方系统导出的表，或填好编号和录入日期的导出表")
def take(
    system: System,
    file: Annotated[Path, typer.Argument(metavar="文件", show_default=False)],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查，不登记")] = False,
    errors_out: Annotated[
        Path | None,
        typer.Option("--errors-out", metavar="文件", help="把退回的行连同原因写成表格（.xlsx）"),
    ] = None,
    organisation: Organisation = None,
    user: User = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Take a sheet of another system. Exit code 1 when some rows were refused."""
    code = _code(system)
    if not file.is_file():
        raise WrongUsage("找不到要导入的文件，请核对路径。")
    if errors_out is not None and (errors_out.suffix.lower() != ".xlsx" or errors_out.exists()):
        raise WrongUsage("--errors-out 要写一个还没有的 .xlsx 文件名。")
    with file.open("rb") as stream:
        content = stream.read(MAX_BYTES + 1)
    with opened(data) as hub:
        actor = sender(hub, organisation, user)
        try:
            taken = hub.outside.take(actor, code, content, file.name, dry_run=dry_run)
        except UnknownKind:
            raise WrongUsage(
                "这个外部系统的表不由本单位导入，请用 hub systems list 查看。"
            ) from None
        except SheetError as error:
            if error.code == "NO_HEADING":
                tell("请核对是不是这个系统的表；表头见 policies/mappings。")
            raise
        settled = None if dry_run else settle(hub)
        if errors_out is not None and taken.refused:
            _write_refused(hub, code, taken.sheet, taken.records, taken.entries, errors_out)
    if as_json:
        answer(
            {
                "sheet": taken.sheet,
                "dry_run": dry_run,
                "records": _counts(taken.records),
                "entries": _counts(taken.entries),
                "unknown_headings": list(taken.records.unknown_headings),
                "settled": settled,
            }
        )
    else:
        if taken.records.unknown_headings:
            tell(f"以下列不认识，其中内容没有登记：{'、'.join(taken.records.unknown_headings)}。")
        for what, each in (("记录", taken.records), ("录入情况", taken.entries)):
            for row in each.rows:
                for fault in row.faults:
                    tell(f"第{row.number}行 {fault}")
            say(
                f"《{taken.title}》{what}{len(each.rows)}行：{'检查通过' if dry_run else '登记'}"
                f"{each.accepted}行，重复{each.repeated}行，退回{each.refused}行。"
            )
    if taken.refused:
        raise typer.Exit(SOME_REFUSED)


def _counts(taken: SheetAnswer) -> dict[str, Any]:
    return {
        "rows": len(taken.rows),
        "accepted": taken.accepted,
        "repeated": taken.repeated,
        "refused": taken.refused,
        "faults": [
            {
                "row": row.number,
                "column": fault.column,
                "code": fault.code,
                "rule": fault.rule,
                "advice": fault.advice,
                "quarantine_id": row.quarantine_id,
            }
            for row in taken.rows
            for fault in row.faults
        ],
    }


def _write_refused(
    hub: Program, code: str, sheet: str, records: SheetAnswer, entries: SheetAnswer, path: Path
) -> None:
    form = hub.policies.rules.outside[code].sheets[sheet]
    refused = [row for row in records.rows if row.faults and row.number in records.refused_cells]
    path.touch(mode=0o600)
    write_rows(
        layout_of(sheet, form, hub.outside.kind(form)),
        [records.refused_cells[row.number] for row in refused],
        path,
        ["".join(map(str, row.faults)) for row in refused],
    )
    if entries.refused:
        tell("录入情况退回的行已存入待更正，可用 hub quarantine list 查看。")
