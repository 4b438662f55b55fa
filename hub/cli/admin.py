"""``hub users`` and ``hub organisations``: who may sign in, and for whom."""

from __future__ import annotations

import csv
import getpass
import io
import re
import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from domain.organisations import Organisation, Post, Seat
from hub.accounts.accounts import NotGood
from hub.bootstrap import Program
from hub.cli.help import Commands
from hub.cli.options import Data, Json, opened, seat_words, settings_for, welcome_link
from hub.cli.output import WrongUsage, answer, beijing, say, table, tell
from hub.directory import POST_WORDS, User

users = Commands("用户：登记、列出、发放和收回登录令牌")
organisations = Commands("机构名录：登记、列出")

_POSTS = "、".join(f"{post}（{word}）" for post, word in POST_WORDS.items())

MAX_HOURS = 366 * 24
_LOGIN = re.compile(r"[a-z][a-z0-9._-]{1,31}")
_ORGANISATION_CODE = re.compile(r"[0-9A-Za-z-]{1,32}")
_MAX_CSV = 5 * 1024 * 1024
_HEADINGS = {
    "id": ("id", "机构代码"),
    "name": ("name", "机构名称", "名称"),
    "town": ("town", "街镇代码", "所在街镇"),
    "beat": ("beat", "辖区", "辖区街镇代码"),
}

Login = Annotated[str, typer.Argument(metavar="登录名", show_default=False)]
Hours = Annotated[
    int,
    typer.Option("--hours", metavar="小时", min=1, max=MAX_HOURS, help="令牌有效几小时；默认12"),
]


@users.command("add", help="登记一个人并发放令牌；令牌只显示这一次")
def add_user(
    login: Login,
    organisation: Annotated[
        str, typer.Option("--organisation", metavar="机构代码", help="所在机构")
    ],
    unit: Annotated[str, typer.Option("--unit", metavar="科室", help="科室")] = "",
    post: Annotated[
        str, typer.Option("--post", metavar="岗位", help=f"岗位：{_POSTS}；默认 handler")
    ] = Post.HANDLER.value,
    hours: Hours = 12,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Register a person at a post and print a token, once."""
    if not _LOGIN.fullmatch(login):
        # A login stands in lists and logs: an ID number or telephone must not become one.
        raise WrongUsage("登录名应以小写字母开头，只含小写字母、数字和 . _ -，2至32个字符。")
    if post not in set(POST_WORDS):
        raise WrongUsage(f"没有这个岗位。可选：{_POSTS}。")
    with opened(data) as hub:
        user = hub.directory.add_user(login, organisation, unit, Post(post))
        _issue(hub, user, hours, as_json)


@users.command("list", help="列出全部用户")
def list_users(data: Data = None, as_json: Json = False) -> None:
    """List everybody who is registered; never a token."""
    with opened(data) as hub:
        found = hub.directory.users()
        names = {user.organisation: hub.directory.name(user.organisation) for user in found}
    if as_json:
        answer({"users": [_user(user) for user in found]})
        return
    table(
        f"用户 {len(found)}",
        ("登录名", "机构", "机构名称", "科室", "岗位"),
        [
            (
                user.login,
                user.organisation,
                names[user.organisation],
                user.unit,
                POST_WORDS.get(user.post, user.post.value),
            )
            for user in found
        ],
    )


@users.command("token", help="发放一个新令牌；只显示这一次")
def issue_token(login: Login, hours: Hours = 12, data: Data = None, as_json: Json = False) -> None:
    """Issue a further token to a person and print it, once."""
    with opened(data) as hub:
        _issue(hub, _known(hub, login), hours, as_json)


@users.command("link", help="发放一个登录链接，用来设置密码和动态码；只显示这一次，只能用一次")
def issue_link(login: Login, data: Data = None, as_json: Json = False) -> None:
    """Print a link by which a person sets up how to sign in to the workspace, once."""
    with opened(data) as hub:
        user = _known(hub, login)
        now, rules = hub.clock.now(), hub.policies.sign_in
        token = hub.entrance.accounts.invite(user, now)
        name = hub.directory.name(user.organisation)
    link = welcome_link(settings_for(data), token)
    expires = now + timedelta(hours=rules.link_hours)
    if as_json:
        shown = expires.isoformat(timespec="seconds")
        answer({**_user(user), "link": link, "expires": shown})
        return
    say(f"登录名 {user.login}，{name}")
    say(f"登录链接 {link}")
    tell(
        f"链接到 {beijing(expires)}（北京时间）失效，只能用一次，请当面交给本人；"
        "系统在别的地址运行的，请换成那个地址。"
    )


@users.command("post", help="让一个人也在另一个登录名的单位和岗位办理，登录后选择")
def add_post(
    login: Login,
    other: Annotated[str, typer.Argument(metavar="另一登录名", show_default=False)],
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Let the person of a login work at another login's organisation and post as well."""
    with opened(data) as hub:
        user, also = _known(hub, login), _known(hub, other)
        hub.entrance.accounts.add_post(user, also)
        name = hub.directory.name(also.organisation)
    if as_json:
        answer({"login": user.login, "also": also.login, "organisation": also.organisation})
    else:
        say(f"{user.login} 登录后也可以选择在{name}办理（{POST_WORDS.get(also.post, '')}）。")


@users.command("phone", help="登记一个人的手机号，用来在手机上登录；从标准输入读入，不写在命令里")
def phone(
    login: Login,
    remove: Annotated[
        bool, typer.Option("--remove", help="去掉登记的手机号，登记过的手机同时失效")
    ] = False,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Say which mobile number a person signs in at a phone by, or that it is none any more."""
    with opened(data) as hub:
        user, phones = _known(hub, login), hub.entrance.phones
        if remove:
            phones.unregister(user)
        else:
            number = getpass.getpass("手机号：") if sys.stdin.isatty() else sys.stdin.readline()
            try:
                phones.register(user, number)
            except NotGood as fault:
                raise WrongUsage(str(fault)) from None
    if as_json:
        answer({"login": login, "phone": not remove})
    else:
        say("已去掉手机号。" if remove else "已登记手机号；以前登记的手机要重新用验证码登录。")


@users.command("revoke", help="收回一个人的全部令牌、登录方式和手机，立即生效")
def revoke(login: Login, data: Data = None, as_json: Json = False) -> None:
    """End every token, session and phone of a person, and how the person signs in."""
    with opened(data) as hub:
        user = _known(hub, login)
        count = hub.directory.revoke_tokens(user)
        sessions, phones = hub.entrance.accounts.close_account(user)
    if as_json:
        answer({"login": login, "revoked": count, "sessions": sessions, "phones": phones})
    else:
        say(
            f"已收回{count}个令牌，结束{sessions}个登录和{phones}部手机；"
            "再次登录须重发登录链接，或重新登记手机号。"
        )


def _issue(hub: Program, user: User, hours: int, as_json: bool) -> None:
    now, lasts = hub.clock.now(), timedelta(hours=hours)
    token = hub.directory.issue_token(user, now, lasts)
    expires = now + lasts
    if as_json:
        shown = expires.isoformat(timespec="seconds")
        answer({**_user(user), "token": token, "expires": shown})
        return
    name, post = hub.directory.name(user.organisation), POST_WORDS.get(user.post, user.post.value)
    say(f"登录名 {user.login}，{name} {post}")
    say(f"令牌 {token}")
    until = beijing(expires)
    tell(f"令牌到 {until}（北京时间）失效，不再显示第二次，请当面交给本人。")


def _known(hub: Program, login: str) -> User:
    user = hub.directory.user(login)
    if user is None:
        raise WrongUsage("没有这个登录名。请用 hub users list 查看。")
    return user


def _user(user: User) -> dict[str, Any]:
    return {
        "login": user.login,
        "user": user.user,
        "organisation": user.organisation,
        "unit": user.unit,
        "post": user.post.value,
    }


@organisations.command("add", help="登记一个机构，或用 --csv 登记一批；已有的改名")
def add_organisations(
    code: Annotated[
        str | None,
        typer.Argument(metavar="机构代码", help="类别:代码，例如 school:3101170001"),
    ] = None,
    name: Annotated[str | None, typer.Option("--name", metavar="名称", help="机构名称")] = None,
    town: Annotated[
        str, typer.Option("--town", metavar="街镇代码", help="所在街镇，9位；区级机构不填")
    ] = "",
    beat: Annotated[
        list[str] | None,
        typer.Option("--beat", metavar="街镇代码", help="派出所辖区，可写几次"),
    ] = None,
    source: Annotated[
        Path | None,
        typer.Option(
            "--csv", metavar="文件", help="列：机构代码、机构名称、街镇代码、辖区（用;分隔）"
        ),
    ] = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Add organisations, or change those that are there. A CSV with a bad row changes nothing."""
    if (source is None) == (code is None):
        raise WrongUsage("请写明一个机构代码和 --name，或用 --csv 登记一批。")
    if source is not None:
        rows = _csv_rows(source)
    else:
        fields = {"id": code or "", "name": name or "", "town": town}
        rows = [(0, {**fields, "beat": ";".join(beat or ())})]
    with opened(data) as hub:
        towns = set(hub.policies.towns)
        found: list[Organisation] = []
        faults: list[str] = []
        for number, row in rows:
            made = _organisation(row, towns)
            if isinstance(made, str):
                faults.append(f"第{number}行 {made}" if number else made)
            else:
                found.append(made)
        if faults:
            raise WrongUsage("\n".join((*faults[:20], "一个机构也没有登记，请改好后重来。")))
        hub.directory.add_organisations(found)
    if as_json:
        answer({"added": [each.id for each in found]})
    else:
        say(f"已登记{len(found)}个机构。")


@organisations.command("list", help="列出机构")
def list_organisations(
    seat: Annotated[
        str | None, typer.Option("--seat", metavar="类别", help="只列一类，例如 school")
    ] = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """List organisations, of one seat or all."""
    if seat is not None and seat not in set(Seat):
        raise WrongUsage(f"没有这类机构。可选：{seat_words(Seat)}。")
    with opened(data) as hub:
        found = hub.directory.organisations(Seat(seat) if seat else None)
    if as_json:
        rows = [
            {"id": each.id, "name": each.name, "town": each.town, "beat": list(each.beat)}
            for each in found
        ]
        answer({"organisations": rows})
        return
    table(
        f"机构 {len(found)}",
        ("机构代码", "名称", "街镇", "辖区"),
        [(each.id, each.name, each.town, "、".join(each.beat)) for each in found],
    )


def _organisation(row: Mapping[str, str], towns: set[str]) -> Organisation | str:
    """An organisation, or what is wrong with it; nothing of the row is repeated."""
    seat, _, code = row["id"].partition(":")
    beat = tuple(part for part in re.split(r"[;；、,\s]+", row["beat"]) if part)
    if seat not in set(Seat) or not _ORGANISATION_CODE.fullmatch(code):
        return "【机构代码】应写成“类别:代码”，例如 school:3101170001。"
    if not 1 <= len(row["name"]) <= 100:
        return "【机构名称】必填，不超过100字。"
    if row["town"] and row["town"] not in towns:
        return "【街镇代码】不在本区17个街镇之中，请填9位代码。"
    if not towns.issuperset(beat):
        return "【辖区】有不在本区的街镇代码，请填9位代码。"
    return Organisation(row["id"], row["name"], row["town"], beat)


def _csv_rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    """Rows with their line's number. Raises WrongUsage."""
    if not path.is_file():
        raise WrongUsage("找不到 --csv 的文件，请核对路径。")
    with path.open("rb") as stream:
        content = stream.read(_MAX_CSV + 1)
    if len(content) > _MAX_CSV:
        raise WrongUsage("文件太大，请拆成几个文件。")
    try:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("gb18030")
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        headings = {
            field: heading
            for heading in reader.fieldnames or ()
            for field, words in _HEADINGS.items()
            if heading.strip() in words
        }
        if not {"id", "name"} <= headings.keys():
            raise WrongUsage("CSV 的表头要有：机构代码、机构名称；可以有：街镇代码、辖区。")
        rows = [
            (
                reader.line_num,
                {field: (row.get(headings.get(field, "")) or "").strip() for field in _HEADINGS},
            )
            for row in reader
        ]
    except (UnicodeDecodeError, csv.Error):
        raise WrongUsage("文件不是可读的 CSV（UTF-8 或 GB18030 编码）。") from None
    if not rows:
        raise WrongUsage("CSV 里没有机构。")
    return rows
