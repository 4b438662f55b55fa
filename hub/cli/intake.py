"""``hub intake`` and ``hub templates``: sheets and records in, blank sheets out."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from adapters.intake.faults import SheetError
from adapters.intake.intake import RowAnswer, SheetAnswer
from adapters.intake.records import RecordKind
from adapters.intake.refusals import refused_sheet
from adapters.intake.sheets import MAX_BYTES, MAX_ROWS
from adapters.intake.templates import write_template
from adapters.registry import ALL_KINDS
from domain.kernel import Actor
from domain.organisations import SEAT_WORDS, Seat, district_organisation
from hub.bootstrap import Program
from hub.cli.help import Commands
from hub.cli.options import Data, Json, Organisation, User, opened, sender, settle
from hub.cli.output import SOME_REFUSED, Step, WrongUsage, answer, progress, say, tell

AGENCIES = tuple(dict.fromkeys(kind.name.partition(".")[0] for kind in ALL_KINDS))
"""The agencies that send records, as commands name them."""


def _senders(agency: str) -> str:
    kinds = [kind for kind in ALL_KINDS if kind.name.startswith(f"{agency}.")]
    seats = {seat for kind in kinds for seat in kind.seats}
    return "各单位" if seats == set(Seat) else "、".join(SEAT_WORDS[s] for s in Seat if s in seats)


AGENCY_WORDS = {agency: _senders(agency) for agency in AGENCIES}
"""Who sends under an agency's name."""

_AGENCIES = "、".join(f"{agency}（{AGENCY_WORDS[agency]}）" for agency in AGENCIES)

_FAULTS_SHOWN = 50
_RECEIPTS_SHOWN = 20

Agency = Annotated[
    str, typer.Argument(metavar="部门", help=f"报送部门：{_AGENCIES}", show_default=False)
]


def register(app: Commands) -> None:
    """Add the commands."""
    app.command(
        "intake",
        help="报送一张表格（xlsx、xls、ods、csv）或 JSON 记录；有错的行退回待更正，其余照常登记",
    )(intake)
    app.command("templates", help="写出一个部门的全部空白表格，含表头、示例行和代码表")(templates)


def intake(
    agency: Agency,
    file: Annotated[
        Path, typer.Argument(metavar="文件", help="表格，或每行一条记录的 .jsonl/.json")
    ],
    organisation: Organisation = None,
    user: User = None,
    kind: Annotated[
        str | None,
        typer.Option("--kind", metavar="种类", help="JSON 记录的种类，例如 absence；表格自动识别"),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查，不登记")] = False,
    errors_out: Annotated[
        Path | None,
        typer.Option("--errors-out", metavar="文件", help="把退回的行连同原因写成表格（.xlsx）"),
    ] = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Take a file of an agency's records. Exit code 1 when some rows were refused."""
    _check_agency(agency)
    is_json = file.suffix.lower() in (".json", ".jsonl")
    if is_json != (kind is not None):
        raise WrongUsage(
            "JSON 记录（.json、.jsonl）要用 --kind 指明种类，例如 --kind absence；"
            "表格自动识别，不用 --kind。"
        )
    content = _read(file)
    if errors_out is not None:
        _check_errors_out(errors_out, file)
    records = json_records(content) if is_json else []
    with opened(data) as hub:
        defaulted = organisation is None and user is None
        actor = sender(hub, _own_department(hub, agency) if defaulted else organisation, user)
        with progress("检查" if dry_run else "登记", quiet=as_json) as step:
            if kind is not None:
                name = kind if "." in kind else f"{agency}.{kind}"
                if not name.startswith(f"{agency}."):
                    raise WrongUsage("记录种类不属于这个部门。")
                taken = hub.intake.records(actor, name, records, dry_run=dry_run, progress=step)
            else:
                taken = _sheet(hub, actor, content, file.name, agency, dry_run, step, defaulted)
        _finish(hub, actor, taken, errors_out, as_json)
    if taken.refused:
        raise typer.Exit(SOME_REFUSED)


def _sheet(
    hub: Program,
    actor: Actor,
    content: bytes,
    filename: str,
    agency: str,
    dry_run: bool,
    step: Step,
    defaulted: bool,
) -> SheetAnswer:
    try:
        return hub.intake.sheet(
            actor, content, filename, agency=agency, dry_run=dry_run, progress=step
        )
    except SheetError as error:
        if error.code == "NO_HEADING":
            if defaulted:
                name = hub.directory.name(actor.organisation)
                tell(
                    f"本次按“{name}”报送的表格来认；"
                    "由其他单位报送的，请加 --organisation 或 --user。"
                )
            tell(f"空白模板可以这样写出：hub templates {agency} --out 文件夹")
        raise


def _finish(
    hub: Program, actor: Actor, taken: SheetAnswer, errors_out: Path | None, as_json: bool
) -> None:
    """Say what became of the rows, whatever becomes of what follows from them."""
    written = None
    if errors_out is not None and taken.refused:
        _write_errors(hub, actor, taken, errors_out)
        written = str(errors_out)
    settled: bool | None = None
    try:
        settled = None if taken.dry_run else settle(hub)
    finally:
        rows = () if taken.dry_run else taken.rows
        of_reports = hub.intake.reports(taken.kind) and not taken.dry_run
        numbers = hub.calls.after(rows, of_reports=of_reports)
        calls = [{"name": each.name, "number": each.number} for each in numbers]
        if as_json:
            answer(_as_json(actor, taken, settled, written, calls))
        else:
            if calls:
                listed = "；".join(f"{each['name']} {each['number']}" for each in calls)
                say(f"有孩子正处于危险的，请立即打电话：{listed}。")
            _print(taken, written)


def _as_json(
    actor: Actor,
    taken: SheetAnswer,
    settled: bool | None,
    errors_out: str | None,
    calls: Sequence[dict[str, str]],
) -> dict[str, Any]:
    return {
        "kind": taken.kind,
        "title": taken.title,
        "organisation": actor.organisation,
        "dry_run": taken.dry_run,
        "rows": len(taken.rows),
        "accepted": taken.accepted,
        "repeated": taken.repeated,
        "refused": taken.refused,
        "receipts": [
            {
                "row": row.number,
                "number": row.answer.number,
                "position": row.answer.position,
                "repeated": row.answer.repeated,
                "corrected": row.answer.corrected,
            }
            for row in taken.rows
            # A rehearsal's numbers are issued to nobody.
            if row.answer is not None and (row.answer.repeated or not taken.dry_run)
        ],
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
        "unknown_headings": list(taken.unknown_headings),
        "call": list(calls),
        "settled": settled,
        "errors_out": errors_out,
    }


def _print(taken: SheetAnswer, errors_out: str | None) -> None:
    lines = [fault_line(row, str(fault)) for row in taken.rows for fault in row.faults]
    for line in lines[:_FAULTS_SHOWN]:
        tell(line)
    if len(lines) > _FAULTS_SHOWN:
        tell(f"……另有{len(lines) - _FAULTS_SHOWN}处，请用 --errors-out 写成表格查看。")
    if taken.unknown_headings:
        names = "、".join(taken.unknown_headings)
        tell(f"以下列不认识，其中内容没有登记：{names}。")
    done = "检查通过" if taken.dry_run else "登记"
    say(
        f"《{taken.title}》共{len(taken.rows)}行：{done}{taken.accepted}行，"
        f"重复（早已登记，没有变动）{taken.repeated}行，退回{taken.refused}行。"
    )
    if not taken.dry_run:
        _print_receipts([row for row in taken.rows if row.answer is not None])
    if taken.refused and not taken.dry_run:
        say("退回的行已存入待更正，可用 hub quarantine list 查看、更正后重报。")
    if errors_out is not None:
        say("退回的行和原因已写成表格，改好后可直接重报。内有个人信息，请妥善保管。")


def _print_receipts(rows: Sequence[RowAnswer]) -> None:
    for row in rows[:_RECEIPTS_SHOWN]:
        if row.answer is not None:
            say(f"第{row.number}行 回执号 {row.answer.number}（位置 {row.answer.position}）")
    if len(rows) > _RECEIPTS_SHOWN:
        say(f"……另有{len(rows) - _RECEIPTS_SHOWN}个回执号，全部回执号请用 --json 取得。")


def fault_line(row: RowAnswer, text: str) -> str:
    """A fault with its row, as officials read it: 第N行 【列】规则。怎么办。"""
    return f"第{row.number}行 {text}"


def _write_errors(hub: Program, actor: Actor, taken: SheetAnswer, path: Path) -> None:
    layout = hub.intake.kind(actor.organisation, taken.kind).layout
    path.parent.mkdir(parents=True, exist_ok=True)
    # It holds what was refused, in clear, as the sender's own sheet does.
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_bytes(refused_sheet(layout, taken))


def _check_agency(agency: str) -> None:
    if agency not in AGENCIES:
        raise WrongUsage(f"没有这个报送部门。可选：{_AGENCIES}。")


def _check_errors_out(path: Path, source: Path) -> None:
    if path.suffix.lower() != ".xlsx":
        raise WrongUsage("--errors-out 的文件名要以 .xlsx 结尾。")
    if path.exists() and path.samefile(source):
        raise WrongUsage("--errors-out 不能写回报送的原表，请换一个文件名。")
    if path.is_dir():
        raise WrongUsage("--errors-out 要写一个文件名，不是文件夹。")


def _own_department(hub: Program, agency: str) -> str:
    """The district's department of this name, for an agency that has one."""
    if agency in set(Seat):
        own = district_organisation(Seat(agency))
        if any(each.id == own for each in hub.directory.organisations()):
            return own
    raise WrongUsage(
        "请用 --organisation 或 --user 说明由哪个单位报送，"
        "例如 --organisation town:310117001。机构代码见 hub organisations list。"
    )


def _read(file: Path) -> bytes:
    if not file.is_file():
        raise WrongUsage("找不到要报送的文件，请核对路径。")
    with file.open("rb") as stream:
        # One byte more than may be read, so that a huge file is refused without reading it.
        return stream.read(MAX_BYTES + 1)


def json_records(content: bytes) -> list[tuple[int, Mapping[str, Any]]]:
    """Records with their line's number: one object a line, or one list of objects.

    A file with a line that cannot be read is refused whole, before anything is taken: it is
    likely to have been cut off.
    """
    if len(content) > MAX_BYTES:
        raise WrongUsage(f"文件超过{MAX_BYTES // 1024 // 1024}MB，请拆成几个文件分别报送。")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise WrongUsage("JSON 文件不是 UTF-8 编码，请另存为 UTF-8 后再报送。") from None
    if text.lstrip().startswith("["):
        found = _loaded(text, lambda: "文件不是完整的 JSON 列表，一条也没有登记。")
        numbered = list(enumerate(found, start=1))
    else:
        numbered = [
            (number, _loaded(line, _bad_line(number)))
            # Not splitlines(): a JSON text may hold other line ends inside its strings.
            for number, line in enumerate(text.split("\n"), start=1)
            if line.strip()
        ]
    if not numbered:
        raise WrongUsage("文件里没有记录。")
    if len(numbered) > MAX_ROWS:
        raise WrongUsage(f"记录超过{MAX_ROWS}条，请拆成几个文件分别报送。")
    for number, record in numbered:
        if not isinstance(record, dict):
            raise WrongUsage(_bad_line(number)())
    return numbered


def _loaded(text: str, complaint: Callable[[], str]) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        # The parser's own message quotes what it could not read.
        raise WrongUsage(complaint()) from None


def _bad_line(number: int) -> Callable[[], str]:
    return lambda: (
        f"第{number}行不是一条完整的 JSON 记录，整个文件都没有登记。请每行写一个对象后重报。"
    )


def templates(
    agency: Agency,
    out: Annotated[Path, typer.Option("--out", metavar="文件夹", help="写到这个文件夹")],
    force: Annotated[bool, typer.Option("--force", help="覆盖已有的同名文件")] = False,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Write the blank sheets of every kind of record of an agency.

    A file that is there already may have been filled in: it stays unless ``--force``. No data
    folder is needed; ``--data`` is taken as by every command.
    """
    _check_agency(agency)
    if out.exists() and not out.is_dir():
        raise WrongUsage("--out 要写一个文件夹。")
    rows: list[tuple[RecordKind[Any], Path, bool]] = []
    for kind in ALL_KINDS:
        if kind.name.startswith(f"{agency}."):
            path = out / f"{kind.title}.xlsx"
            write = force or not path.exists()
            if write:
                write_template(kind.layout, path)
            rows.append((kind, path, write))
    if as_json:
        sheets = [
            {"kind": kind.name, "title": kind.title, "path": str(path), "written": written}
            for kind, path, written in rows
        ]
        answer({"agency": agency, "sheets": sheets})
        return
    for kind, path, written in rows:
        say(
            f"《{kind.title}》 {path}"
            + ("" if written else "（已存在，没有覆盖；要覆盖请加 --force）")
        )
