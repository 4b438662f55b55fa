"""The command line program ``hub``: its commands, and what its exit codes mean.

====  ==========================================================================
0     done
1     done, but some rows were refused, or some dead letters stay
2     the command, or the file given to it, is not what it takes; nothing was done
3     the data folder, its keys, its databases or the policies cannot be used
4     somebody else is at it, or another process leads; try again
70    a defect of the program (``EX_SOFTWARE`` of sysexits.h)
130   stopped from the keyboard
====  ==========================================================================

No failure prints a traceback or repeats what was typed or sent: either may hold a child's name.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from typing import Any

import typer

from hub import logs
from hub.cli import (
    admin,
    aid,
    approvals,
    attachments,
    audit,
    away,
    break_glass,
    calendar,
    cases,
    catalogue,
    children,
    consents,
    deadlines,
    demo,
    dropout,
    duplicates,
    erase,
    exact,
    exchange,
    export,
    families,
    feeds,
    indicators,
    intake,
    jobs,
    keys,
    notices,
    offers,
    operations,
    orders,
    pairings,
    policy,
    programmes,
    quarantine,
    records,
    referrals,
    report_links,
    retention,
    roster,
    safety,
    seal,
    serving,
    silence,
    social,
    staff,
    systems,
    unseal,
    verification,
    workers,
)
from hub.cli.help import ChineseGroup, Commands
from hub.cli.output import BUSY, OK, SETUP, UNFORESEEN, WRONG_USAGE, WrongUsage, tell
from hub.failures import Cause, foreseen

INTERRUPTED = 130

GARBAGE = (10_000, 10, 10)
"""After how many new objects Python looks for rings of garbage (its own measure is 700). The hub
makes few rings and many objects: looking so often took 7 to 15 % of its time."""

_CODES = {Cause.INPUT: WRONG_USAGE, Cause.SETUP: SETUP, Cause.BUSY: BUSY}


class HubGroup(ChineseGroup):
    """The whole program: one place where every failure becomes a text and an exit code."""

    def main(self, args: Sequence[str] | None = None, *more: Any, **options: Any) -> Any:
        """Run and exit; never returns."""
        logs.configure("WARNING")
        gc.set_threshold(*GARBAGE)
        options["standalone_mode"] = False
        try:
            code = super().main(args, *more, **options)
        except Exception as error:
            code = _told(error)
        sys.exit(code if isinstance(code, int) else OK)


def _told(error: Exception) -> int:
    """Tell what happened; give the exit code."""
    if isinstance(error, WrongUsage):
        tell(str(error))
        return WRONG_USAGE
    if isinstance(error, typer.Abort):
        return INTERRUPTED
    if isinstance(error, typer.TyperException):
        return _told_usage(error)
    failure = foreseen(error)
    if failure is not None:
        tell(failure.text)
        return _CODES[failure.cause]
    logs.get("hub.cli").error("unforeseen", error=type(error).__name__, where=logs.where(error))
    tell("程序出现意外情况，已停止。已登记的内容不受影响；请把上面一行记录交给维护人员。")
    return UNFORESEEN


_USAGE = {
    "MissingParameter": "缺少必填的{name}。",
    "BadParameter": "{name}填写有误。",
    "NoSuchOption": "有不认识的选项。",
    "BadOptionUsage": "有选项缺少值，或不该带值。",
}


def _told_usage(error: typer.TyperException) -> int:
    """typer's complaint in Chinese. Its own words are left out: they repeat what was typed."""
    context = getattr(error, "ctx", None)
    name = type(error).__name__
    if name == "NoArgsIsHelpError":
        # The help is on stdout already.
        return WRONG_USAGE
    param = getattr(error, "param", None)
    if param is None:
        hint = "参数"
    elif param.opts[0].startswith("-"):
        hint = f"选项“{param.opts[0]}”"
    else:
        hint = f"参数“{param.metavar or param.name}”"
    tell(_USAGE.get(name, "命令或参数不对。").format(name=hint))
    if context is not None:
        tell(f"请看说明：{context.command_path} --help")
    return error.exit_code


app = Commands("农村留守儿童和困境儿童转介与信息共享系统", cls=HubGroup)
operations.register(app)
catalogue.register(app)
silence.register(app)
serving.register(app)
workers.register(app)
intake.register(app)
app.add_typer(children.app, name="children")
app.add_typer(duplicates.app, name="duplicates")
app.add_typer(families.app, name="family")
app.add_typer(safety.app, name="safety")
app.add_typer(quarantine.app, name="quarantine")
app.add_typer(policy.app, name="policy")
app.add_typer(break_glass.app, name="break-glass")
app.add_typer(records.app, name="records")
app.add_typer(report_links.app, name="report-links")
app.add_typer(referrals.app, name="referrals")
app.add_typer(dropout.app, name="dropout")
app.add_typer(programmes.app, name="programmes")
app.add_typer(indicators.app, name="indicators")
app.add_typer(exact.app, name="returns")
app.add_typer(verification.app, name="verification")
app.add_typer(aid.app, name="aid")
app.add_typer(pairings.app, name="pairings")
app.add_typer(offers.app, name="offers")
app.add_typer(jobs.app, name="jobs")
app.add_typer(cases.app, name="cases")
app.add_typer(deadlines.app, name="deadlines")
app.add_typer(approvals.app, name="approvals")
app.add_typer(calendar.app, name="calendar")
app.add_typer(orders.app, name="orders")
app.add_typer(away.app, name="away")
app.add_typer(staff.app, name="staff")
app.add_typer(social.app, name="social")
app.add_typer(systems.app, name="systems")
app.add_typer(roster.app, name="roster")
app.add_typer(notices.app, name="notices")
app.add_typer(consents.app, name="consent")
app.add_typer(attachments.app, name="attachments")
app.add_typer(admin.users, name="users")
app.add_typer(admin.organisations, name="organisations")
app.add_typer(keys.keys, name="keys")
app.add_typer(erase.app, name="erase")
app.add_typer(seal.app, name="seal")
app.add_typer(unseal.app, name="unseal")
app.add_typer(retention.app, name="retention")
app.add_typer(audit.audit, name="audit")
app.add_typer(export.export, name="export")
app.add_typer(feeds.feeds, name="feeds")
app.add_typer(feeds.inbound, name="inbound")
app.add_typer(exchange.app, name="exchange")
demo.register(app)


def run() -> None:
    """The console script ``hub``."""
    # Whatever file is made (databases, sheets, exports) is its owner's alone.
    os.umask(0o077)
    for stream in (sys.stdout, sys.stderr):
        # A terminal that knows no Chinese gets escapes (which JSON allows), not a failure.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    app(prog_name="hub")
