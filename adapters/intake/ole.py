"""The old .xls container: OLE2 compound file and the BIFF records of its workbook stream.

The parser trusts counts and chains that a damaged or hostile file can set at will, and then
asks for more memory than there is or never ends. So the one stream that matters is taken out
here with every chain checked, measured, and put into a fresh container of our own.

Sources: [MS-CFB] 2.2 to 2.6, [MS-XLS] 2.4.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_END = 0xFFFFFFFE
_FREE = 0xFFFFFFFF
_FAT = 0xFFFFFFFD
_NO_STREAM = 0xFFFFFFFF
_MINI_CUTOFF = 4096
_ENTRY = 128
_STREAM, _ROOT = 2, 5

_BOF, _EOF, _FILEPASS, _BOUNDSHEET, _SST = 0x0809, 0x000A, 0x002F, 0x0085, 0x00FC
_FORMULA, _BOOLERR, _MULRK = 0x0006, 0x0205, 0x00BD
_DIMENSIONS, _BLANK, _RSTRING = 0x0200, 0x0201, 0x00D6
_CELLS = frozenset({_FORMULA, _BOOLERR, _MULRK, 0x0203, 0x0204, 0x027E, 0x00FD})


class Damaged(Exception):
    """The bytes are not a whole compound file or workbook stream."""


class Locked(Exception):
    """The workbook stream is encrypted (FILEPASS record)."""


@dataclass(frozen=True)
class Entry:
    """A directory entry: its name, type, first sector and size in bytes."""

    name: str
    kind: int
    start: int
    size: int


class CompoundFile:
    """A checked reader of an OLE2 file. Raises :class:`Damaged`."""

    def __init__(self, data: bytes) -> None:
        if len(data) < 512 or not data.startswith(MAGIC):
            raise Damaged
        self._data = data
        shift = _u16(data, 30)
        if shift not in (9, 12):
            raise Damaged
        self._sector = 1 << shift
        self._count = max(0, -(-(len(data) - self._sector) // self._sector))
        self._fat = self._read_fat()
        directory = self._chain(_u32(data, 48), None)
        self.entries = [
            entry
            for at in range(0, len(directory) - _ENTRY + 1, _ENTRY)
            if (entry := _entry(directory[at : at + _ENTRY], shift)) is not None
        ]

    def names(self) -> set[str]:
        """The names of all streams and storages."""
        return {entry.name for entry in self.entries}

    def stream(self, name: str) -> bytes | None:
        """The content of the stream of that name; None when there is none."""
        found = [e for e in self.entries if e.name == name and e.kind == _STREAM]
        if not found:
            return None
        entry = found[0]
        if entry.size > len(self._data):
            raise Damaged
        if entry.size >= _MINI_CUTOFF:
            content = self._chain(entry.start, entry.size)
        else:
            content = self._mini(entry)
        if len(content) < entry.size:
            raise Damaged
        return content[: entry.size]

    def _at(self, sector: int) -> bytes:
        if sector >= self._count:
            raise Damaged
        start = (sector + 1) * self._sector
        return self._data[start : start + self._sector]

    def _read_fat(self) -> list[int]:
        per_sector = self._sector // 4
        places = [p for p in struct.unpack_from("<109I", self._data, 76) if p < _FAT]
        following, seen = _u32(self._data, 68), 0
        while following < _FAT - 1:
            seen += 1
            if seen > self._count:
                raise Damaged
            block = self._words(following)
            places += [p for p in block[: per_sector - 1] if p < _FAT]
            following = block[-1]
        if len(places) > self._count:
            raise Damaged
        fat: list[int] = []
        for place in places:
            fat += self._words(place)
        return fat

    def _words(self, sector: int) -> list[int]:
        block = self._at(sector)
        if len(block) < self._sector:
            raise Damaged
        return list(struct.unpack(f"<{self._sector // 4}I", block))

    def _chain(self, start: int, size: int | None) -> bytes:
        parts: list[bytes] = []
        sector, wanted = start, None if size is None else -(-size // self._sector)
        while sector < _FAT - 1 and (wanted is None or len(parts) < wanted):
            # More links than sectors: the chain runs in a circle.
            if len(parts) > self._count or sector >= len(self._fat):
                raise Damaged
            parts.append(self._at(sector))
            sector = self._fat[sector]
        return b"".join(parts)

    def _mini(self, entry: Entry) -> bytes:
        roots = [e for e in self.entries if e.kind == _ROOT]
        if not roots:
            raise Damaged
        store = self._chain(roots[0].start, None)
        table = self._chain(_u32(self._data, 60), None)
        fat = struct.unpack(f"<{len(table) // 4}I", table[: len(table) // 4 * 4])
        parts: list[bytes] = []
        sector = entry.start
        while sector < _FAT - 1 and len(parts) * 64 < entry.size:
            if sector >= len(fat):
                raise Damaged
            parts.append(store[sector * 64 : sector * 64 + 64])
            sector = fat[sector]
        return b"".join(parts)


def wrap(name: str, content: bytes) -> bytes:
    """Give a compound file (version 4) that holds nothing but this stream.

    Content under 4,096 bytes is filled up with zeros, which a workbook's end record precedes.
    """
    size = 4096
    content = content.ljust(_MINI_CUTOFF, b"\0")
    body = -(-len(content) // size)
    per = size // 4
    tables = 1
    while tables * per < tables + 2 + body:
        tables += 1
    if tables > 109:
        raise ValueError("content too large for one container")
    header = struct.pack(
        "<8s16x5H6x9I",
        MAGIC, 0x3E, 4, 0xFFFE, 12, 6, 1, tables, tables, 0, _MINI_CUTOFF, _END, 0, _END, 0,
    )  # fmt: skip
    places = [*range(tables), *([_FREE] * (109 - tables))]
    header = (header + struct.pack("<109I", *places)).ljust(size, b"\0")
    # Directory, then one sector for the root's own stream: a version 4 file may not lack it.
    links = [*([_FAT] * tables), _END, _END]
    first = len(links)
    links += [*range(first + 1, first + body), _END]
    links += [_FREE] * (tables * per - len(links))
    fat = struct.pack(f"<{len(links)}I", *links)
    directory = (
        _directory_entry("Root Entry", _ROOT, 1, tables + 1, size)
        + _directory_entry(name, _STREAM, _NO_STREAM, first, len(content))
    ).ljust(size, b"\0")
    return header + fat + directory + bytes(size) + content.ljust(body * size, b"\0")


@dataclass
class Measure:
    """The extent of one worksheet and where its error values are (row and column from 0)."""

    rows: int = 0
    columns: int = 0
    errors: set[tuple[int, int]] = field(default_factory=set)


def measure(stream: bytes) -> tuple[list[Measure], bytes]:
    """Measure each sheet of a workbook stream, in the workbook's order.

    Gives the measures and the stream with each sheet's own claim about its size (DIMENSIONS)
    turned into a record without meaning: the parser would reserve room for whatever it claims.
    Raises :class:`Locked` for an encrypted one and :class:`Damaged` where it breaks off or holds
    what the parser would pass over in silence (rich text of Excel 95).
    """
    sheets: list[int] = []
    position, ended = 0, False
    if len(stream) < 4 or _u16(stream, 0) != _BOF:
        raise Damaged
    while not ended:
        kind, length, at = _record(stream, position)
        if kind == _FILEPASS:
            raise Locked
        if kind == _BOUNDSHEET and length >= 4:
            sheets.append(_u32(stream, at))
        # The parser reserves this many strings; each takes at least three bytes of the file.
        if kind == _SST and length >= 8 and _u32(stream, at + 4) * 3 > len(stream):
            raise Damaged
        ended = kind == _EOF
        position = at + length
    neutral = bytearray(stream)
    return [_measure_sheet(stream, start, neutral) for start in sheets], bytes(neutral)


def _measure_sheet(stream: bytes, position: int, neutral: bytearray) -> Measure:
    extent = Measure()
    while True:
        kind, length, at = _record(stream, position)
        if kind == _EOF:
            return extent
        if kind == _RSTRING:
            raise Damaged
        if kind == _DIMENSIONS:
            neutral[at - 4 : at - 2] = _BLANK.to_bytes(2, "little")
        if kind in _CELLS and length >= 4:
            row, column = struct.unpack_from("<HH", stream, at)
            last = _u16(stream, at + length - 2) if kind == _MULRK else column
            extent.rows = max(extent.rows, row + 1)
            extent.columns = max(extent.columns, last + 1, column + 1)
            if _is_error(kind, stream[at : at + length]):
                extent.errors.add((row, column))
        position = at + length


def _is_error(kind: int, record: bytes) -> bool:
    if kind == _BOOLERR:
        return len(record) >= 8 and record[7] == 1
    return (
        kind == _FORMULA and len(record) >= 14 and record[12:14] == b"\xff\xff" and record[6] == 2
    )


def _record(stream: bytes, position: int) -> tuple[int, int, int]:
    if position + 4 > len(stream):
        raise Damaged
    kind, length = struct.unpack_from("<HH", stream, position)
    if position + 4 + length > len(stream):
        raise Damaged
    return kind, length, position + 4


def _entry(raw: bytes, shift: int) -> Entry | None:
    length, kind = _u16(raw, 64), raw[66]
    if kind == 0 or not 2 <= length <= 64:
        return None
    name = raw[: length - 2].decode("utf-16-le", "replace")
    # In version 3 the upper half of the size is not to be trusted ([MS-CFB] 2.6.1).
    size = _u32(raw, 120) if shift == 9 else _u32(raw, 120) | _u32(raw, 124) << 32
    return Entry(name, kind, _u32(raw, 116), size)


def _directory_entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    encoded = name.encode("utf-16-le") + b"\0\0"
    return struct.pack(
        "<64sHBBIII36xIQ",
        encoded, len(encoded), kind, 1, _NO_STREAM, _NO_STREAM, child, start, size,
    )  # fmt: skip


def _u16(data: bytes, at: int) -> int:
    if at + 2 > len(data):
        raise Damaged
    return data[at] | data[at + 1] << 8


def _u32(data: bytes, at: int) -> int:
    if at + 4 > len(data):
        raise Damaged
    return int.from_bytes(data[at : at + 4], "little")
