"""``hub users`` and ``hub organisations``."""

from __future__ import annotations

from datetime import timedelta, timezone
from pathlib import Path

import pytest

from hub.directory import POST_WORDS
from tests.cli.office import Hub
from tests.program import SCHOOL, START, STATION, TOWN_CODE, an_id_number, running


def add(hub: Hub, data: Path, login: str = "teacher", *more: object) -> str:
    """Register somebody at the school; gives the token."""
    ran = hub("users", "add", login, "--organisation", SCHOOL, "--data", data, "--json", *more)
    assert ran.code == 0
    return str(ran.json["token"])


def signed_in(data: Path, token: str, hours: float = 0) -> str | None:
    """Whose token this is, some hours after the start."""
    with running(data) as program:
        user = program.directory.authenticate(token, START + timedelta(hours=hours))
        return user.login if user else None


def test_a_token_is_printed_once_and_kept_only_as_a_hash(hub: Hub, data: Path) -> None:
    token = add(hub, data)
    assert signed_in(data, token) == "teacher"
    for command in (("users", "list"), ("users", "list", "--json"), ("status", "--json")):
        assert token not in hub(*command, "--data", data).out
    for path in data.glob("directory.sqlite*"):
        assert token.encode() not in path.read_bytes()


def test_a_token_lasts_the_hours_that_were_asked_for(hub: Hub, data: Path) -> None:
    token = add(hub, data, "teacher", "--hours", 2)
    assert signed_in(data, token, 1.9) == "teacher"
    assert signed_in(data, token, 2.1) is None


def test_a_further_token_and_the_end_of_all(hub: Hub, data: Path) -> None:
    first = add(hub, data)
    ran = hub("users", "token", "teacher", "--data", data)
    second = ran.out.split("令牌 ")[1].split()[0]
    assert second != first
    assert signed_in(data, second) == "teacher"
    # START is 09:00 in Beijing; a token lasts twelve hours unless told otherwise.
    assert (
        f"{START.astimezone(timezone(timedelta(hours=8))) + timedelta(hours=12):%Y-%m-%d %H:%M}"
        in ran.err
    )
    assert "北京时间" in ran.err
    revoked = hub("users", "revoke", "teacher", "--data", data, "--json")
    assert revoked.json == {"login": "teacher", "revoked": 2, "sessions": 0, "phones": 0}
    assert signed_in(data, first) is None
    assert signed_in(data, second) is None
    assert hub("users", "revoke", "teacher", "--data", data).code == 0


def test_a_number_is_registered_from_standard_input_and_repeated_nowhere(
    hub: Hub, data: Path
) -> None:
    add(hub, data)
    number = "13800719364"
    ran = hub("users", "phone", "teacher", "--data", data, input=f"{number}\n")
    assert ran.code == 0
    assert number not in ran.out + ran.err
    with running(data) as program:
        user = program.directory.user("teacher")
        assert user is not None
        assert program.entrance.phones.number_of(user.user) == number
    add(hub, data, "other")
    for wrong in (f"{number}\n", "12345\n", ""):
        ran = hub("users", "phone", "other", "--data", data, input=wrong)
        assert ran.code == 2
        assert number not in ran.err
    ran = hub("users", "phone", "teacher", "--remove", "--data", data, "--json")
    assert ran.json == {"login": "teacher", "phone": False}
    assert hub("users", "phone", "other", "--data", data, input=number).code == 0


def test_the_list_says_who_holds_which_post(hub: Hub, data: Path) -> None:
    add(hub, data, "teacher", "--unit", "德育处", "--post", "head")
    (user,) = hub("users", "list", "--data", data, "--json").json["users"]
    assert user["user"].startswith("u-")
    found = [user[key] for key in ("login", "organisation", "unit", "post")]
    assert found == ["teacher", SCHOOL, "德育处", "head"]
    shown = hub("users", "list", "--data", data).out
    assert "德育处" in shown
    assert "负责人" in shown


@pytest.mark.parametrize("post", POST_WORDS)
def test_every_post_can_be_held(post: str, hub: Hub, data: Path) -> None:
    add(hub, data, "teacher", "--post", post)


@pytest.mark.adversary
@pytest.mark.parametrize("post", ["system", "nobody", ""])
def test_nobody_is_given_the_hubs_own_post(post: str, hub: Hub, data: Path) -> None:
    ran = hub("users", "add", "teacher", "--organisation", SCHOOL, "--post", post, "--data", data)
    assert (ran.code, ran.out) == (2, "")
    assert hub("users", "list", "--data", data, "--json").json == {"users": []}


@pytest.mark.parametrize(
    "login", [an_id_number(1), "13800000001", "张老师", "Teacher", "t", "a" * 33, "a b", "", "-x"]
)
def test_a_login_is_no_number_and_no_name_of_a_person(login: str, hub: Hub, data: Path) -> None:
    ran = hub("users", "add", "--organisation", SCHOOL, "--data", data, "--", login)
    assert (ran.code, ran.out) == (2, "")
    assert login not in ran.err or len(login) < 2


def test_a_login_is_used_once_and_belongs_to_an_organisation_that_exists(
    hub: Hub, data: Path
) -> None:
    add(hub, data)
    ran = hub("users", "add", "teacher", "--organisation", SCHOOL, "--data", data)
    assert ran.code == 2
    assert "已有人使用" in ran.err
    unknown = ("--organisation", "school:0000000000")
    ran = hub("users", "add", "other", *unknown, "--data", data)
    assert ran.code == 2
    assert "机构" in ran.err
    assert hub("users", "token", "other", "--data", data).code == 2
    assert hub("users", "revoke", "other", "--data", data).code == 2


def test_an_organisation_is_added_and_changed(hub: Hub, data: Path) -> None:
    code = "school:3101170033"
    command = ("organisations", "add", code, "--town", TOWN_CODE, "--data", data)
    assert hub(*command, "--name", "示例新学校", "--json").json == {"added": [code]}
    assert hub(*command, "--name", "示例改名学校").code == 0
    listed = hub("organisations", "list", "--seat", "school", "--data", data, "--json").json
    found = {each["id"]: each for each in listed["organisations"]}
    assert found[code] == {"id": code, "name": "示例改名学校", "town": TOWN_CODE, "beat": []}
    assert "示例改名学校" in hub("organisations", "list", "--data", data).out


def test_a_station_with_its_beat(hub: Hub, data: Path) -> None:
    beat = ("--beat", "310117001", "--beat", "310117003")
    ran = hub("organisations", "add", STATION, "--name", "示例所", *beat, "--data", data)
    assert ran.code == 0
    with running(data) as program:
        assert program.directory.police_station("310117003") == STATION


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_organisations_from_a_csv(encoding: str, hub: Hub, data: Path, tmp_path: Path) -> None:
    path = tmp_path / "o.csv"
    path.write_text(
        "机构名称,机构代码,街镇代码,辖区\n"
        "示例学校甲,school:3101170041,310117001,\n"
        "示例派出所,police_station:310117003,310117003,310117003;310117004\n",
        encoding=encoding,
    )
    ran = hub("organisations", "add", "--csv", path, "--data", data, "--json")
    assert ran.json == {"added": ["school:3101170041", "police_station:310117003"]}
    with running(data) as program:
        assert program.directory.name("school:3101170041") == "示例学校甲"
        assert program.directory.police_station("310117004") == "police_station:310117003"


@pytest.mark.parametrize(
    "line",
    [
        "nonsense,示例,310117001,",
        "shop:1,示例,310117001,",
        "school:,示例,310117001,",
        "school:a b,示例,310117001,",
        "school:3101170041,,310117001,",
        "school:3101170041,示例,999999001,",
        "police_station:310117003,示例,310117003,310117003;1",
    ],
)
def test_a_bad_row_of_a_csv_is_named_and_nothing_is_added(
    line: str, hub: Hub, data: Path, tmp_path: Path
) -> None:
    path = tmp_path / "o.csv"
    good = "school:3101170040,示例学校,310117001,"
    path.write_text(f"id,name,town,beat\n{good}\n{line}\n", encoding="utf-8")
    before = (data / "directory.sqlite").read_bytes()
    ran = hub("organisations", "add", "--csv", path, "--data", data)
    assert (ran.code, ran.out) == (2, "")
    assert "第3行 【" in ran.err
    assert (data / "directory.sqlite").read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"id,name\n", b"\xff\xff", b'id,name\n"x'])
def test_a_csv_that_is_none(content: bytes, hub: Hub, data: Path, tmp_path: Path) -> None:
    (tmp_path / "o.csv").write_bytes(content)
    ran = hub("organisations", "add", "--csv", tmp_path / "o.csv", "--data", data)
    assert (ran.code, ran.out) == (2, "")
    assert hub("organisations", "add", "--csv", tmp_path / "none.csv", "--data", data).code == 2
