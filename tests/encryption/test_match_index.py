"""The match index: finds a child again, opens no second file, and tells a dump nothing."""

from __future__ import annotations

import base64
import multiprocessing
import sqlite3
import threading
from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from domain.family_marks import Mark
from hub.encryption.family_tags import Related
from hub.encryption.fields import FieldContext, seal
from hub.encryption.keystore import KeyStore
from hub.encryption.match_index import MatchIndex, MatchIndexUnavailable, MatchTransaction
from hub.encryption.records import RecordSealer
from hub.encryption.root import Argon2Cost, RootKeystore
from tests.encryption.conftest import ON_FILES, Place
from tests.storage.opening import match_index

CHEAP = Argon2Cost(memory_kib=8 * 1024, iterations=1, lanes=1)
NUMBER, OTHER_NUMBER = "990000201203040016", "99000020120304003X"


def test_a_child_is_found_by_number_name_and_sound(index: MatchIndex) -> None:
    child, other = uuid4(), uuid4()
    assert index.reserve(NUMBER, "张三", "zhang san", 2012, child) == child
    assert index.reserve(None, "李四", "li si", 2012, other) == other
    assert index.find_by_id(NUMBER) == child
    assert index.find_by_id(OTHER_NUMBER) is None
    assert child in index.candidates_by_name("张三", 2012)
    assert child in index.candidates_by_sound("zhang san", 2012)
    assert other in index.candidates_by_name("李四", 2012)
    assert index.candidates_by_name("张三", 2011) == []
    assert index.candidates_by_sound("zhang san", 2011) == []


def test_reserving_again_changes_nothing(index: MatchIndex) -> None:
    child = uuid4()
    for _ in range(3):
        assert index.reserve(NUMBER, "张三", "zhang san", 2012, child) == child
    assert index.candidates_by_name("张三", 2012) == [child]
    assert index.candidates_by_sound("zhang san", 2012) == [child]


def test_a_taken_number_gives_its_child_and_enters_no_other_name(index: MatchIndex) -> None:
    child, late = uuid4(), uuid4()
    index.reserve(NUMBER, "张三", "zhang san", 2012, child)
    assert index.reserve(NUMBER, "王五", "wang wu", 2012, late) == child
    assert late not in index.candidates_by_name("王五", 2012)
    assert child not in index.candidates_by_name("王五", 2012)


def test_a_number_learnt_later_joins_the_same_child(index: MatchIndex) -> None:
    child = uuid4()
    index.reserve(None, "张三", "zhang san", 2012, child)
    assert index.reserve(NUMBER, "张三丰", "zhang san feng", 2012, child) == child
    assert index.find_by_id(NUMBER) == child
    assert child in index.candidates_by_name("张三", 2012)
    assert child in index.candidates_by_name("张三丰", 2012)


def test_the_nameless_do_not_match_each_other(index: MatchIndex) -> None:
    index.reserve(None, "", "", 2012, uuid4())
    assert index.candidates_by_name("", 2012) == []
    assert index.candidates_by_sound("", 2012) == []


@ON_FILES
def test_a_forgotten_child_is_in_no_table_and_no_file(tmp_path: Path, index: MatchIndex) -> None:
    child, other = uuid4(), uuid4()
    index.reserve(NUMBER, "张三", "zhang san", 2012, child)
    index.reserve(OTHER_NUMBER, "张三", "zhang san", 2012, other)
    assert any(child.bytes in path.read_bytes() for path in tmp_path.glob("match.db*"))
    index.forget(child)
    index.forget(child)
    assert index.find_by_id(NUMBER) is None
    assert index.candidates_by_name("张三", 2012) == [other]
    assert index.candidates_by_sound("zhang san", 2012) == [other]
    assert not any(child.bytes in path.read_bytes() for path in tmp_path.glob("match.db*"))


PHONE = (Mark.GUARDIAN_PHONE, "13900000001")
HOUSE = (Mark.HOUSEHOLD, "999999999999 示例路1号")
FIRST = (UUID(int=0), UUID(int=0))


def _relate(index: MatchIndex, child: UUID, *marks: tuple[Mark, str]) -> None:
    with index.transaction() as step:
        step.relate(child, marks)


def test_who_has_a_mark_in_common_is_related_each_pair_once(index: MatchIndex) -> None:
    one, other, third = (UUID(int=number) for number in (1, 2, 3))
    _relate(index, other, PHONE, HOUSE)
    for _ in range(2):
        _relate(index, one, PHONE, HOUSE)
    _relate(index, third, HOUSE)
    both, house = frozenset(Mark), frozenset({Mark.HOUSEHOLD})
    assert index.related(FIRST, 6, 10) == [
        Related(one, other, both),
        Related(one, third, house),
        Related(other, third, house),
    ]
    # By pages, and without what too many have in common.
    assert index.related(FIRST, 6, 1) == [Related(one, other, both)]
    assert index.related((one, other), 6, 1) == [Related(one, third, house)]
    assert index.related((one, third), 6, 5) == [Related(other, third, house)]
    assert index.related(FIRST, 2, 10) == [Related(one, other, frozenset({Mark.GUARDIAN_PHONE}))]


def test_one_text_is_another_tag_as_another_mark(index: MatchIndex) -> None:
    _relate(index, uuid4(), (Mark.GUARDIAN_PHONE, "13900000001"))
    _relate(index, uuid4(), (Mark.HOUSEHOLD, "13900000001"))
    assert index.related(FIRST, 6, 10) == []


def test_a_forgotten_or_undone_child_is_related_to_nobody(index: MatchIndex) -> None:
    one, other, third = uuid4(), uuid4(), uuid4()
    _relate(index, one, PHONE)
    _relate(index, other, PHONE)

    def undone(step: MatchTransaction) -> None:
        with step.step():
            step.relate(third, [PHONE])
            raise ZeroDivisionError

    with index.transaction() as transaction, pytest.raises(ZeroDivisionError):
        undone(transaction)
    assert len(index.related(FIRST, 6, 10)) == 1
    index.forget(other)
    assert index.related(FIRST, 6, 10) == []


@pytest.mark.parametrize("number", ["", "12345", NUMBER + "0", NUMBER[:15]])
def test_a_number_that_is_not_canonical_is_refused_unrepeated(
    index: MatchIndex, number: str
) -> None:
    with pytest.raises(ValueError, match="canonical") as refused:
        index.find_by_id(number)
    assert not number or number not in str(refused.value)
    with pytest.raises(ValueError, match="canonical"):
        index.reserve(number, "张三", "zhang san", 2012, uuid4())
    assert index.candidates_by_name("张三", 2012) == []


def test_a_batch_is_one_transaction(index: MatchIndex) -> None:
    children = [uuid4() for _ in range(200)]
    with index.transaction() as step:
        for row, child in enumerate(children):
            number = f"99{row:016d}"
            assert step.find_by_id(number) is None
            assert step.reserve(number, f"名{row}", f"ming {row}", 2012, child) == child
            assert step.find_by_id(number) == child
            assert child in step.candidates_by_name(f"名{row}", 2012)
            assert child in step.candidates_by_sound(f"ming {row}", 2012)
    assert [index.find_by_id(f"99{row:016d}") for row in range(200)] == children


def test_an_exception_undoes_the_batch_and_comes_through(index: MatchIndex) -> None:
    def broken_batch() -> None:
        with index.transaction() as step:
            step.reserve(NUMBER, "张三", "zhang san", 2012, uuid4())
            raise LookupError("a bad row")

    with pytest.raises(LookupError, match="a bad row"):
        broken_batch()
    assert index.find_by_id(NUMBER) is None
    assert index.candidates_by_name("张三", 2012) == []


# One file per number


def _reserve(place: Place, root: RootKeystore, out: Connection) -> None:
    index = place.match_index(root)
    out.send([index.reserve(f"99{n:016d}", "张三", "zhang san", 2012, uuid4()) for n in range(60)])


def test_threads_and_processes_that_race_get_one_child(place: Place, root: RootKeystore) -> None:
    index = place.match_index(root)
    context = multiprocessing.get_context("fork")
    pipes = [context.Pipe(duplex=False) for _ in range(2)]
    workers = [context.Process(target=_reserve, args=(place, root, sender)) for _, sender in pipes]
    for worker in workers:
        worker.start()
    results: list[list[UUID]] = []

    def search_decide_reserve() -> None:
        mine = []
        for n in range(60):
            with index.transaction() as step:
                found = step.find_by_id(f"99{n:016d}")
                if found is None:
                    found = uuid4()
                    step.reserve(f"99{n:016d}", "张三", "zhang san", 2012, found)
                mine.append(found)
        results.append(mine)

    threads = [threading.Thread(target=search_decide_reserve) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    for (receiver, _), worker in zip(pipes, workers, strict=True):
        assert receiver.poll(30)
        results.append(receiver.recv())
        worker.join(30)
    assert len(results) == 5
    assert all(result == results[0] for result in results)
    assert set(index.candidates_by_name("张三", 2012)) == set(results[0])


def test_search_decide_reserve_has_nobody_in_between(place: Place, root: RootKeystore) -> None:
    """While one decides, the other's reservation waits: else both would open a file."""
    index = place.match_index(root)
    impatient = place.match_index(root, busy_timeout=0.05)
    first = uuid4()
    with index.transaction() as step:
        assert step.find_by_id(NUMBER) is None
        with pytest.raises(MatchIndexUnavailable):
            impatient.reserve(NUMBER, "张三", "zhang san", 2012, uuid4())
        step.reserve(NUMBER, "张三", "zhang san", 2012, first)
    assert impatient.reserve(NUMBER, "张三", "zhang san", 2012, uuid4()) == first


# What a dump tells


def test_a_name_tag_is_cut_to_fourteen_bits(place: Place, index: MatchIndex) -> None:
    with index.transaction() as step:
        for row in range(2000):
            step.reserve(None, f"名{row}", f"ming {row}", 2012, uuid4())
    names, sounds = place.tags("name_tag"), place.tags("sound_tag")
    for tags in (names, sounds):
        assert max(tags) < 2**14
        assert max(tags) >= 2**13  # and not to fewer
        assert len(set(tags)) < 2000  # names share tags


def test_tags_are_keyed_apart_and_differ_between_keystores(
    tmp_path: Path, root: RootKeystore
) -> None:
    other = RootKeystore.create(tmp_path / "other.json", "correct horse", CHEAP)
    tags = []
    for number, key in enumerate((root, other)):
        path = tmp_path / f"{number}.db"
        match_index(path, key).reserve(NUMBER, "张三", "张三", 2012, uuid4())
        with closing(sqlite3.connect(path)) as connection:
            tags += [connection.execute("SELECT tag FROM id_tag").fetchone()[0]]
            tags += [connection.execute("SELECT tag FROM name_tag").fetchone()[0]]
            tags += [connection.execute("SELECT tag FROM sound_tag").fetchone()[0]]
    assert len(tags[0]) == 16
    assert tags[0] != tags[3]
    assert (tags[1], tags[2]) != (tags[4], tags[5])
    assert root.named_key("match-name") != root.named_key("match-sound")


def forms(text: str) -> list[bytes]:
    """The forms in which a dump is searched for a text."""
    full_width = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)
    raw = [text.encode(), text.encode("utf-16-le"), text.encode("gb18030"), full_width.encode()]
    return raw + [base64.b64encode(form) for form in raw] + [form.hex().encode() for form in raw]


def leaks(folder: Path, text: str) -> bool:
    files = [path.read_bytes() for path in folder.iterdir() if path.is_file()]
    return any(form in content for form in forms(text) for content in files)


@ON_FILES
def test_dumps_hold_no_plain_text_and_no_key(
    tmp_path: Path, root: RootKeystore, keystore: KeyStore, index: MatchIndex
) -> None:
    child, event = uuid4(), uuid4()
    secrets = [NUMBER, "欧阳张三丰", "ouyang zhang san feng", "13800000000"]
    index.reserve(NUMBER, secrets[1], secrets[2], 2012, child)
    key = keystore.ensure([(child, "who")])[child, "who"]
    place = FieldContext(child, "who", "name", event, child, 1, "child.opened.v1", "SCH-0001")
    (tmp_path / "token").write_bytes(seal(key, place, [*secrets]))
    record = RecordSealer(keystore).seal(event, "quarantine", {"row": [*secrets]})
    (tmp_path / "record").write_bytes(record)
    for secret in secrets:
        assert not leaks(tmp_path, secret)
    files = [path.read_bytes() for path in tmp_path.iterdir() if path.is_file()]
    for held in (key.key, root.named_key("match-id"), root.named_key("match-name")):
        assert not any(held in content for content in files)
    for secret in secrets:  # the search does find one that is planted
        for form in forms(secret):
            (tmp_path / "planted").write_bytes(b"x" + form + b"x")
            assert leaks(tmp_path, secret)


# Unavailable


@ON_FILES
def test_an_unreachable_index_never_says_no_such_child(
    tmp_path: Path, root: RootKeystore, index: MatchIndex
) -> None:
    index.reserve(NUMBER, "张三", "zhang san", 2012, uuid4())
    other = RootKeystore.create(tmp_path / "other.json", "correct horse", CHEAP)
    with pytest.raises(MatchIndexUnavailable):
        match_index(tmp_path / "match.db", other)
    for path in tmp_path.glob("match.db*"):
        path.unlink()
    for ask in (
        lambda: index.find_by_id(NUMBER),
        lambda: index.candidates_by_name("张三", 2012),
        lambda: index.candidates_by_sound("zhang san", 2012),
        lambda: index.reserve(NUMBER, "张三", "zhang san", 2012, uuid4()),
        lambda: index.forget(uuid4()),
    ):
        with pytest.raises(MatchIndexUnavailable):
            ask()
    with pytest.raises(MatchIndexUnavailable):
        match_index(tmp_path / "match.db", root, create=False)
