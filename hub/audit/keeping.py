"""What goes on beside the hub: events go into their tree, looks are judged, trees are signed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from hub.audit.checkpoints import open_checkpoint
from hub.audit.notes import NoteRefused
from hub.audit.trail import Trail
from hub.audit.tree import Tree
from hub.audit.watch import Watch

EVERY = timedelta(hours=1)
"""How old the newest checkpoint of a tree that has grown may become."""


class Keeping:
    """One step at a time, each as far as there is something to do."""

    def __init__(self, trail: Trail, watch: Watch) -> None:
        self._trail = trail
        self._watch = watch

    def step(self, now: datetime, progress: Callable[[int], None] = lambda _: None) -> None:
        """Do what there is; ``progress`` is told where it may be broken off. Raises TrailBroken,
        after looks have been judged: an alarm about the proofs keeps nobody from being told."""
        self._watch.look()
        self._trail.follow(progress)
        for tree in Tree:
            if self._due(tree, now):
                self._trail.checkpoint(tree, now)

    def _due(self, tree: Tree, now: datetime) -> bool:
        note = self._trail.latest(tree)
        if note is None:
            return True
        try:
            newest = open_checkpoint(note, self._trail.public)
        except NoteRefused:
            # Signing says what is wrong.
            return True
        return now - newest.at >= EVERY and self._trail.size(tree) > newest.size
