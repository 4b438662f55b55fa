"""What can go wrong at start-up or while a command runs, in words for the person at the machine.

One place knows the exceptions of every room, so that an edge needs none of those rooms. No text
repeats an exception's own message unless that message is ours and holds no value.
"""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import psycopg
from kafka.errors import KafkaError
from sqlalchemy.exc import SQLAlchemyError

from adapters.intake.faults import SheetError
from adapters.intake.intake import UnknownKind
from domain.calendar import CalendarError
from domain.kernel import Refused
from hub.application import Busy
from hub.audit.log import AccessLogUnavailable
from hub.authorization.policy import PolicyError
from hub.directory import LoginTaken, UnknownOrganisation
from hub.encryption.keystore import KeyRefused, KeyStoreStale, KeyStoreUnavailable
from hub.encryption.match_index import MatchIndexUnavailable
from hub.encryption.root import (
    KeystoreDamaged,
    RootKeyError,
    RootKeyUnavailable,
    WrongPassphrase,
)
from hub.eventstore.receipts import StoreUnavailable
from hub.messaging.log import PlaceLost
from hub.messaging.positions import PositionsUnavailable
from hub.messaging.relay import NotSent, StoreBehind
from hub.messaging.topics import TopicRefused
from hub.migrate import PassfileNeeded
from hub.queries import NotAdmitted, NotCleared
from hub.releases.remote import AskingNotAnswered, KeyServiceUnreachable
from hub.releases.wire import ReleaseForged
from hub.sealing.journal import SharesMissing
from hub.searching.limit import TooManySearches
from hub.searching.tables import SearchingUnavailable
from hub.settings import DataFolderError
from hub.storage.areas import StorageBehind
from hub.storage.lead import NotLeader, StillAtWork
from hub.storage.postgres import DatabaseUrlError


class Cause(StrEnum):
    """Whose move it is."""

    INPUT = "input"
    """What was asked or sent cannot be taken: the sender's."""
    SETUP = "setup"
    """Data folder, keystore, databases or policies: the operator's."""
    BUSY = "busy"
    """Somebody else is at it: try again later."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A failure that was foreseen; ``text`` is Chinese and says what to do."""

    cause: Cause
    text: str


_KEYS = (
    "数据密钥或查重索引不能读取，什么都没有打开。请核对数据文件夹是否完整，或从同一份备份中恢复。"
)

_FORESEEN: tuple[tuple[type[Exception], Cause, str], ...] = (
    (
        WrongPassphrase,
        Cause.SETUP,
        "根密钥口令不对。请核对口令文件（环境变量 HUB_PASSPHRASE_FILE）；"
        "它也存放密码设备的 PIN，连错几次会锁定设备。",
    ),
    (
        KeystoreDamaged,
        Cause.SETUP,
        "根密钥文件 root.keystore（或密码设备）损坏、不是最新的一份，或不是这个数据文件夹的。"
        "请恢复最新的一份。",
    ),
    (
        RootKeyUnavailable,
        Cause.SETUP,
        "根密钥文件 root.keystore（或密码设备）不能读取。请核对它是否在、本用户是否有权读取，"
        "以及 HUB_PKCS11_MODULE 和 HUB_PKCS11_TOKEN。",
    ),
    (RootKeyError, Cause.SETUP, "根密钥不能使用。请核对密钥文件与数据文件夹是否出自同一份备份。"),
    (
        KeyStoreStale,
        Cause.SETUP,
        "数据密钥与根密钥不是同一时期的。请从同一份备份中恢复 keys.sqlite 和 root.keystore。",
    ),
    (
        StorageBehind,
        Cause.SETUP,
        "数据库里的表与本版本程序不符。请先停止其他进程，运行 hub migrate，再重新启动。",
    ),
    (
        PassfileNeeded,
        Cause.SETUP,
        "要新建数据库角色，但没有指明口令文件。请用环境变量 HUB_DATABASE_PASSFILE 指明。",
    ),
    (
        TopicRefused,
        Cause.SETUP,
        "共享日志的主题缺失或设置不对，没有发送也没有读取。请核对 Kafka 主题的分区数和保留设置。",
    ),
    (
        StoreBehind,
        Cause.SETUP,
        "事件库比共享日志旧，可能是从备份恢复的。请换一个 HUB_KAFKA_PREFIX，重新转发并重建视图。",
    ),
    (
        PlaceLost,
        Cause.SETUP,
        "共享日志里没有视图上次读到的位置，可能换了主题。请核对 Kafka，或用 hub rebuild 重建视图。",
    ),
    (
        KafkaError,
        Cause.BUSY,
        "Kafka 暂时连不上或没有确认。请核对 HUB_KAFKA 和服务器是否在运行。",
    ),
    (NotSent, Cause.BUSY, "有事件还没有全部写入 Kafka，稍后重发；没有丢失。"),
    (PositionsUnavailable, Cause.BUSY, "转发进度暂时不能读写，请稍后再试。"),
    (
        StoreUnavailable,
        Cause.BUSY,
        "事件日志暂时不能读写，这一次是否登记尚不清楚。请稍后原样重报，不会重复登记。",
    ),
    (KeyStoreUnavailable, Cause.SETUP, _KEYS),
    (KeyRefused, Cause.SETUP, _KEYS),
    (MatchIndexUnavailable, Cause.SETUP, _KEYS),
    (
        SearchingUnavailable,
        Cause.SETUP,
        "查找用的库 searching.sqlite 不能读写，什么都没有查找；登记和报告不受影响。"
        "请检查磁盘空间和数据文件夹的权限。",
    ),
    (
        TooManySearches,
        Cause.BUSY,
        "查找次数已到规则允许的上限，请稍后再试。登记和报告不受影响。",
    ),
    (
        AccessLogUnavailable,
        Cause.SETUP,
        "查阅记录写不进去，因此什么都没有打开。请检查磁盘空间和数据文件夹的权限。",
    ),
    (
        Busy,
        Cause.BUSY,
        "别人正在修改同一份材料，最后这一批没有登记；已登记的不受影响。请稍后整份重报，不会重复登记。",
    ),
    (
        StillAtWork,
        Cause.BUSY,
        "另一个进程正在办理封存、调阅或删除，这一次没有办理。请稍后再试。",
    ),
    (
        SharesMissing,
        Cause.SETUP,
        "已封存记录的密钥已经取出，sealing.sqlite 里却没有两家保管单位的份额，"
        "可能是从旧备份恢复的。没有继续，也没有开出回执。"
        "请恢复最新的 sealing.sqlite，并立即报告管理员。",
    ),
    (
        NotLeader,
        Cause.BUSY,
        "另一个进程正在更新这个数据文件夹的视图（例如 hub serve）。请先停止它，再运行本命令。",
    ),
    (
        KeyServiceUnreachable,
        Cause.BUSY,
        "密钥服务暂时连不上，什么都没有打开。请核对 HUB_KEYSERVICE 和密钥服务是否在运行。",
    ),
    (
        AskingNotAnswered,
        Cause.SETUP,
        "密钥服务不答复本单位：密钥未登记或已停用，或时钟相差太大。请核对密钥文件和时钟。",
    ),
    (
        ReleaseForged,
        Cause.SETUP,
        "密钥服务的答复核验不通过，什么都没有打开。请核对 HUB_KEYSERVICE，并立即报告管理员。",
    ),
    (UnknownKind, Cause.INPUT, "本单位不报送这类记录。请核对部门、记录种类和报送单位。"),
    (
        UnknownOrganisation,
        Cause.INPUT,
        "机构名录中没有这个机构。请用 hub organisations list 查看机构代码。",
    ),
    (
        NotCleared,
        Cause.INPUT,
        "入职查询没有有效结果，不能查看儿童信息；强制报告和告警照常办理。"
        "请由本单位负责人办理入职查询。",
    ),
    (
        NotAdmitted,
        Cause.INPUT,
        "本岗位不能以此用途查阅，什么都没有打开。请核对用途，或由有此职责的单位办理。",
    ),
    (LoginTaken, Cause.INPUT, "这个登录名已有人使用，请换一个。"),
)

_STORES = (psycopg.Error, sqlite3.Error, SQLAlchemyError)
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_FORBIDDEN = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


def foreseen(error: BaseException) -> Failure | None:
    """What to tell about an exception, or None for one that nobody foresaw (a defect)."""
    if isinstance(error, DataFolderError | DatabaseUrlError):
        return Failure(Cause.SETUP, str(error))
    if isinstance(error, PolicyError):
        return Failure(Cause.SETUP, f"规则文件（policies/）有误：{error}")
    if isinstance(error, SheetError):
        return Failure(Cause.INPUT, error.text_zh)
    if isinstance(error, Refused):
        return Failure(Cause.INPUT, error.text)
    if isinstance(error, CalendarError):
        return Failure(Cause.SETUP, f"{error.text}。")
    for each in _chain(error):
        # Whatever it made of the hub's own stores: it is a server that cannot be reached.
        if isinstance(each, psycopg.Error) and (failure := _server(each)) is not None:
            return failure
    for kind, cause, text in _FORESEEN:
        if isinstance(error, kind):
            return Failure(cause, text)
    for each in _chain(error):
        if type(each) in (sqlite3.OperationalError, sqlite3.DatabaseError):
            return _database(each)
    return _file(error) if isinstance(error, OSError) else None


def of_what_it_stands_on(error: Exception) -> bool:
    """Whether a failure is of the stores, servers and files that the program stands on, and so of
    whatever is done next as well; not of the very work that met it."""
    if isinstance(error, CalendarError | Refused):
        return False
    if any(isinstance(each, _STORES) for each in _chain(error)):
        return True
    return foreseen(error) is not None


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The exception and what it was raised from: libraries wrap the database's own."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__


def _database(error: BaseException) -> Failure:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return Failure(Cause.BUSY, "数据库正被另一个进程占用，请稍后再试。")
    if code == sqlite3.SQLITE_ERROR:
        # "No such table" and the like: a folder of another version, or a defect of ours.
        return Failure(
            Cause.SETUP, "数据文件夹中的数据库与本版本程序不符。请核对程序版本和数据文件夹。"
        )
    return Failure(
        Cause.SETUP,
        "数据文件夹中的数据库不能读写。请检查磁盘空间、文件权限，以及文件是否损坏。",
    )


def _server(error: psycopg.Error) -> Failure | None:
    if isinstance(error, psycopg.errors.InsufficientPrivilege | psycopg.errors.UndefinedTable):
        return Failure(
            Cause.SETUP, "数据库角色没有所需的权限，或缺少表。请用数据库属主运行 hub migrate。"
        )
    if isinstance(error, psycopg.OperationalError):
        return Failure(
            Cause.BUSY,
            "数据库服务器连不上或口令不对。请核对 HUB_DATABASE、口令文件和服务器是否在运行。",
        )
    # A statement that the server does not take is a defect of ours.
    return None


def _file(error: OSError) -> Failure:
    if error.errno == errno.EADDRINUSE:
        return Failure(Cause.BUSY, "端口已被占用。请停止占用它的程序，或用 --port 换一个端口。")
    if error.errno in _FULL:
        return Failure(Cause.SETUP, "磁盘空间不足。请清理后重试。")
    if error.errno in _FORBIDDEN:
        return Failure(Cause.SETUP, "没有读写文件的权限。请核对数据文件夹和输出位置的权限。")
    return Failure(Cause.SETUP, "文件读写失败。请核对路径，以及磁盘是否正常。")
