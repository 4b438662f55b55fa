"""Help in Chinese: what typer prints by itself is English and cannot be translated."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, TypeVar

import typer
from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from hub.cli.output import console

F = TypeVar("F", bound=Callable[..., Any])


def usage(command: TyperCommand | TyperGroup, context: Any) -> str:
    """The usage line of a command: its path and what it takes."""
    parts = [context.command_path]
    for param in command.get_params(context):
        if isinstance(param, TyperArgument):
            name = _metavar(param)
            parts.append(name if param.required else f"[{name}]")
    parts.append("命令 …" if isinstance(command, TyperGroup) else "[选项]")
    return "用法：" + " ".join(parts)


def _metavar(param: TyperArgument | TyperOption) -> str:
    return param.metavar or (param.name or "").upper()


def _show(command: TyperCommand | TyperGroup, context: Any) -> None:
    out = console(sys.stdout)
    out.print(Text(usage(command, context), style="bold"))
    if command.help:
        out.print(Padding(Text(command.help), (1, 0, 1, 2), expand=False))
    arguments, options = [], []
    for param in command.get_params(context):
        if isinstance(param, TyperArgument):
            arguments.append((_metavar(param), param.help or ""))
        elif isinstance(param, TyperOption) and not param.hidden:
            names = "、".join((*param.opts, *param.secondary_opts))
            if param.name == "help":
                options.append((names, "显示本说明"))
            else:
                value = "" if param.is_flag else f" {_metavar(param)}"
                options.append((names + value, param.help or ""))
    commands = []
    if isinstance(command, TyperGroup):
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            commands.append((name, (child.help or "").partition("\n")[0] if child else ""))
    for title, rows in (("命令", commands), ("参数", arguments), ("选项", options)):
        if rows:
            grid = Table.grid(padding=(0, 3, 0, 0))
            grid.add_column(no_wrap=True)
            grid.add_column()
            for row in rows:
                grid.add_row(*map(Text, row))
            out.print(
                Text(title, style="bold"), Padding(grid, (0, 0, 0, 2), expand=False), sep="\n"
            )


class ChineseCommand(TyperCommand):
    """A command whose help is Chinese."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Print the help; the formatter stays empty."""
        _show(self, ctx)


class ChineseGroup(TyperGroup):
    """A group of commands whose help is Chinese."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Print the help; the formatter stays empty."""
        _show(self, ctx)


class Commands(typer.Typer):
    """A group to add commands to; help, where nothing is asked for."""

    def __init__(self, help: str, **more: Any) -> None:
        super().__init__(
            **{"cls": ChineseGroup, **more},
            help=help,
            no_args_is_help=True,
            add_completion=False,
            rich_markup_mode=None,
            pretty_exceptions_enable=False,
        )

    def command(self, name: str | None = None, **more: Any) -> Callable[[F], F]:
        """As typer's, with Chinese help; ``help`` says in Chinese what the command does."""
        add: Callable[[F], F] = super().command(name, cls=ChineseCommand, **more)
        return add
