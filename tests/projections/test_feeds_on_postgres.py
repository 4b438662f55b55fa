"""Feeds on PostgreSQL: the same entries as on SQLite, under the rights of the area's own role."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from hub.feeds.outbox import FeedOutbox
from hub.storage.areas import role_of
from hub.storage.postgres import PostgresStorage, Server
from projections import feeding
from tests.projections.feeds import Feeds
from tests.projections.made_up import PARTIES, made_up_log

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("seed", range(3))
def test_the_same_goes_out(
    database: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(feeding, "PORTION", 1)
    log = made_up_log(seed, 80)
    late, ended = PARTIES[seed], PARTIES[seed + 3]
    told = []
    for where in (tmp_path, PostgresStorage(database)):
        with closing(Feeds(where)) as feeds:
            for organisation in PARTIES:
                if organisation != late:
                    feeds.register(organisation)
            for position in (*range(9, 80, 9), 80):
                if position == 45:
                    feeds.register(late)
                    feeds.end(ended)
                for organisation in PARTIES:
                    feeds.step(organisation, log.until(position))
            told.append(
                {
                    organisation: [
                        (each.sequence, each.kind, each.subject, each.payload)
                        for each in feeds.sent(organisation)
                    ]
                    for organisation in PARTIES
                }
            )
    assert told[0] == told[1]
    assert sum(map(len, told[0].values())) > 100
    with closing(FeedOutbox(PostgresStorage(database, role_of("relay")))) as relays:
        assert relays.newest() == {each: len(entries) for each, entries in told[0].items()}
        assert len(relays.after(PARTIES[1], 2, 3)) == 3
