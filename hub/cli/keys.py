"""``hub keys``: how the keys are, rotation of every level, revocation, and the key pairs of
organisations that run a server of their own."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from hub import keyring
from hub.bootstrap import program
from hub.cli.escrow import escrow
from hub.cli.help import Commands
from hub.cli.options import Data, Json, opened, settings_for
from hub.cli.output import WrongUsage, answer, progress, say, table, tell
from hub.releases.registry import HasKeys
from hub.separation import export_organisation as export

keys = Commands("密钥：查看、更换、收回、托管，以及单位自设服务的密钥")
keys.add_typer(escrow, name="escrow")

Subject = Annotated[
    str | None, typer.Option("--subject", metavar="编号", help="儿童或人员在系统内的编号")
]
Category = Annotated[
    str | None, typer.Option("--category", metavar="类别", help="字段类别，例如 harm")
]


@keys.command("list", help="密钥的状况：桶、纪元、数目、收回计数、托管；从不显示密钥本身")
def list_keys(data: Data = None, as_json: Json = False) -> None:
    """Say how the keys are; never any key material."""
    with opened(data) as hub:
        found = keyring.keys_of(hub)
    if as_json:
        answer(
            {
                "root": found.root,
                "generation": found.generation,
                "suite": found.suite,
                "revocation_counter": found.revocation_counter,
                "buckets": [
                    {
                        "bucket": each.number,
                        "epochs": [
                            {"epoch": epoch, "made": day.isoformat() if day else None}
                            for epoch, day in each.epochs.items()
                        ],
                        "keys": each.keys,
                    }
                    for each in found.buckets
                ],
                "categories": [
                    {"category": each.category, "keys": each.keys, "subjects": each.subjects}
                    for each in found.categories
                ],
                "unfinished": found.unfinished,
                "lost": found.lost,
                "escrowed": found.escrowed,
            }
        )
        return
    where = "文件 root.keystore" if found.root == "file" else "密码设备"
    say(f"根密钥：{where}，第{found.generation}代")
    cipher = {"A1": "AES-256-GCM", "G1": "SM4-GCM 与 SM3"}[found.suite]
    say(f"字段加密：{found.suite}（{cipher}）")
    oldest = found.oldest.isoformat() if found.oldest else "不详"
    say(f"纪元密钥：{len(found.buckets)}个桶，最早的制作于{oldest}")
    say(f"收回计数：{found.revocation_counter}")
    if found.root == "file":
        say("托管：" + ("有一代与现有密钥一致" if found.escrowed else "没有与现有密钥一致的一代"))
    if found.unfinished:
        numbers = "、".join(map(str, found.unfinished))
        say(f"更换中断、请重做的桶：{numbers}")
    if found.lost:
        say(f"打不开的数据密钥：{found.lost}个，根密钥里没有它们的纪元")
    table(
        "数据密钥",
        ("类别", "密钥", "主体"),
        [(each.category, each.keys, each.subjects) for each in found.categories],
    )


@keys.command("rotate", help="更换密钥：一个桶、全部桶、一个主体一类字段，或根密钥的口令")
def rotate(
    bucket: Annotated[
        int | None,
        typer.Option("--bucket", metavar="桶", min=0, max=255, help="换一个桶的纪元密钥"),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="换全部256个桶的纪元密钥")] = False,
    subject: Subject = None,
    category: Category = None,
    new_passphrase: Annotated[
        Path | None,
        typer.Option("--new-passphrase-file", metavar="文件", help="换根密钥口令，新口令在文件里"),
    ] = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Rotate one level of the keys."""
    chosen = [bucket is not None, everything, subject is not None, new_passphrase is not None]
    if chosen.count(True) != 1 or (subject is None) != (category is None):
        raise WrongUsage(
            "请写明换哪一级：--bucket、--all、--subject 连同 --category、--new-passphrase-file，"
            "四者选一。"
        )
    if new_passphrase is not None:
        _new_passphrase(data, new_passphrase, as_json=as_json)
        return
    if subject is not None and category is not None:
        _renew(data, subject, category, as_json=as_json)
        return
    buckets = keyring.EVERY_BUCKET if bucket is None else [bucket]
    with opened(data) as hub, progress("更换", quiet=as_json) as step:
        rewrapped = keyring.rotate_buckets(hub, buckets, step)
    if as_json:
        answer({"buckets": len(buckets), "rewrapped": rewrapped})
        return
    say(f"已更换{len(buckets)}个桶的密钥，重新包裹数据密钥{rewrapped}个；旧的纪元密钥已销毁。")
    tell("此前的托管和备份打不开更换后的密钥，请重新托管（hub keys escrow split）并备份。")


@keys.command("revoke", help="收回密钥，立即对所有进程生效：主体和类别、机构、个人或一次登录")
def revoke(
    subject: Subject = None,
    category: Category = None,
    organisation: Annotated[
        str | None,
        typer.Option("--organisation", metavar="机构代码", help="停用机构的密钥和全部令牌"),
    ] = None,
    user: Annotated[
        str | None, typer.Option("--user", metavar="登录名", help="收回一个人的全部令牌")
    ] = None,
    session: Annotated[
        bool, typer.Option("--session", help="收回一个令牌；令牌由标准输入给出")
    ] = False,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Revoke at once, in every process."""
    chosen = [subject is not None, organisation is not None, user is not None, session]
    if chosen.count(True) != 1 or (subject is None) != (category is None):
        raise WrongUsage(
            "请写明收回什么：--subject 连同 --category、--organisation、--user、--session，"
            "四者选一。"
        )
    if subject is not None and category is not None:
        _renew(data, subject, category, as_json=as_json)
        return
    token = sys.stdin.readline().strip() if session else ""
    with opened(data) as hub:
        had = False
        if organisation is not None:
            tokens, had = keyring.revoke_organisation(hub, organisation)
        elif user is not None:
            try:
                tokens = keyring.revoke_person(hub, user)
            except LookupError:
                raise WrongUsage("没有这个登录名。请用 hub users list 查看。") from None
        else:
            tokens = int(keyring.revoke_session(hub, token))
        counter = hub.keys.revocation_counter()
    if as_json:
        answer({"tokens": tokens, "key_pairs": had, "revocation_counter": counter})
        return
    say(f"已收回令牌{tokens}个" + ("，停用该机构的密钥" if had else "") + "。")
    say(f"各进程保留的密钥已全部作废（收回计数 {counter}）。")


def _renew(data: Path | None, subject: str, category: str, *, as_json: bool) -> None:
    try:
        child = UUID(subject)
    except ValueError:
        raise WrongUsage("编号不对：应是系统内的编号（32位十六进制），不是身份证号。") from None
    with opened(data) as hub:
        try:
            version = keyring.renew_data_key(hub, child, category)
        except keyring.NoSuchKey:
            raise WrongUsage("没有这个主体这一类字段的密钥，没有改动。") from None
        counter = hub.keys.revocation_counter()
    if as_json:
        answer({"version": version, "revocation_counter": counter})
        return
    say(f"此后的记录用第{version}版密钥，此前的仍可读；各进程保留的密钥已作废（{counter}）。")


def _new_passphrase(data: Path | None, file: Path, *, as_json: bool) -> None:
    settings = settings_for(data)
    passphrase = keyring.read_passphrase(settings, file)
    keyring.change_passphrase(settings, passphrase)
    if as_json:
        answer({"passphrase_file": str(file)})
        return
    say("根密钥的口令已更换。")
    tell(
        "请用环境变量 HUB_PASSPHRASE_FILE 指明新口令的文件，并重新启动各进程；旧口令不再能用。"
        "旧的 root.keystore 备份仍能用旧口令打开，请一并销毁，或更换全部桶的密钥。"
    )


@keys.command("export-organisation", help="为自设服务的单位生成密钥，私钥只写入所给的文件")
def export_organisation(
    organisation: Annotated[
        str, typer.Argument(metavar="机构代码", help="例如 school:3101170001", show_default=False)
    ],
    file: Annotated[
        Path, typer.Argument(metavar="文件", help="私钥文件，权限 0600", show_default=False)
    ],
    renew: Annotated[bool, typer.Option("--renew", help="停用该单位原有的密钥，换成新的")] = False,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Make an organisation's key pairs. The hub keeps no private half."""
    settings = settings_for(data)
    with program(settings.data, settings) as hub:
        name = hub.directory.organisation(organisation).name
        try:
            export(hub, organisation, file, renew=renew)
            former = len(hub.sealings.shares_under_former_keys(organisation).shares)
        except FileExistsError:
            raise WrongUsage("这个文件已经存在，没有改动。请换一个文件名。") from None
        except HasKeys:
            raise WrongUsage(
                "这个单位已有密钥，没有改动。私钥遗失或泄露时，用 --renew 停用原有的并换成新的。"
            ) from None
    if as_json:
        answer({"organisation": organisation, "file": str(file), "shares_to_renew": former})
        return
    say(f"已为 {name}（{organisation}）生成密钥：{file}")
    tell("请当面交给该单位，交接后从本机删除；本系统不留私钥，遗失只能用 --renew 更换。")
    if former:
        tell(
            f"该单位保管着{former}件封存记录的份额，封给它原来的密钥：请保留原私钥文件，"
            f"用 hub seal shares {organisation} 写出份额改封后再销毁，否则这些记录再也打不开。"
        )
