"""``hub catalogue``: the data-sharing catalogue, made from the events and the rules in force."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Annotated, Any

import typer
import xlsxwriter

from adapters.registry import ALL_KINDS
from domain.kernel import CATEGORY_WORDS
from hub.catalogue import Item, catalogue, receiver_words, seat_words
from hub.cli.help import Commands
from hub.cli.options import Data, Json
from hub.cli.output import WrongUsage, answer, say
from hub.policies import Policies, load_policies

HEADINGS = (
    *("资源编码", "资源名称", "数据项", "字段", "数据类别", "保护方式", "共享属性"),
    *("提供方", "接收方及方式", "不加密的用途", "规则版本"),
)


def register(app: Commands) -> None:
    """Add the command."""
    app.command("catalogue", help="按事件和现行规则编制数据共享目录（xlsx 或 csv）")(make)


def make(
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="文件", help="写入 .xlsx 或 .csv；不填则只报数目"),
    ] = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Write the catalogue. No data folder is needed; ``--data`` is taken as by every command."""
    if out is not None and out.suffix not in (".xlsx", ".csv"):
        raise WrongUsage("--out 要写一个 .xlsx 或 .csv 文件。")
    policies = load_policies()
    items = catalogue(policies, headings())
    rows = [_row(policies, item) for item in items]
    if out is not None:
        out.write_bytes(_sheet(rows) if out.suffix == ".xlsx" else _csv(rows))
    if as_json:
        answer(
            {
                "version": policies.version,
                "items": [dict(zip(HEADINGS, row, strict=True)) for row in rows],
            }
        )
        return
    say(
        f"数据共享目录：{len({item.topic for item in items})}项资源、{len(items)}个数据项，"
        f"规则版本 {policies.version}。" + (f"已写入 {out}。" if out else "")
    )


def headings() -> dict[str, str]:
    """What the agencies' sheets call a field; the first of several."""
    found: dict[str, str] = {}
    for kind in ALL_KINDS:
        for column in kind.columns:
            found.setdefault(column.field, column.heading)
    return found


def _row(policies: Policies, item: Item) -> tuple[str, ...]:
    return (
        item.topic,
        item.title,
        item.name,
        item.field,
        CATEGORY_WORDS[item.category],
        item.protection.value,
        item.sharing.value,
        seat_words(item.providers),
        receiver_words(policies.access, item),
        "流转、计时、归属和统计（见 clear-facts.toml）" if item.reason else "",
        policies.version,
    )


def _csv(rows: list[tuple[str, ...]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADINGS)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def _sheet(rows: list[tuple[str, ...]]) -> bytes:
    memory = io.BytesIO()
    options: dict[str, Any] = {"in_memory": True, "strings_to_formulas": False}
    with xlsxwriter.Workbook(memory, options) as book:
        sheet = book.add_worksheet("数据共享目录")
        bold = book.add_format({"bold": True, "text_wrap": True})
        for at, heading in enumerate(HEADINGS):
            sheet.write_string(0, at, heading, bold)
        for number, row in enumerate(rows, 1):
            for at, text in enumerate(row):
                sheet.write_string(number, at, text)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(rows), len(HEADINGS) - 1)
    return memory.getvalue()
