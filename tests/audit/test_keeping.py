"""What goes on beside the hub: trees follow, looks are judged, checkpoints are signed in time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hub.audit.checkpoints import open_checkpoint
from hub.audit.keeping import EVERY, Keeping
from hub.audit.tables import AREA
from hub.audit.trail import TrailBroken
from hub.audit.tree import Tree
from hub.bootstrap import Program
from hub.storage.lead import NotLeader
from tests.program import EDUCATION, OTHER_SCHOOL, child_of, enrolled, pupil, reader, running, send
from tests.storage.opening import change

NOW = datetime(2026, 9, 1, 1, tzinfo=UTC)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Program]:
    with running(tmp_path / "data") as made:
        send(made, EDUCATION, "education.roll", enrolled(pupil(1)))
        made.settle()
        yield made


def signed(hub: Program, tree: Tree) -> tuple[int, int]:
    note = hub.trail.latest(tree)
    assert note is not None
    found = open_checkpoint(note, hub.trail.public)
    return found.number, found.size


def test_a_tree_that_grew_is_signed_once_an_hour(hub: Program) -> None:
    keeping = Keeping(hub.trail, hub.watch)
    keeping.step(NOW)
    number, size = signed(hub, Tree.EVENTS)
    assert (number, size) == (1, hub.store.position)
    send(hub, EDUCATION, "education.roll", enrolled(pupil(2)))
    keeping.step(NOW + EVERY - timedelta(seconds=1))
    assert signed(hub, Tree.EVENTS) == (1, size)
    assert hub.trail.size(Tree.EVENTS) == hub.store.position > size, "but it is in the tree"
    keeping.step(NOW + EVERY)
    assert signed(hub, Tree.EVENTS) == (2, hub.store.position)
    keeping.step(NOW + 2 * EVERY)
    assert signed(hub, Tree.EVENTS)[0] == 2, "what did not grow is not signed again"


def test_an_alarm_about_proofs_keeps_nobody_from_being_told(hub: Program) -> None:
    keeping = Keeping(hub.trail, hub.watch)
    hub.queries.child_file(reader(OTHER_SCHOOL), child_of(hub, pupil(1)))
    keeping.step(NOW)
    hub.queries.child_file(reader(OTHER_SCHOOL), child_of(hub, pupil(1)))
    change(hub.storage, AREA, "UPDATE checkpoints SET note = replace(note, 'number', 'nr')")
    with pytest.raises(TrailBroken):
        keeping.step(NOW + EVERY)
    assert len(hub.watch.found()) == 2


def test_one_process_does_it_and_goes_on_where_proofs_are_broken(
    hub: Program, capsys: pytest.CaptureFixture[str]
) -> None:
    with hub.auditing() as step:
        step(lambda _: None)
        with running(hub.folder.root) as second, pytest.raises(NotLeader), second.auditing():
            pass
        change(hub.storage, AREA, "UPDATE checkpoints SET note = replace(note, 'number', 'nr')")
        step(lambda _: None)
        hub.queries.child_file(reader(OTHER_SCHOOL), child_of(hub, pupil(1)))
        step(lambda _: None)
    assert len(hub.watch.found()) == 1
