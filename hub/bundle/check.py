"""Checks a bundle with nothing but the file and the hub's public key, and opens what it discloses.

Nothing of the hub is asked: no data folder, no database, no policy.
"""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import JsonValue

from hub.audit.checkpoints import Checkpoint, open_checkpoint, origin
from hub.audit.events import event_digest, event_leaf, last_version
from hub.audit.log import AccessEntry, leaf_hash
from hub.audit.merkle import ProofRefused, check_inclusion
from hub.audit.notes import NoteRefused, PublicKey
from hub.audit.proofs import hash_of, hashes
from hub.audit.tree import Tree
from hub.bundle.form import tally, unseal
from hub.encryption.fields import Tampered, open_with_subkey
from hub.eventstore.codec import HEADER, sealed_field


class Fault(StrEnum):
    """What is wrong with a bundle."""

    FILE = "file"
    """Not a bundle, or not as it was signed."""
    CHECKPOINT = "checkpoint"
    """A checkpoint in it is not the hub's."""
    PROOF = "proof"
    """An event or look that is not in the tree."""
    INCOMPLETE = "incomplete"
    """A stream without one of its versions, or that does not end with the signed last one."""
    FIELD = "field"
    """A disclosed field that its key does not open."""
    STATEMENT = "statement"
    """What is said to be left out is not what is left out."""


class BundleRefused(Exception):
    """The bundle does not hold."""

    def __init__(self, fault: Fault, place: str = "") -> None:
        super().__init__(fault.value)
        self.fault = fault
        self.place = place


@dataclass(frozen=True, slots=True)
class Opened:
    """A disclosed event: its place, header, clear facts, and the fields that were disclosed."""

    stream: str
    version: int
    topic: str
    header: Mapping[str, JsonValue]
    clear: Mapping[str, JsonValue]
    fields: Mapping[str, JsonValue]


@dataclass(slots=True)
class Bundle:
    """What a bundle that holds says."""

    content: Mapping[str, Any]
    checkpoints: Mapping[Tree, Checkpoint]
    events: list[Opened] = field(default_factory=list)
    looks: list[AccessEntry] = field(default_factory=list)
    left_out: list[dict[str, Any]] = field(default_factory=list)


def check_bundle(file: str, key: PublicKey) -> Bundle:
    """Check everything. Raises BundleRefused."""
    try:
        content = unseal(file, key)
    except NoteRefused:
        raise BundleRefused(Fault.FILE) from None
    try:
        return _Checking(content, key).run()
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        # Signed and yet malformed: of another version, or of nobody's making.
        raise BundleRefused(Fault.FILE) from None


class _Checking:
    def __init__(self, content: Mapping[str, Any], key: PublicKey) -> None:
        self._key = key
        self._content = content
        self._left: list[tuple[str, str, str]] = []

    def run(self) -> Bundle:
        found = Bundle(self._content, {tree: self._checkpoint(tree) for tree in Tree})
        for stream in self._content["streams"]:
            found.events += self._stream(stream, found.checkpoints[Tree.EVENTS])
        for look in self._content["looks"]:
            entry = self._look(look, found.checkpoints[Tree.ACCESS])
            if entry is not None:
                found.looks.append(entry)
        found.left_out = tally(self._left)
        if found.left_out != self._content["left_out"]:
            raise BundleRefused(Fault.STATEMENT)
        return found

    def _checkpoint(self, tree: Tree) -> Checkpoint:
        try:
            found = open_checkpoint(self._content["checkpoints"][tree.value], self._key)
        except NoteRefused:
            raise BundleRefused(Fault.CHECKPOINT, tree.value) from None
        if found.tree is not tree:
            raise BundleRefused(Fault.CHECKPOINT, tree.value)
        return found

    def _stream(self, stream: Mapping[str, Any], under: Checkpoint) -> list[Opened]:
        id_, last = UUID(stream["stream"]), stream["last"]
        opened: list[Opened] = []
        end: tuple[int, int, bytes] | None = None
        for version, event in enumerate(stream["events"], start=1):
            place = f"{id_} {version}"
            if event["version"] != version:
                raise BundleRefused(Fault.INCOMPLETE, place)
            withheld = "digest" in event
            digest = (
                hash_of(event["digest"])
                if withheld
                else event_digest(event["topic"], b64decode(event["state"], validate=True))
            )
            hash_ = event_leaf(id_, version, digest)
            self._included(event, hash_, under, place)
            end = (version, event["leaf"], hash_)
            if withheld:
                self._left.append(("event", event["category"], event["rule"]))
            else:
                opened.append(self._event(id_, event, place))
        if end is None or end[:2] != (last["version"], last["leaf"]):
            raise BundleRefused(Fault.INCOMPLETE, str(id_))
        signed = last_version(origin(self._key.name, Tree.EVENTS), id_, *end)
        try:
            self._key.check(signed, hash_of(last["signature"]))
        except NoteRefused:
            raise BundleRefused(Fault.INCOMPLETE, str(id_)) from None
        return opened

    def _event(self, stream: UUID, event: Mapping[str, Any], place: str) -> Opened:
        state = json.loads(b64decode(event["state"]))
        header = dict(zip(HEADER, state["h"], strict=False))
        context = {
            "subject": header["subject"],
            "event_id": header["event_id"],
            "stream": str(stream),
            "version": event["version"],
            "topic": event["topic"],
            "producer": header["organisation"],
        }
        fields: dict[str, JsonValue] = {}
        for name, entry in state["s"].items():
            subkey = event["subkeys"].get(name)
            if subkey is None:
                self._left.append(("field", entry[0], event["closed"][name]))
                continue
            each = sealed_field(context, name, entry)
            try:
                fields[name] = open_with_subkey(hash_of(subkey), each.context, each.token)
            except Tampered:
                raise BundleRefused(Fault.FIELD, f"{place} {name}") from None
        return Opened(str(stream), event["version"], event["topic"], header, state["c"], fields)

    def _look(self, look: Mapping[str, Any], under: Checkpoint) -> AccessEntry | None:
        if "entry" in look:
            entry = AccessEntry(**look["entry"])
            hash_ = leaf_hash(entry)
        else:
            entry, hash_ = None, hash_of(look["hash"])
            self._left.append(("look", look["category"], look["rule"]))
        self._included(look, hash_, under, f"look {look['leaf']}")
        return entry

    @staticmethod
    def _included(each: Mapping[str, Any], hash_: bytes, under: Checkpoint, place: str) -> None:
        try:
            check_inclusion(each["leaf"], under.size, hash_, hashes(each["proof"]), under.root)
        except ProofRefused:
            raise BundleRefused(Fault.PROOF, place) from None
